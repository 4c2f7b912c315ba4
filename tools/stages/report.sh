# Sourced: parts of a stage are run one after the other, timed and counted; a failed one does not stop the others.

PASSED=0 FAILED=0 SUMMARY=()

# part NAME COMMAND…: the command's tests are counted by ctest's or unittest's own summary, else it counts as one.
part() {
  local name=$1 log status=0 start=$SECONDS passed failed
  shift
  log=$(mktemp -t tstack-part.XXXXXX)
  echo "== $name"
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r passed failed < <(count_tests "$log" "$status")
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed))
  SUMMARY+=("$(printf '%-28s %5d passed %4d failed %6d s' "$name" "$passed" "$failed" $((SECONDS - start)))")
  rm -f "$log"
}

# count_tests LOG STATUS: "passed failed"
count_tests() {
  local line total failed
  if line=$(grep -E 'tests passed, [0-9]+ tests failed out of [0-9]+' "$1" | tail -n 1) && [ -n "$line" ]; then
    total=${line##*out of } failed=$(sed -E 's/.*, ([0-9]+) tests failed.*/\1/' <<<"$line")
    echo "$((total - failed)) $failed"
  elif line=$(grep -E '^Ran [0-9]+ tests? in' "$1" | tail -n 1) && [ -n "$line" ]; then
    total=$(awk '{print $2}' <<<"$line")
    failed=$(sed -nE 's/^FAILED \((.*)\)$/\1/p' "$1" | grep -oE '[0-9]+' | paste -sd+ | bc 2>/dev/null || echo 0)
    failed=${failed:-0}
    [ "$2" != 0 ] && [ "$failed" = 0 ] && failed=1
    [ "$failed" -gt "$total" ] && failed=$total
    echo "$((total - failed)) $failed"
  elif [ "$2" = 0 ]; then
    echo "1 0"
  else
    echo "0 1"
  fi
}

# The table of parts; the last line is "N passed, N failed". Fails if anything failed.
report() {
  echo
  printf '%s\n' "${SUMMARY[@]}"
  echo "total $((SECONDS / 60)) min $((SECONDS % 60)) s"
  echo "$PASSED passed, $FAILED failed"
  ((FAILED == 0))
}
