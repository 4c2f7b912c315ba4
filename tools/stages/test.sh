#!/bin/bash
# tools/tstack test [--long PART] [ctest options]: the quick stage, or one part of the long one. What .ci/run calls.
set -uo pipefail

TSTACK_ROOT=${TSTACK_ROOT:-$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)}
export TSTACK_ROOT
stages=$TSTACK_ROOT/tools/stages
source "$stages/packages.sh"
source "$stages/build.sh"
source "$stages/report.sh"

PRESET=${TSTACK_PRESET:-dev}
JOBS=$(nproc)
# Under AddressSanitizer on every commit: what its labels call quick, and the HTTP server over loopback.
SANITIZED_LABELS='unit|fuzz'
SANITIZED_TOO='http_server_test'

usage() {
  cat <<END
tools/tstack test [CTEST OPTIONS]     the quick stage: everything below, at most 45 minutes from nothing on two cores
  build ($PRESET), unit, store, contract and integration tests, AddressSanitizer of the unit tests, a short run of
  the fuzzers, house rules, end-to-end tests with the openstack client. With ctest options ("-R policy"): only those tests.
tools/tstack test --long PART         sanitizers | gcc | fresh | tidy
END
}

ctest_in() {
  local preset=$1
  shift
  ctest --test-dir "$TSTACK_ROOT/build/$preset" --output-on-failure --no-tests=error -j "$JOBS" "$@"
}

# Names of a preset's tests that are executables of their own, by label.
test_targets() {
  local names
  names=" $(ctest --test-dir "$TSTACK_ROOT/build/$1" -N -L "$2" | sed -nE 's/^ *Test +#[0-9]+: ([a-z0-9_]+)$/\1/p' | tr '\n' ' ')"
  ninja -C "$TSTACK_ROOT/build/$1" -t targets all | sed -nE 's/^([a-z0-9_]+): phony$/\1/p' |
    while read -r target; do case $names in *" $target "*) echo "$target" ;; esac; done
}

sanitized_libraries() {
  configure asan || return 1
  local targets
  targets="$(test_targets asan "$SANITIZED_LABELS") $SANITIZED_TOO"
  # shellcheck disable=SC2086
  build_targets asan $targets planted_use_after_free || return 1
  ctest_in asan -R "^($(tr -s ' \n' '|' <<<"$targets" | sed 's/|*$//')|planted_.*)\$"
}

# Every tests/e2e/*_test.py against a throw-away cloud; a line "# up: OPTIONS" in it says how the cloud is brought up.
end_to_end() {
  local module status=0 options
  for module in "$TSTACK_ROOT"/tests/e2e/*_test.py; do
    read -ra options < <(sed -n 's/^# up: //p' "$module")
    part "e2e $(basename "$module" .py)" /usr/bin/python3 "$TSTACK_ROOT/tests/e2e/run.py" \
      --tstack "$TSTACK_ROOT/build/$PRESET/bin/tstack" "$module" -- "${options[@]}"
  done
  return $status
}

quick() {
  part "packages" install_packages all
  part "build $PRESET" build_targets "$PRESET" all
  part "tests" ctest_in "$PRESET"
  part "asan and fuzzers" sanitized_libraries
  end_to_end
  part "conformance keystone" /usr/bin/python3 "$TSTACK_ROOT/tests/e2e/run.py" \
    --tstack "$TSTACK_ROOT/build/$PRESET/bin/tstack" "$TSTACK_ROOT/tests/conformance/keystone_test.py"
  report
}

main() {
  case ${1:-} in
    -h | --help) usage ;;
    --long)
      case ${2:-} in
        sanitizers | gcc | fresh | tidy) source "$stages/${2}.sh" && "stage_$2" && report ;;
        *) usage && exit 2 ;;
      esac
      ;;
    '') quick ;;
    *)
      build_targets "$PRESET" all && ctest_in "$PRESET" "$@"
      ;;
  esac
}

main "$@"
