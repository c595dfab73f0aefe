// Mistakes in what is done with handlers, dependencies, repositories and transactions.

#include <string>
#include <string_view>

#include "mistake.hpp"

namespace messagebus::refused_test {
namespace {

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

TEST(refused, B8_a_handler_of_a_message_that_nobody_described) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1);"
       "int field = 0; }; @"
       "inline void on_told(const told&, library_transaction&) {}"
       "constexpr auto all = messagebus::handlers<&on_told>;"
       "void use() { messagebus::bus<library, all> bus; }",
       "BOOST_DESCRIBE_STRUCT(told, (), (field))", "", "a message is described"});
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

TEST(refused, B3_a_result_that_would_become_another) {
  constexpr std::string_view program =
      "struct ask { static constexpr auto schema = messagebus::command<int>(\"ask\", 1); };"
      "BOOST_DESCRIBE_STRUCT(ask, (), ())"
      "struct is_it { static constexpr auto schema = messagebus::command<bool>(\"is_it\", 1); };"
      "BOOST_DESCRIBE_STRUCT(is_it, (), ())"
      "void use(library_bus& bus) { bus.on([](const @ { return {}; }); }";
  constexpr std::string_view sentence = "and no number that would become another";
  constexpr std::string_view right = "ask&, library_transaction&) -> short";
  expect_refused({program, right, "ask&, library_transaction&) -> double", sentence});
  expect_refused({program, right, "ask&, library_transaction&) -> unsigned", sentence});
  expect_refused({program, right, "ask&, library_transaction&) -> long", sentence});
  expect_refused({program, right, "is_it&, library_transaction&) -> int", sentence});
  expect_refused({program, right, "is_it&, library_transaction&) -> const char*", sentence});
  expect_refused({program, right, "lend_book&, library_transaction&) -> int", sentence});
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

TEST(refused, D2_a_dependency_that_no_handler_would_get) {
  expect_refused(
      {"void use(library_bus& bus, library_transaction& transaction, mailer& own, mailer& other) {"
       "bus.handle(book_put{}, transaction, own @); static_cast<void>(other); }",
       "", ", other", "two dependencies of one type are handed in"});
  expect_refused(
      {"inline void may_mail(const book_put&, library_transaction&, mailer*) {}"
       "struct fast_mailer : mailer {};"
       "constexpr auto all = messagebus::handlers<&may_mail>;"
       "void use(messagebus::bus<library, all>& bus, library_transaction& transaction,"
       "fast_mailer& own) { bus.handle(book_put{}, transaction, @); }",
       "messagebus::lend<mailer>(own)", "own",
       "a dependency is handed in that no handler of this"});
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

TEST(refused, D4_a_hook_of_a_final_class_that_nobody_could_call) {
  expect_refused(
      {"struct post final : mailer { void on_after_rollback(@) {} };"
       "void use(library_bus& bus) { bus.provide<mailer, post>(); }",
       "", "int", "the hook on_after_rollback of this dependency cannot be called"});
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
}  // namespace messagebus::refused_test
