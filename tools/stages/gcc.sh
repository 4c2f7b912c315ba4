# Sourced by test.sh: the other compiler we support. Everything is built by g++-12 with warnings as errors, and the unit
# tests run on what it built.

stage_gcc() {
  part "packages" install_packages build run test
  part "build gcc" build_targets gcc all
  part "unit tests of gcc" ctest_in gcc -L unit -LE house
}
