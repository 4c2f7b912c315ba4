# Sourced by test.sh: clang-tidy over everything that is compiled.

stage_tidy() {
  part "packages" install_packages all
  part "build dev" build_targets dev all
  part "clang-tidy" run_tidy
}

run_tidy() {
  local files
  mapfile -t files < <(git -C "$TSTACK_ROOT" ls-files '*.cc' | grep -E '^(common|services|tools)/')
  (cd "$TSTACK_ROOT" && printf '%s\0' "${files[@]}" |
    xargs -0 -n 4 -P "$JOBS" clang-tidy-19 -p build/dev --quiet --warnings-as-errors='*')
}
