# shellcheck shell=bash
# Shows the reading club on a machine that has nothing but this folder.

run_demo() {
  need library programs
  stage 'Building library, command and example' build_preset demo
}
