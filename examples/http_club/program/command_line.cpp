#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <http_club/program/command_line.hpp>
#include <string>

namespace http_club {
namespace {

constexpr auto footer = R"(
Requests:
  POST /books      {"isbn":"0-321-12521-5","title":"…","author":"…"}
  POST /reviewers  {"name":"Alice"}
  POST /reviews    {"book_id":"…","reviewer_id":"…","rating":9,"comment":"…"}
  GET  /books, /reviewers, /reviews   all of them, as a JSON array
  GET  /messages                      the log, one JSON object a line
  GET  /health                        whether the database answers
  GET  /metrics                       for Prometheus

Exit codes:
  0  ended by SIGTERM or SIGINT, all requests answered
  1  ended by SIGTERM or SIGINT, and requests that took too long were cut off
  2  the command line cannot be understood
  3  the database cannot be opened, or the port cannot be listened on
  128 + N  ended at once by a second signal N while requests were still running (130: Ctrl-C))";

void add_seconds(CLI::App& app, const std::string& name, std::chrono::seconds& into,
                 const std::string& description) {
  app.add_option_function<int>(
         name, [&into](int seconds) { into = std::chrono::seconds(seconds); }, description)
      ->default_str(std::to_string(into.count()))
      ->check(CLI::Range(1, 86400));
}

std::string refusal_of_address(const std::string& address) {
  boost::system::error_code failed;
  boost::asio::ip::make_address(address, failed);
  if (!failed) return {};
  return "give numbers, such as 127.0.0.1, ::1, or 0.0.0.0 for all of IPv4";
}

}  // namespace

std::variant<program_options, exit_code> read_command_line(int argc, char** argv) {
  program_options read;
  CLI::App app("Serves the reading club over HTTP, on one thread.", "http_club");
  app.footer(footer);
  app.add_option("--database", read.database,
                 "postgresql://…, or a SQLite file, made when it is not there")
      ->type_name("WHERE")
      ->capture_default_str();
  app.add_flag("--pooler", read.is_pooler,
               "the database is behind a pooler that lends a connection for each transaction");
  app.add_option("--database-connections-max", read.database_connections_max,
                 "transactions at once on PostgreSQL")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--address", read.address, "to listen on")
      ->check(CLI::Validator(refusal_of_address, ""))
      ->capture_default_str();
  app.add_option("--port", read.port, "to listen on; 0 is any that is free")->capture_default_str();
  app.add_option("--body-bytes-max", read.limits.body_bytes_max, "of a request; more is a 413")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  app.add_option("--header-bytes-max", read.limits.header_bytes_max, "of a request; more is a 431")
      ->check(CLI::Range(1024, 1 << 20))
      ->capture_default_str();
  app.add_option("--streams-max", read.streams_max,
                 "of GET /books, /reviewers, /reviews, /messages at once; more is a 503")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_seconds(app, "--idle-seconds", read.limits.idle_max,
              "until a client that says or takes nothing is let go");
  add_seconds(app, "--shutdown-seconds", read.shutdown_max,
              "for running requests to end after SIGTERM or SIGINT");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_code::done : exit_code::usage;
  }
  return read;
}

}  // namespace http_club
