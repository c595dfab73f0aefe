# Takes the C++ of a Markdown document out into files:
#   awk -v folder=OUT -f extract.awk README.md
# A block that begins with ```cpp file=NAME goes to OUT/NAME, blocks of the same NAME one after the
# other; a block that begins with ```output file=NAME.cpp to OUT/NAME.cpp.output. C++ without a file
# is an error: code that nobody compiles becomes wrong.

function complain(sentence) {
  printf "%s:%d: %s\n", FILENAME, FNR, sentence > "/dev/stderr"
  failed = 1
  exit 1
}

function name_of_file(info,    words, count, i) {
  count = split(info, words, " ")
  for (i = 2; i <= count; i++) {
    if (words[i] ~ /^file=[A-Za-z0-9_]+\.[ch]pp$/) {
      return substr(words[i], 6)
    }
  }
  complain("this block needs a file: ```" words[1] " file=NAME.cpp")
}

!inside && /^ ? ? ?```/ {
  inside = 1
  target = ""
  info = $0
  sub(/^ *```+ */, "", info)
  if (info ~ /^(cpp|c\+\+|cxx)( |$)/) {
    target = folder "/" name_of_file(info)
    printf "#line %d \"%s\"\n", FNR + 1, FILENAME > target
  } else if (info ~ /^output( |$)/) {
    target = folder "/" name_of_file(info) ".output"
    printf "" > target
  }
  next
}

inside && /^ ? ? ?```+ *$/ {
  inside = 0
  next
}

inside && target != "" {
  print > target
}

END {
  if (!failed && inside) {
    complain("the last block is not closed")
  }
  exit failed
}
