# shellcheck shell=bash
# Everything that is checked before a change lands.

run_test() {
  local -a stages=("$@")
  local name started=$SECONDS
  [[ $# -gt 0 ]] || stages=(format gcc clang tidy asan tsan)
  for name in "${stages[@]}"; do
    declare -F "test_stage_$name" >/dev/null || wrong_usage "test has no stage '$name'"
  done
  need library programs tests servers clang format tidy bench
  for name in "${stages[@]}"; do
    "test_stage_$name"
  done
  printf '\nAll good: %d stages in %s; %d tests passed, 0 failed.\n' \
    "$stages_done" "$(duration $((SECONDS - started)))" "$tests_passed"
}

test_stage_format() {
  stage 'Layout of the sources' check_format
}

test_stage_gcc() {
  stage 'Build, GCC 12' build_preset gcc
  stage 'Tests, GCC 12' with_servers test_preset gcc
}

test_stage_clang() {
  stage 'Build, Clang 16' build_preset clang
  stage 'Tests, Clang 16' with_servers test_preset clang
}

test_stage_tidy() {
  stage 'Lint, clang-tidy' check_tidy
}

test_stage_asan() {
  stage 'Build, address and undefined sanitizers' build_preset asan
  stage 'Tests, address and undefined sanitizers' with_servers test_preset asan
}

test_stage_tsan() {
  stage 'Build, thread sanitizer' build_preset tsan
  stage 'Tests, thread sanitizer' with_servers test_preset tsan
}
