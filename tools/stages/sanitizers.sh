# Sourced by test.sh: unit, store, contract and integration tests of common, gateway and identity under AddressSanitizer
# with UBSan, then under ThreadSanitizer; each preset also runs the fault planted for it. One preset alone:
# TSTACK_SANITIZERS=tsan.

stage_sanitizers() {
  local preset
  part "packages" install_packages build run test
  for preset in ${TSTACK_SANITIZERS:-asan tsan}; do
    part "build $preset" build_targets "$preset" all
    part "tests under $preset" with_sanitizer_options ctest_in "$preset" -LE 'fuzz|house' --timeout 600
  done
}

# Leaks of libraries' own are listed in lsan.supp, races of theirs in tsan.supp: never code of ours.
with_sanitizer_options() {
  local supp=$TSTACK_ROOT/tests/sanitizers symbolizer
  symbolizer=$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || true)
  ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:external_symbolizer_path=$symbolizer \
    LSAN_OPTIONS=suppressions=$supp/lsan.supp:print_suppressions=0 \
    UBSAN_OPTIONS=print_stacktrace=1:external_symbolizer_path=$symbolizer \
    TSAN_OPTIONS=ignore_noninstrumented_modules=1:second_deadlock_stack=1:suppressions=$supp/tsan.supp:external_symbolizer_path=$symbolizer \
    "$@"
}
