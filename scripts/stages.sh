# shellcheck shell=bash
# A stage is a step whose output nobody needs while it goes well: one line with its time when it
# does, its whole log when it does not.

stage_logs=build/logs
stages_done=0
tests_passed=0

# stage TITLE COMMAND ...
stage() {
  local title=$1 started=$SECONDS status=0 log notes
  shift
  mkdir -p "$stage_logs"
  log="$stage_logs/${title//[^a-zA-Z0-9+]/_}.log"
  printf '%-46s' "$title"
  # Not as the condition of an `if`: there the shell would ignore `set -e` inside the command.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  if [[ $status -ne 0 ]]; then
    stage_failed "$title" "$log" "$status"
  fi
  notes=$(stage_notes "$log")
  printf 'ok %6s  %s\n' "$(duration $((SECONDS - started)))" "$notes"
  stages_done=$((stages_done + 1))
  [[ -z $notes ]] || tests_passed=$((tests_passed + ${notes% tests}))
}

stage_failed() {
  printf 'FAILED\n\n'
  # What passed is of no interest now.
  grep --invert-match --extended-regexp \
    '^ *Start +[0-9]+: |^ *[0-9]+/[0-9]+ Test .* Passed +[0-9.]+ sec$|^\[[0-9]+/[0-9]+\] (Building|Linking|Scanning)' "$2" || true
  printf '\nFAILED: %s (exit code %s). Its whole log: %s\n' "$1" "$3" "$2"
  exit 1
} >&2

# How many tests CTest counted, as a note to the stage and for the summary.
stage_notes() {
  sed --quiet --regexp-extended \
    's/^100% tests passed, 0 tests failed out of ([0-9]+)$/\1 tests/p' "$1"
}

duration() {
  if [[ $1 -lt 60 ]]; then
    printf '%d s' "$1"
  else
    printf '%d:%02d m' $(($1 / 60)) $(($1 % 60))
  fi
}
