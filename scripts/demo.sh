# shellcheck shell=bash
# Shows the reading club on a machine that has nothing but this folder.

run_demo() {
  need library programs
  stage 'Building the library and the reading club' build_preset demo reading_club messagebus
  demo_folder=$(mktemp --directory)
  trap 'rm --recursive --force "$demo_folder"' EXIT
  PATH="$PWD/build/demo/examples/reading_club:$PWD/build/demo/tools:$PATH"
  cd "$demo_folder" || exit
  demo_reviews
  demo_refusal
  demo_log
  demo_kill
  printf '\nThe same code is explained step by step in docs/ and examples/reading_club/.\n'
}

# say SENTENCE: what comes next.
say() {
  printf '\n%s\n' "$*"
}

# show COMMAND ...: the command as one would type it, and what it prints.
show() {
  local word
  printf '  $'
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_./=-]+$ ]] || word="'$word'"
    printf ' %s' "$word"
  done
  printf '\n'
  "$@" 2>&1 | sed 's/^/    /'
}

demo_reviews() {
  local book alice
  say 'A reading club registers a book and a reviewer, and keeps a review. State and messages go into' \
    'one SQLite file.'
  show reading_club register-book --isbn 0-321-12521-5 --title 'Domain-Driven Design' --author 'Eric Evans'
  show reading_club create-reviewer --name Alice
  book=$(reading_club list books | cut --delimiter=' ' --fields=1)
  alice=$(reading_club list reviewers | cut --delimiter=' ' --fields=1)
  show reading_club review --book "$book" --reviewer "$alice" --rating 9 --comment 'Worth it'
  show reading_club list reviews
}

demo_refusal() {
  say 'A rule of the club refuses a second book of the same isbn. The command is kept, and no fact.'
  show reading_club register-book --isbn 0-321-12521-5 --title Again --author Nobody || true
}

demo_log() {
  say 'The log has every message that was handled, in order, with what caused it. ↗ is for others to see.'
  show messagebus log reading_club.db
  say 'One of them, with its content and the tree of its causes and effects:'
  show messagebus show reading_club.db 6
}

demo_kill() {
  local first second
  say 'Two processes of four threads each register books as fast as they can, and are killed (-9).'
  reading_club stress --seconds 60 >one &
  first=$!
  reading_club stress --seconds 60 >two &
  second=$!
  sleep 2
  kill -KILL "$first" "$second"
  { wait "$first" "$second" || true; } 2>/dev/null
  printf '    %s and %s books were reported as registered before that\n' "$(wc --lines <one)" "$(wc --lines <two)"
  say 'Each book that was reported is there, and state and log agree.'
  show reading_club check --reported one
  show reading_club check --reported two
  say 'The log counted, and examined: order, causes, ids, contents, and the file itself.'
  show messagebus stats reading_club.db
  show messagebus verify reading_club.db
}
