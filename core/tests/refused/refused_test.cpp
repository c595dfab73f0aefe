// What must not compile, and the sentence that the compiler says then. Each mistake stands beside
// the same program without it, which compiles: so nothing is refused for another reason.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

namespace messagebus {
namespace {

struct compilation {
  bool succeeded = false;
  std::string output;
};

/// Checks the program, behind the prelude, with the compiler that these tests were built with.
compilation compile(const std::string& program) {
  const std::string command =
      std::string("printf '%s' '") + program + "' | " MESSAGEBUS_TEST_COMPILE " -x c++ - 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {.succeeded = false, .output = "cannot start the compiler"};
  compilation result;
  std::array<char, 4096> read{};
  while (const std::size_t bytes = std::fread(read.data(), 1, read.size(), pipe)) {
    result.output.append(read.data(), bytes);
  }
  result.succeeded = pclose(pipe) == 0;
  return result;
}

/// `program` with every `@` replaced.
std::string with(std::string_view program, std::string_view replacement) {
  std::string text;
  for (const char c : program) {
    if (c == '@') {
      text += replacement;
    } else {
      text += c;
    }
  }
  return text;
}

struct mistake {
  /// The place of the mistake is `@`; no single quotes.
  std::string_view program;
  std::string_view right;
  std::string_view wrong;
  std::string_view sentence;
};

void expect_accepted(const std::string& program) {
  static std::set<std::string> accepted;
  if (!accepted.insert(program).second) return;
  const compilation result = compile(program);
  EXPECT_TRUE(result.succeeded) << program << "\n" << result.output;
}

void expect_refused(const mistake& made) {
  expect_accepted(with(made.program, made.right));
  const compilation wrong = compile(with(made.program, made.wrong));
  EXPECT_FALSE(wrong.succeeded) << made.wrong << " was taken for right";
  EXPECT_NE(wrong.output.find(made.sentence), std::string::npos)
      << made.wrong << " is to be answered by: " << made.sentence << "\n"
      << wrong.output;
}

TEST(refused, M1_a_schema_that_is_wrong) {
  constexpr std::string_view program = "constexpr auto schema = messagebus::event(@);";
  constexpr std::string_view right = R"("book_put", 1)";
  expect_refused({program, right, R"("", 1)", "a message schema needs a name"});
  expect_refused(
      {program, right, R"("book_put", 0)", "the version of a message schema is 1 or more"});
  expect_refused({program, right, R"("book put", 1)",
                  "a message name is printable ASCII without spaces, quotes and backslashes"});
  const std::string long_name = "\"" + std::string(129, 'n') + "\", 1";
  expect_refused({program, right, long_name, "a message name has at most 128 bytes"});
}

TEST(refused, B8_what_is_handed_in_and_is_no_message) {
  constexpr std::string_view program =
      "void use(library_bus& bus, library_transaction& transaction) { bus.handle(@, transaction); "
      "}";
  constexpr std::string_view sentence =
      "what is handed to the bus is not a message: a struct with a";
  expect_refused({program, "book_put{}", "42", sentence});
  expect_refused({program, "book_put{}", "no_message{}", sentence});
  expect_refused(
      {"auto use(library_bus& bus, messagebus::unit_of_work<library>& work) {"
       "return bus.async_execute(work, @); }",
       "put_book{}", "std::string()", sentence});
}

TEST(refused, B8_what_is_raised_and_is_no_message) {
  expect_refused({"void use(book& raiser) { raiser.messages.add(@{}); }", "book_put", "no_message",
                  "what a model raises is a message: a struct with a static schema made by"});
}

TEST(refused, B8_a_message_whose_fields_nobody_described) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1);"
       "int field = 0; }; @"
       "void use(book& raiser) { raiser.messages.add(told{}); }",
       "BOOST_DESCRIBE_STRUCT(told, (), (field))", "",
       "this type has no JSON form: describe it with BOOST_DESCRIBE_STRUCT"});
}

TEST(refused, B8_a_handler_of_a_message_that_nobody_described) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1);"
       "int field = 0; }; @"
       "inline void on_told(const told&, library_transaction&) {}"
       "constexpr auto all = messagebus::handlers<&on_told>;"
       "void use() { messagebus::bus<library, all> bus; }",
       "BOOST_DESCRIBE_STRUCT(told, (), (field))", "", "a message is described"});
}

TEST(refused, B8_a_message_whose_schema_each_object_has) {
  expect_refused(
      {"struct told { @ schema = messagebus::event(\"told\", 1); int field = 0; };"
       "BOOST_DESCRIBE_STRUCT(told, (), (field))"
       "void use(book& raiser) { raiser.messages.add(told{}); }",
       "static constexpr auto", "messagebus::event_schema<>",
       "what a model raises is a message: a struct with a static schema made by"});
}

