# shellcheck shell=bash
# Which Debian packages a command needs, and how they come onto the machine.

declare -A packages=(
  [library]='g++-12 cmake ninja-build libboost1.81-dev libsimdjson-dev libsqlite3-dev'
  [programs]='libcli11-dev libfmt-dev'
  [tests]='libboost-json1.81-dev libgtest-dev libgmock-dev librapidcheck-dev prometheus-cpp-dev libpq-dev pkg-config ccache'
  [servers]='postgresql pgbouncer openssl'
  [clang]='clang-16 lld-16 libclang-rt-16-dev llvm-16'
  [format]='clang-format-16'
  [tidy]='clang-tidy-16'
  [bench]='libboost-json1.81-dev libbenchmark-dev wrk'
)

# need GROUP ...: makes sure that the packages of these groups are installed.
need() {
  local group
  local -a wanted=() of_group=() missing=()
  [[ -z ${MESSAGEBUS_PACKAGES_ARE_THERE:-} ]] || return 0
  for group in "$@"; do
    read -r -a of_group <<<"${packages[$group]}"
    wanted+=("${of_group[@]}")
  done
  is_debian_12 || say_what_is_needed "${wanted[@]}"
  mapfile -t missing < <(packages_missing "${wanted[@]}")
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

is_debian_12() {
  [[ -r /etc/os-release ]] && (
    # shellcheck source=/dev/null
    source /etc/os-release
    [[ ${ID:-} == debian && ${VERSION_ID:-} == 12 ]]
  )
}

packages_missing() {
  local package
  for package in "$@"; do
    # shellcheck disable=SC2016 # the ${…} is for dpkg-query
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

say_what_is_needed() {
  printf 'dev: only on Debian 12 can this script install what it needs. Elsewhere, install the likes of\n'
  printf '       %s\n' "$*"
  printf '     by hand and run it again with MESSAGEBUS_PACKAGES_ARE_THERE=1 in the environment.\n'
  exit 1
} >&2

install_packages() {
  local -a as_root=()
  if [[ $(id --user) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
      printf 'dev: these packages are missing, and installing them needs root. Run as root:\n' >&2
      printf '       apt-get update && apt-get install --no-install-recommends %s\n' "$*" >&2
      exit 1
    fi
    as_root=(sudo)
  fi
  printf 'Installing %s\n' "$*"
  local log
  log=$(mktemp)
  if ! {
    "${as_root[@]}" apt-get update &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes \
        --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    printf 'dev: the packages could not be installed; the output of apt-get is above\n' >&2
    exit 1
  fi
  rm "$log"
}
