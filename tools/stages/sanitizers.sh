# Sourced by test.sh: all tests of common, gateway and identity under AddressSanitizer with UBSan, then ThreadSanitizer.

stage_sanitizers() {
  local preset
  part "packages" install_packages all
  for preset in asan tsan; do
    part "build $preset" build_targets "$preset" all
    part "tests under $preset" env \
      ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 \
      UBSAN_OPTIONS=print_stacktrace=1 \
      TSAN_OPTIONS="ignore_noninstrumented_modules=1:second_deadlock_stack=1:suppressions=$TSTACK_ROOT/tests/sanitizers/tsan.supp" \
      ctest --test-dir "$TSTACK_ROOT/build/$preset" --output-on-failure --no-tests=error -j "$JOBS" --timeout 900
  done
}
