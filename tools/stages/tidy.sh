# Sourced by test.sh: clang-tidy over every source of ours, with the compile commands of the preset dev and its precompiled
# header. Generated code is included, not judged.

stage_tidy() {
  part "packages" install_packages build test
  part "generated code" tidy_prerequisites
  part "clang-tidy" run_tidy
}

# What the sources include and the build makes: messages, embedded files, the precompiled headers; no object of ours.
tidy_prerequisites() {
  configure dev || return 1
  # shellcheck disable=SC2046
  build_targets dev $(ninja -C "$TSTACK_ROOT/build/dev" -t targets all |
    sed -nE 's/^([^/].*(\.pb\.h|\.inc|cmake_pch\.hxx\.pch)|generated\/[^:]*\.(h|cc)): .*$/\1/p' | sort -u)
}

run_tidy() {
  local out=$TSTACK_ROOT/build/tidy file
  rm -rf "$out" && mkdir -p "$out"
  git -C "$TSTACK_ROOT" ls-files '*.cc' | grep -E '^(common|services|tools)/' | while read -r file; do
    # Only what this preset compiles: fuzzers are another's.
    grep -q "\"$TSTACK_ROOT/$file\"" "$TSTACK_ROOT/build/dev/compile_commands.json" && echo "$file"
  done >"$out/files"
  echo "clang-tidy-19 over $(wc -l <"$out/files") files"
  (cd "$TSTACK_ROOT" && xargs -n 1 -P "$JOBS" tools/stages/tidy_one.sh "$out" <"$out/files")
}
