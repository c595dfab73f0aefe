#!/usr/bin/env bash
# kill_and_check.sh READING_CLUB MESSAGEBUS ROUNDS: in each round four processes of two threads each
# register books in one file and are killed (-9) at a random moment. Then every book that was
# reported as registered is there, state and log agree, and verify finds nothing wrong; every tenth
# round is the last on its file.
set -euo pipefail

reading_club=$1
messagebus=$2
rounds=$3
folder=$(mktemp --directory)
trap 'rm --recursive --force "$folder"' EXIT
cd "$folder"

fail() {
  printf 'round %s: %s\n' "$round" "$1" >&2
  exit 1
}

wait_for_first_report() {
  local tries
  for ((tries = 0; tries < 1000; tries++)); do
    [[ ! -s $1 ]] || return 0
    sleep 0.01
  done
  fail "the process that writes to $1 has reported nothing: $(cat "$1.errors")"
}

kill_while_writing() {
  local writer
  local -a writers=()
  # A report of the last round is none of this one's.
  rm --force reported? reported?.errors
  for writer in 1 2 3 4; do
    "$reading_club" --database club.db stress --seconds 60 --writers 2 >"reported$writer" 2>"reported$writer.errors" &
    writers+=($!)
  done
  for writer in 1 2 3 4; do
    wait_for_first_report "reported$writer"
  done
  sleep "0.0$((RANDOM % 50 + 10))"
  kill -KILL "${writers[@]}"
  wait "${writers[@]}" 2>/dev/null || true
}

reported=0
for ((round = 1; round <= rounds; round++)); do
  kill_while_writing
  cat reported1 reported2 reported3 reported4 >reported
  reported=$((reported + $(wc --lines <reported)))
  "$reading_club" --database club.db check --reported reported >checked 2>&1 || fail "$(cat checked)"
  "$messagebus" verify club.db >verified 2>&1 || fail "$(cat verified)"
  if ((round % 10 == 0)); then
    rm club.db*
  fi
done
printf '%s kills, and all of %s reported books were there\n' "$rounds" "$reported"