TEST(refused, a_struct_of_more_fields_than_the_codec_takes) {
  std::string a = "a0";
  std::string b = "b0";
  for (int i = 1; i < 32; ++i) {
    a += ", a" + std::to_string(i);
    b += ", b" + std::to_string(i);
  }
  const std::string program = "struct first { int " + a +
                              "; }; BOOST_DESCRIBE_STRUCT(first, (), (" + a +
                              ")) struct told : first { int " + b +
                              "@; static constexpr auto schema = messagebus::event(\"told\", 1); };"
                              "BOOST_DESCRIBE_STRUCT(told, (first), (" +
                              b + "@)) void use(book& raiser) { raiser.messages.add(told{}); }";
  expect_refused({program, "", ", b32", "the codec takes at most 64 described fields in a struct"});
}

TEST(refused, E4_a_field_that_the_description_forgets) {
  constexpr std::string_view program =
      "struct name { std::string text; }; BOOST_DESCRIBE_STRUCT(name, (), (text))"
      "struct empty {}; "
      "struct told : empty, name { static constexpr auto schema = messagebus::event(\"told\", 1);"
      "std::optional<int> field; std::string other; };"
      "BOOST_DESCRIBE_STRUCT(told, @)"
      "void use(book& raiser) { raiser.messages.add(told{}); }";
  constexpr std::string_view right = "(name), (field, other)";
  constexpr std::string_view sentence =
      "a message has a field, or a base with fields, that its BOOST_DESCRIBE_STRUCT does not name";
  expect_refused({program, right, "(name), (field)", sentence});
  expect_refused({program, right, "(name), ()", sentence});
  expect_refused({program, right, "(), (field, other)", sentence});
}

TEST(refused, E4_a_described_field_that_is_not_public) {
  expect_refused(
      {"struct price { int cents = 0; BOOST_DESCRIBE_CLASS(price, (), @) };"
       "std::string use(const price& paid) { return messagebus::codec::encode(paid); }",
       "(cents), (), ()", "(), (), (cents)", "the codec knows the public fields of a struct"});
}

TEST(refused, B3_a_result_that_would_dangle) {
  constexpr std::string_view program =
      "struct ask { static constexpr auto schema = messagebus::command<@>(\"ask\", 1); };";
  constexpr std::string_view sentence = "the result of a command is a value";
  expect_refused({program, "int", "int&", sentence});
  expect_refused({program, "const char*", "const int", sentence});
}

TEST(refused, R1_a_model_without_messages) {
  expect_refused({"class shelf : public messagebus::repository<@> {}; shelf made;", "book",
                  "no_message", "a repository keeps models: classes with a last member"});
}

TEST(refused, B8_a_handler_of_what_is_no_message) {
  expect_refused(
      {"void handle(const @&, library_transaction&) {}"
       "void use(library_bus& bus) { bus.on(&handle); }",
       "book_put", "no_message", "the first parameter of a handler is a message"});
}

TEST(refused, B8_a_handler_that_does_not_look_like_one) {
  constexpr std::string_view program =
      "struct service { void hear(const book_put&, library_transaction&);"
      "void hear_const(const book_put&, library_transaction&) const; };"
      "void use(library_bus& bus) { bus.on(@); }";
  constexpr std::string_view right = "[](const book_put&, library_transaction&) {}";
  const auto refuse = [&](std::string_view wrong, std::string_view sentence) {
    expect_refused({program, right, wrong, sentence});
  };
  refuse("[](book_put, library_transaction&) {}",
         "a handler takes its message by reference to const");
  refuse("[](const book_put&) {}", "a handler takes a message and a transaction, then its");
  refuse("[](const book_put&, library_transaction) {}",
         "the second parameter of a handler is messagebus::transaction<Ports>&");
  refuse("[](const book_put&, library_transaction&) mutable {}",
         "the call operator of a handler is const: one bus serves many threads");
  refuse("[](const auto&, library_transaction&) {}", "one const call operator that is no template");
  refuse("&service::hear", "a handler is no member function");
  refuse("&service::hear_const", "a handler is no member function");
  refuse("42", "a handler is a function, or an object with one const call operator");
  refuse("[](const book_put&, library_transaction&, mailer) {}",
         "a handler takes a dependency by reference (required) or by pointer (optional)");
}

