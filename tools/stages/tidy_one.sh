#!/bin/bash
# tidy_one.sh FOLDER FILE: one file of the stage tidy. Prints what is found, and a line of progress every 20 files.
out=$1 log=$(mktemp) status=0
clang-tidy-19 -p build/dev --quiet "$2" >"$log" 2>&1 || status=1
((status == 0)) || grep -vE '^[0-9]+ warnings? |^Suppressed|^Use -header-filter' "$log"
rm -f "$log"
echo "$2" >>"$out/done"
count=$(wc -l <"$out/done")
((count % 20 != 0)) || echo "  $count of $(wc -l <"$out/files") files"
exit $status
