# shellcheck shell=bash
# Runs the benchmarks: every program in bench/ prints rows of one table, and keeps them as JSON.

run_bench() {
  local name='' json=''
  while [[ $# -gt 0 ]]; do
    case $1 in
      --json)
        [[ $# -gt 1 ]] || wrong_usage "--json needs the name of a file"
        json=$2
        shift
        ;;
      -*) wrong_usage "bench does not know '$1'" ;;
      *)
        [[ -z $name ]] || wrong_usage "bench takes one NAME, but was given '$name' and '$1'"
        name=$1
        ;;
    esac
    shift
  done
  need library programs tests servers bench
  stage 'Building the benchmarks' build_preset bench
  with_servers measure "$name" "$json"
}

# measure NAME JSON
measure() {
  local rows program failed=0
  rows=$(mktemp)
  printf '\n%-56s %12s %12s %7s  %s\n' name ours limit ratio unit
  for program in build/bench/benchmarks/*; do
    "$program" --filter "$1" --rows "$rows" || failed=1
  done
  if [[ $failed -eq 0 && ! -s $rows ]]; then
    printf "dev: no benchmark has '%s' in its name; there are:\n" "$1" >&2
    for program in build/bench/benchmarks/*; do
      "$program" --list >&2
    done
    failed=1
  fi
  [[ -z $2 || $failed -ne 0 ]] || json_array <"$rows" >"$2"
  rm "$rows"
  return $failed
}

# Lines of JSON objects become an array.
json_array() {
  printf '[\n'
  sed '$!s/$/,/; s/^/  /'
  printf ']\n'
}
