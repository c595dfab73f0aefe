#!/usr/bin/env bash
# run_and_compare.sh PROGRAM [OUTPUT]: runs PROGRAM in an empty folder; it has to succeed, and to print
# what the file OUTPUT holds, where … stands for anything in a line.
set -euo pipefail

folder=$(mktemp --directory)
trap 'rm --recursive "$folder"' EXIT
(cd "$folder" && "$1") >"$folder/printed"
[[ $# -gt 1 ]] || exit 0

mapfile -t printed <"$folder/printed"
mapfile -t expected <"$2"
mapfile -t patterns < <(sed 's/[][\\*?]/\\&/g; s/…/*/g' "$2")
for ((i = 0; i < ${#printed[@]} || i < ${#expected[@]}; ++i)); do
  # shellcheck disable=SC2053 # a pattern is what is wanted
  if ((i >= ${#printed[@]} || i >= ${#expected[@]})) || [[ ${printed[i]} != ${patterns[i]} ]]; then
    printf 'line %d of the output is:\n  %s\nand in the document:\n  %s\n' \
      $((i + 1)) "${printed[i]-(nothing)}" "${expected[i]-(nothing)}" >&2
    exit 1
  fi
done
