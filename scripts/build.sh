# shellcheck shell=bash
# Configuring and building one of the presets of CMakePresets.json.

# build_preset PRESET [TARGET ...]
build_preset() {
  local preset=$1
  shift
  cmake --preset "$preset"
  cmake --build "build/$preset" ${1:+--target "$@"}
}

# test_preset PRESET [CTEST ARGUMENT ...]
test_preset() {
  local preset=$1
  shift
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@"
}

run_build() {
  need library programs tests bench
  build_preset gcc
}