TEST(refused, B3_a_handler_that_returns_something_else) {
  constexpr std::string_view program = "void use(library_bus& bus) { bus.on(@); }";
  constexpr std::string_view sentence =
      "the handler of a command returns what the schema of the command says";
  expect_refused({program, "[](const put_book&, library_transaction&) { return 1; }",
                  "[](const put_book&, library_transaction&) {}", sentence});
  expect_refused(
      {program,
       "[](const put_book&, library_transaction&) -> messagebus::task<int> { co_return 1; }",
       "[](const put_book&, library_transaction&) -> messagebus::task<> { co_return; }", sentence});
}

TEST(refused, B1_a_second_handler_of_a_command) {
  expect_refused({"constexpr auto all = messagebus::handlers<&on_put_book, @>;", "&on_lend_book",
                  "&on_put_book",
                  "a command has two handlers in this list, and a command has one"});
}

TEST(refused, M1_two_types_of_one_name_and_version) {
  expect_refused(
      {"struct book_given { static constexpr auto schema = messagebus::event(@); };"
       "BOOST_DESCRIBE_STRUCT(book_given, (), ())"
       "void on_book_given(const book_given&, library_transaction&);"
       "constexpr auto all = messagebus::handlers<&on_book_put, &on_book_given>;",
       "\"book_put\", 2", "\"book_put\", 1",
       "two types of messages in this list have the same name and version"});
}

TEST(refused, R4_handlers_and_repositories_of_other_ports) {
  expect_refused({"void use(messagebus::bus<@>& bus) { bus.on<&on_book_put>(); }", "library",
                  "archive",
                  "the handler takes a transaction of other ports than those of this bus"});
  constexpr std::string_view program = "library_resources<@> made;";
  constexpr std::string_view right = "books_in_memory, reviews_in_memory";
  constexpr std::string_view sentence =
      "the repositories fill the members of the ports, each the one at its place";
  expect_refused({program, right, "reviews_in_memory, books_in_memory", sentence});
  expect_refused({program, right, "books_in_memory", sentence});
  expect_refused(
      {program, right, "books_in_memory, reviews_in_memory, reviews_in_memory", sentence});
}

TEST(refused, B7_a_command_that_nobody_handles) {
  constexpr std::string_view sentence =
      "no handler handles this command: add one to the handlers of the bus";
  expect_refused(
      {"constexpr auto all = messagebus::handlers<&on_put_book>;"
       "void use(messagebus::bus<library, all>& bus, library_transaction& transaction) {"
       "bus.handle(@{}, transaction); }",
       "put_book", "lend_book", sentence});
  expect_refused(
      {"constexpr auto all = messagebus::handlers<&on_put_book>;"
       "void use(messagebus::bus<library, all>& bus,"
       "messagebus::unit_of_work<library>& work) { bus.execute(work, @{}); }",
       "book_put", "lend_book", sentence});
}

TEST(refused, E4_a_message_that_is_no_object_in_json) {
  expect_refused(
      {"struct named { static constexpr auto schema = messagebus::event(\"named\", 1);"
       "std::string name; };"
       "template <> struct messagebus::codec::representation<named> { using type = @;"
       "static type to(const named&) { return {}; } static named from(type&&) { return {}; } };"
       "void use(library_bus& bus, library_transaction& transaction) {"
       "bus.handle(named{}, transaction); }",
       "book_put", "std::string", "a message is a JSON object"});
}

TEST(refused, D3_a_dependency_that_nobody_gives) {
  expect_refused(
      {"constexpr auto all = messagebus::handlers<&mail_it>@;"
       "messagebus::bus<library, all> made;",
       ".with<mailer>()", "", "a handler requires a dependency that nobody gives"});
  expect_refused(
      {"constexpr auto all = messagebus::handlers<&mail_it>.with_transient<mailer>();"
       "void use(messagebus::bus<library, all>& bus, library_transaction& transaction,"
       "mailer& own) { bus.handle(book_put{}, transaction @); static_cast<void>(own); }",
       ", own", "", "a handler of this message requires a dependency that the bus does not make"});
}

TEST(refused, D1_a_dependency_that_the_bus_cannot_make) {
  constexpr std::string_view program =
      "constexpr auto all = messagebus::handlers<&print_it>.with<printer>();"
      "messagebus::bus<library, all> made{@};";
  constexpr std::string_view right = "[] { return printer(1); }";
  expect_refused({program, right, "",
                  "this dependency cannot be made from nothing: give the bus a factory of it"});
  expect_refused({program, right, "[] { return printer(1); }, [] { return mailer(); }",
                  "this factory makes a dependency that with<"});
}

