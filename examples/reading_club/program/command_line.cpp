#include <reading_club/program/command_line.hpp>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <map>
#include <messagebus/domain/id_source.hpp>
#include <reading_club/program/commands.hpp>
#include <string>
#include <utility>

namespace reading_club {
namespace {

constexpr auto footer = R"(
Examples:
  book=$(reading_club register-book --isbn 0-321-12521-5 \
           --title 'Domain-Driven Design' --author 'Eric Evans')
  alice=$(reading_club create-reviewer --name Alice)
  reading_club review --book $book --reviewer $alice --rating 9 --comment 'Worth it'
  reading_club list reviews
  reading_club list messages

Exit codes:
  0  done
  1  refused by a rule of the club, or check found something
  2  the command line cannot be understood
  3  the database, or a file, cannot be opened, read or written)";

/// All that options are read into; lives as long as the command may run.
struct arguments {
  club_location database{.where = "reading_club.db"};
  register_book book{.id = messagebus::new_uuid(), .isbn = {}, .title = {}, .author = {}};
  create_reviewer reviewer{.id = messagebus::new_uuid(), .name = {}};
  create_review review{.id = messagebus::new_uuid(), .book_id = {}, .reviewer_id = {}};
  list_of listed = list_of::books;
  bool as_json = false;
  stress_options stress;
  std::optional<std::filesystem::path> reported;
};

CLI::Option* add_id(CLI::App& app, const std::string& name, messagebus::uuid& into,
                    const std::string& description) {
  const auto parse = [&into, name](const std::string& text) {
    const auto id = messagebus::uuid::parse(text);
    if (!id) {
      throw CLI::ValidationError(
          name, "an id looks like 0198c0de-7b1a-7000-8000-0123456789ab, not like " + text);
    }
    into = *id;
  };
  return app.add_option_function<std::string>(name, parse, description)->type_name("UUID");
}

void add_registering(CLI::App& app, arguments& read, std::function<exit_code()>& command) {
  auto& book = *app.add_subcommand("register-book", "register a book; prints its id");
  book.add_option("--isbn", read.book.isbn, "must not be taken")->required();
  book.add_option("--title", read.book.title)->required();
  book.add_option("--author", read.book.author)->required();
  add_id(book, "--id", read.book.id, "chosen by you; otherwise a new one");
  book.callback([&] { command = [&] { return run(read.book, read.database); }; });

  auto& reviewer = *app.add_subcommand("create-reviewer", "create a reviewer; prints the id");
  reviewer.add_option("--name", read.reviewer.name)->required();
  add_id(reviewer, "--id", read.reviewer.id, "chosen by you; otherwise a new one");
  reviewer.callback([&] { command = [&] { return run(read.reviewer, read.database); }; });

  auto& review = *app.add_subcommand("review", "rate a book, once a reviewer; prints the id");
  add_id(review, "--book", read.review.book_id, "the id of a book")->required();
  add_id(review, "--reviewer", read.review.reviewer_id, "the id of a reviewer")->required();
  review.add_option("--rating", read.review.rating, "from 0 to 10")->required();
  review.add_option("--comment", read.review.comment);
  add_id(review, "--id", read.review.id, "chosen by you; otherwise a new one");
  review.callback([&] { command = [&] { return run(read.review, read.database); }; });
}

void add_looking(CLI::App& app, arguments& read, std::function<exit_code()>& command) {
  static const std::map<std::string, list_of> lists{{"books", list_of::books},
                                                    {"reviewers", list_of::reviewers},
                                                    {"reviews", list_of::reviews},
                                                    {"messages", list_of::messages}};
  auto& listing =
      *app.add_subcommand("list", "list books, reviewers, reviews, or the messages of the log");
  listing.add_option("what", read.listed, "books, reviewers, reviews or messages")
      ->required()
      ->transform(CLI::CheckedTransformer(lists).description(""))
      ->type_name("");
  listing.add_flag("--json", read.as_json, "one JSON object a line");
  listing.callback(
      [&] { command = [&] { return list(read.listed, read.as_json, read.database); }; });

  auto& checking = *app.add_subcommand("check", "examine whether state and log agree");
  checking
      .add_option("--reported", read.reported, "what stress has printed: all of it must be there")
      ->type_name("FILE");
  checking.callback([&] { command = [&] { return check(read.reported, read.database); }; });

  auto& stressing = *app.add_subcommand(
      "stress", "register books as fast as possible; prints the id of each that was committed");
  stressing.add_option("--writers", read.stress.writers, "threads that write")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  stressing
      .add_option_function<double>(
          "--seconds",
          [&](double seconds) { read.stress.duration = std::chrono::duration<double>(seconds); },
          "how long")
      ->default_str("5")
      ->check(CLI::Range(0.0, 1e6));
  stressing.callback([&] { command = [&] { return stress(read.stress, read.database); }; });
}

}  // namespace

std::variant<std::function<exit_code()>, exit_code> read_command_line(int argc, char** argv) {
  static arguments read;
  std::function<exit_code()> command;
  CLI::App app("A reading club: registers books and reviewers, and lets reviewers rate books.",
               "reading_club");
  app.footer(footer);
  app.fallthrough();  // --database may stand behind the command as well
  app.require_subcommand(1);
  app.add_option("--database", read.database.where,
                 "a SQLite file, made when it is not there, or postgresql://…")
      ->type_name("WHERE")
      ->capture_default_str();
  app.add_flag("--pooler", read.database.is_pooler,
               "the database is behind a pooler that lends a connection for each transaction");
  add_registering(app, read, command);
  add_looking(app, read, command);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_code::done : exit_code::usage;
  }
  return command;
}

}  // namespace reading_club
