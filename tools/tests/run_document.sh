#!/usr/bin/env bash
# run_document.sh DOCUMENT PROGRAM [SAMPLE]: does in an empty folder, beside SAMPLE, what the
# ```console blocks of DOCUMENT show: each line that begins with `$ ` is run, and has to print the
# lines behind it, where … stands for anything.
set -euo pipefail

document=$(realpath "$1")
program=$(realpath "$2")
sample=${3:+$(realpath "$3")}
folder=$(mktemp --directory)
trap 'rm --recursive "$folder"' EXIT
[[ -z $sample ]] || cp "$sample" "$folder"
cd "$folder"
export PATH="${program%/*}:$PATH" LC_ALL=C.UTF-8
unset NO_COLOR CLICOLOR_FORCE

commands=0
failed=0

# compare LINE COMMAND EXPECTED
compare() {
  local printed pattern
  printed=$(bash -c "$2" 2>&1 </dev/null) || true
  pattern=$(sed 's/[][\\*?]/\\&/g; s/…/*/g' <<<"$3")
  commands=$((commands + 1))
  # shellcheck disable=SC2053 # a pattern is what is wanted
  [[ $printed != $pattern ]] || return 0
  printf '%s:%d: %s\nprints\n%s\nand in the document stands\n%s\n\n' \
    "$document" "$1" "$2" "$printed" "$3" >&2
  failed=1
}

number=0
in_block=
command=
expected=
while IFS= read -r line || [[ -n $line ]]; do
  number=$((number + 1))
  if [[ $line == '```console' ]]; then
    in_block=1
    continue
  fi
  [[ -n $in_block ]] || continue
  if [[ $line == '$ '* || $line == '```' ]]; then
    [[ -z $command ]] || compare "$started" "$command" "${expected%$'\n'}"
    command=${line#'$ '}
    expected=
    started=$number
    [[ $line != '```' ]] || in_block= command=
  else
    expected+=$line$'\n'
  fi
done <"$document"

[[ $commands -gt 0 ]] || failed=1
exit "$failed"
