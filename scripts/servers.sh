# shellcheck shell=bash
# The servers that tests and benchmarks talk to: each in a temporary folder, on a free port of
# loopback, for as long as one command runs.

# with_servers COMMAND ...: runs it with the servers' addresses in the environment.
with_servers() (
  # A subshell: its end, however it comes, is the servers' end.
  servers_folder=$(mktemp --directory --tmpdir messagebus-servers-XXXXXX)
  chmod 755 "$servers_folder"
  servers_started=()
  trap stop_servers EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  start_postgresql && start_pgbouncer || exit 1
  "$@"
)

stop_servers() {
  local process
  for process in "${servers_started[@]}"; do
    kill -INT "$process" 2>/dev/null || true
  done
  for process in "${servers_started[@]}"; do
    wait "$process" 2>/dev/null || true
  done
  rm --recursive --force "$servers_folder"
}

# A port of loopback where nobody listens.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s\n' "$port"
}

# wait_for_port PORT PROCESS LOG: until something listens there.
wait_for_port() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
      return 0
    fi
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  printf 'dev: a server did not start; it said:\n' >&2
  cat "$3" >&2
  return 1
}

start_postgresql() {
  local port folder="$servers_folder/postgresql"
  mkdir "$folder"
  port=$(free_port)
  scripts/postgresql_server "$folder" "$port" >"$servers_folder/postgresql.log" 2>&1 &
  servers_started+=($!)
  wait_for_port "$port" $! "$servers_folder/postgresql.log" || return 1
  export MESSAGEBUS_TEST_POSTGRESQL="postgresql://messagebus@127.0.0.1:$port/postgres"
  export MESSAGEBUS_TEST_POSTGRESQL_SERVER="$PWD/scripts/postgresql_server"
}

# A pooler that gives each transaction a connection, in front of that server.
start_pgbouncer() {
  local port folder="$servers_folder/pgbouncer" server=${MESSAGEBUS_TEST_POSTGRESQL##*:}
  mkdir "$folder"
  port=$(free_port)
  scripts/pgbouncer_pooler "$folder" "$port" "${server%%/*}" >"$servers_folder/pgbouncer.log" 2>&1 &
  servers_started+=($!)
  wait_for_port "$port" $! "$servers_folder/pgbouncer.log" || return 1
  export MESSAGEBUS_TEST_PGBOUNCER="postgresql://messagebus@127.0.0.1:$port/postgres"
  export MESSAGEBUS_TEST_PGBOUNCER_POOLER="$PWD/scripts/pgbouncer_pooler"
}
