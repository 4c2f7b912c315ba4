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
# Tests of libraries that need no gRPC: quick enough to run under AddressSanitizer on every commit.
SANITIZED='^(status|time|ids|context|crypto|log|metrics|trace|config|policy)_|^contract_|^identity_(codec|fernet|msgpack|payload|change)'

usage() {
  cat <<END
tools/tstack test [CTEST OPTIONS]     the quick stage: everything below, at most 45 minutes from nothing on two cores
  build ($PRESET), unit, store, contract and integration tests, AddressSanitizer of the gRPC-free libraries, a short run of
  the fuzzers, house rules, end-to-end tests with the openstack client. With ctest options ("-R policy"): only those tests.
tools/tstack test --long PART         sanitizers | fresh | tidy
END
}

ctest_in() {
  local preset=$1
  shift
  ctest --test-dir "$TSTACK_ROOT/build/$preset" --output-on-failure --no-tests=error -j "$JOBS" "$@"
}

# Names of test executables of a preset that match a pattern.
test_targets() {
  ninja -C "$TSTACK_ROOT/build/$1" -t targets all | sed -nE 's/^([a-z0-9_]+(_test|_fuzz)): phony$/\1/p' | grep -E "$2"
}

sanitized_libraries() {
  configure asan || return 1
  # shellcheck disable=SC2046
  build_targets asan $(test_targets asan "$SANITIZED|_fuzz$") || return 1
  # shellcheck disable=SC2046
  ctest_in asan -R "^($(test_targets asan "$SANITIZED|_fuzz$" | paste -sd'|'))\$" -LE 'store|integration'
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
        sanitizers | fresh | tidy) source "$stages/${2}.sh" && "stage_$2" && report ;;
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
