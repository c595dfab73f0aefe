#include <fmt/core.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <http_club/adapters/postgresql_backend.hpp>
#include <http_club/adapters/sqlite_backend.hpp>
#include <http_club/program/command_line.hpp>
#include <http_club/program/server.hpp>
#include <memory>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/prometheus/metrics.hpp>
#include <reading_club/adapters/storage_kind.hpp>

namespace {

using namespace http_club;

std::unique_ptr<backend> open_backend(const program_options& options,
                                      messagebus::socket_waiter& waiter,
                                      messagebus::metrics& metrics) {
  messagebus::unit_of_work_options of_unit_of_work{.metrics = &metrics};
  of_unit_of_work.retry.attempts_max = 3;
  const auto kind = reading_club::kind_of(options.database, options.is_pooler);
  if (kind == reading_club::storage_kind::file) {
    return std::make_unique<sqlite_backend>(options.database, of_unit_of_work);
  }
  messagebus::postgresql::database_options of_database;
  of_database.connections_max = options.database_connections_max;
  of_database.waiter = &waiter;
  if (options.is_pooler) {
    of_database.pooling = messagebus::postgresql::pooling::by_transaction;
  }
  // A client rather hears soon that the database is down; each of the attempts waits as long.
  of_database.connection_wait_max = std::chrono::seconds(2);
  of_database.statement_wait_max = std::chrono::seconds(5);
  return std::make_unique<postgresql_backend>(options.database, of_database, of_unit_of_work);
}

// In a URL an address of IPv6 stands in brackets, so that its end shows.
std::string in_url(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

exit_code serve(const program_options& options) {
  const auto registry = std::make_shared<prometheus::Registry>();
  messagebus::prometheus::metrics metrics(registry);
  boost::asio::io_context context(1);
  messagebus::asio::socket_waiter waiter(context.get_executor());
  const auto backend = open_backend(options, waiter, metrics);
  routes routes(
      *backend, [&] { return prometheus::TextSerializer().Serialize(registry->Collect()); },
      options.streams_max);
  server server(context, options.address, options.port, routes, options.limits,
                options.shutdown_max);
  fmt::print("listening on http://{}:{}\n", in_url(options.address), server.port());
  std::fflush(stdout);
  const std::size_t cut_off = server.run();
  if (cut_off == 0) return exit_code::done;
  fmt::print(stderr,
             "http_club: {} clients were cut off: their requests took longer than "
             "--shutdown-seconds\n",
             cut_off);
  return exit_code::cut_off;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto asked = read_command_line(argc, argv);
    if (const auto* answered = std::get_if<exit_code>(&asked)) return static_cast<int>(*answered);
    return static_cast<int>(serve(std::get<program_options>(asked)));
  } catch (const std::exception& error) {
    fmt::print(stderr, "http_club: {}\n", error.what());
    return static_cast<int>(exit_code::failed);
  }
}
