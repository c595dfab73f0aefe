#!/usr/bin/env bash
# build_and_run.sh COMPILER INSTALLED_PREFIX STORE: a program built with nothing but pkg-config.
set -euo pipefail

PKG_CONFIG_PATH=$(dirname "$(find "$2" -name messagebus-core.pc)")
export PKG_CONFIG_PATH
read -r -a flags < <(pkg-config --cflags --libs "messagebus-$3")
folder=$(mktemp --directory)
trap 'rm --recursive "$folder"' EXIT
sources=$(dirname "${BASH_SOURCE[0]}")/../journal
"$1" -std=c++20 "$sources/in_$3.cpp" "${flags[@]}" -o "$folder/journal"
cd "$folder"
./journal