TEST(refused, D2_a_dependency_that_does_not_last) {
  constexpr std::string_view program =
      "void use(library_bus& bus, library_transaction& transaction, mailer& own,"
      "const mailer& constant) { bus.handle(book_put{}, transaction, @);"
      "static_cast<void>(own); static_cast<void>(constant); }";
  expect_refused(
      {program, "own", "mailer{}", "a dependency that is handed to the bus is lent until"});
  expect_refused({program, "own", "constant",
                  "a dependency that is handed to the bus is not const: handlers may change it"});
}

TEST(refused, M1_metadata_that_is_no_constant) {
  expect_refused(
      {"struct owner { @ team; }; BOOST_DESCRIBE_STRUCT(owner, (), (team))"
       "constexpr auto schema = messagebus::event(\"told\", 1, owner{\"a team of a long name\"});",
       "std::string_view", "std::string", "its texts are std::string_view"});
}

TEST(refused, E4_a_message_that_cannot_be_made_empty) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1); int field = 0;"
       "explicit told(int given) : field(given) {} @ }; BOOST_DESCRIBE_STRUCT(told, (), (field))"
       "auto use(const messagebus::recorded_message& kept) { return kept.as<told>(); }",
       "told() = default;", "", "give it a default constructor"});
}

TEST(refused, R2_a_repository_whose_messages_nobody_could_collect) {
  constexpr std::string_view program =
      "class shelf : public books, @ {}; library_resources<shelf, reviews_in_memory> made;";
  constexpr std::string_view right = "public messagebus::repository<book>";
  constexpr std::string_view sentence =
      "a repository derives from messagebus::repository publicly and once";
  expect_refused({program, right, "messagebus::repository<book>", sentence});
  expect_refused({program, right,
                  "public messagebus::repository<book>, public messagebus::repository<other_book>",
                  sentence});
}

TEST(refused, B11_a_coroutine_that_nobody_would_await) {
  constexpr std::string_view program =
      "void use(library_bus& bus) { bus.on([](const book_put&, library_transaction&) -> @ "
      "{ co_return; }); }";
  expect_refused({program, "messagebus::task<>", "other_task", "returns messagebus::task"});
}

TEST(refused, D1_a_dependency_that_is_not_what_handlers_ask_for) {
  constexpr std::string_view program =
      "struct fast_mailer : mailer {}; void use(library_bus& bus) { bus.provide<@>(); }";
  expect_refused({program, "mailer, fast_mailer", "mailer, printer",
                  "this dependency cannot be made from nothing: give the bus a factory of it"});
  expect_refused({program, "mailer, fast_mailer", "fast_mailer, mailer",
                  "what the bus makes is no such dependency"});
}

TEST(refused, D2_what_is_derived_from_a_dependency_is_lent) {
  expect_refused(
      {"struct fast_mailer : mailer {};"
       "constexpr auto all = messagebus::handlers<&mail_it>.with_transient<mailer>();"
       "void use(messagebus::bus<library, all>& bus, library_transaction& transaction,"
       "fast_mailer& own) { bus.handle(book_put{}, transaction, @); }",
       "messagebus::lend<mailer>(own)", "own", "by messagebus::lend<"});
}

TEST(refused, D4_a_hook_that_nobody_could_call) {
  constexpr std::string_view program =
      "struct post : mailer { @ }; void use(library_bus& bus) { bus.provide<mailer, post>(); }";
  const auto refuse = [&](std::string_view right, std::string_view wrong,
                          std::string_view sentence) {
    expect_refused({program, right, wrong, sentence});
  };
  constexpr std::string_view on_commit = "the hook on_after_commit of this dependency";
  refuse("void on_after_commit() {}", "void on_after_commit(int) {}", on_commit);
  refuse("void on_after_commit() {}", "private: void on_after_commit() {}", on_commit);
  refuse("void on_after_rollback() {}", "protected: void on_after_rollback() {}",
         "the hook on_after_rollback of this dependency");
  refuse("messagebus::task<> on_after_commit() { return {}; }",
         "other_task on_after_commit() { co_return; }", "nobody awaits another");
}

TEST(refused, T2_a_scope_that_would_not_wait_for_its_body) {
  expect_refused(
      {"void use(messagebus::unit_of_work<library>& work) {"
       "work.transact([](library_transaction& transaction) @); }",
       "{ transaction.commit(); }",
       "-> messagebus::task<> { co_await transaction.async_commit(); }",
       "this body is a coroutine: run it by async_within or async_transact"});
  expect_refused(
      {"auto use(messagebus::unit_of_work<library>& work) {"
       "return work.async_transact([](library_transaction& transaction) @); }",
       "-> messagebus::task<> { co_await transaction.async_commit(); }",
       "{ transaction.commit(); }", "this body is no coroutine: run it by within or transact"});
}

}  // namespace
}  // namespace messagebus
