#pragma once

#include <chrono>
#include <cstddef>
#include <http_club/program/connection.hpp>
#include <http_club/program/exit_code.hpp>
#include <string>
#include <variant>

namespace http_club {

struct program_options {
  /// `postgresql://…`, or the path of a SQLite file.
  std::string database = "reading_club.db";
  /// The address is that of a pooler that lends a connection for each transaction.
  bool is_pooler = false;
  std::size_t database_connections_max = 16;
  std::string address = "127.0.0.1";
  unsigned short port = 8080;
  connection_limits limits;
  std::size_t streams_max = 8;
  std::chrono::seconds shutdown_max{10};
};

/// The options, or what to tell the shell when there is nothing to serve: help was asked for, or
/// something cannot be understood.
std::variant<program_options, exit_code> read_command_line(int argc, char** argv);

}  // namespace http_club
