# Sourced: configuring and building a preset.

# configure PRESET: once; ninja itself reconfigures when a CMake file changes.
configure() {
  local preset=$1
  [ -f "$TSTACK_ROOT/build/$preset/build.ninja" ] && return 0
  mkdir -p "$TSTACK_ROOT/build/$preset"
  (cd "$TSTACK_ROOT" && quietly "configure $preset" "build/$preset/configure.log" cmake --preset "$preset")
}

# build_targets PRESET TARGET…: shows ninja's own line on a terminal, a line every 10 s elsewhere, and the errors if it
# fails.
build_targets() {
  local preset=$1 log pid shown=$SECONDS start=$SECONDS
  shift
  configure "$preset" || return 1
  export NINJA_STATUS='[%f/%t] '
  if [ -t 1 ]; then
    ninja -C "$TSTACK_ROOT/build/$preset" "$@"
    return
  fi
  log=$TSTACK_ROOT/build/$preset/build.log
  ninja -C "$TSTACK_ROOT/build/$preset" "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    if ((SECONDS - shown >= 10)); then
      shown=$SECONDS
      echo "  build $preset … $((SECONDS - start)) s: $(grep -o '^\[[0-9/]*\]' "$log" | tail -n 1)"
    fi
  done
  wait "$pid" && return 0
  grep -A 30 -E '^FAILED:|error:' "$log" | head -n 120 >&2 || tail -n 40 "$log" >&2
  return 1
}
