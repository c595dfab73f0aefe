# shellcheck shell=bash
# Runs every fuzzer for a while, beginning with its kept corpus. New finds stay in build/.

run_fuzz() {
  [[ $# -eq 1 && $1 =~ ^[1-9][0-9]*$ ]] || wrong_usage "fuzz takes a number of seconds, but was given '$*'"
  need library programs tests clang
  stage 'Building the fuzzers' build_preset fuzz
  local fuzzer failed=0
  for fuzzer in build/fuzz/fuzzers/*.corpus; do
    if [[ ! -e $fuzzer ]]; then
      printf 'dev: there is no fuzzer; messagebus_add_fuzzer() makes one\n' >&2
      return 1
    fi
    fuzz_one "$(basename "$fuzzer" .corpus)" "$1" || failed=1
  done
  return $failed
}

# fuzz_one NAME SECONDS
fuzz_one() {
  local program="build/fuzz/fuzzers/$1" finds="build/fuzz/finds/$1" log="build/fuzz/finds/$1.log"
  local kept count failed
  kept=$(<"$program.corpus")
  mkdir -p "$finds"
  printf '%-46s' "$1"
  if ! "$program" "$finds" "$kept" -max_total_time="$2" -artifact_prefix="$finds.failed-" \
    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 >"$log" 2>&1 </dev/null; then
    printf 'FAILED\n\n'
    tail --lines=60 "$log"
    failed=$(sed --quiet 's/^.*Test unit written to //p' "$log")
    printf '\nFAILED: %s. The input is in %s; to see it fail again:\n  %s %s\n' \
      "$1" "$failed" "$program" "$failed"
    return 1
  fi
  count=$(sed --quiet 's/^stat::number_of_executed_units: *//p' "$log")
  printf 'ok %12s inputs, %s new kept in %s\n' "$count" "$(find "$finds" -type f | wc --lines)" "$finds"
}
