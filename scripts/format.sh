# shellcheck shell=bash
# The layout of the sources (clang-format) and what clang-tidy says about them.

cpp_sources() {
  git ls-files --cached --others --exclude-standard -z -- '*.cpp' '*.hpp' |
    while IFS= read -r -d '' file; do
      [[ ! -e $file ]] || printf '%s\0' "$file"
    done
}

run_format() {
  [[ $# -eq 0 || $* == --check ]] || wrong_usage "format takes --check or nothing, but was given '$*'"
  need format
  if [[ $# -eq 0 ]]; then
    cpp_sources | xargs --null --no-run-if-empty clang-format-16 -i
  else
    check_format
  fi
}

check_format() {
  if ! cpp_sources | xargs --null --no-run-if-empty clang-format-16 --dry-run --Werror; then
    printf '\nSome files are laid out otherwise than .clang-format says: run ./dev format\n' >&2
    return 1
  fi
}

run_tidy() {
  need library programs tests clang tidy bench
  check_tidy
}

# Tests are left to the compilers: there are many, and a mistake in one shows when it runs.
# Each file is read by itself here, so one that forgets an include is seen, as no unity build sees it.
check_tidy() {
  local folder
  folder=$(pwd -P)
  cmake --preset lint
  run-clang-tidy-16 -quiet -p build/lint -j "$(nproc)" \
    "^$folder/(core|adapters/[a-z]+|testing|tools|examples/[a-z_]+|bench)/(?!.*tests/).*\\.cpp$"
}
