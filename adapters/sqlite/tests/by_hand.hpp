#pragma once

#include <sqlite3.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace messagebus::sqlite {

// SQLite without this library, as an application or a tool may use it beside.

using connection_by_hand = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

inline connection_by_hand open_by_hand(const std::string& path, const char* disk = nullptr) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk);
  connection_by_hand owned(opened, &sqlite3_close);
  if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(opened));
  return owned;
}

using row_texts = std::vector<std::string>;

/// Runs SQL without this library. Throws what SQLite says.
inline std::vector<row_texts> run_by_hand(sqlite3* on, const std::string& sql) {
  std::vector<row_texts> rows;
  char* said = nullptr;
  const auto take = [](void* taken, int count, char** values, char** /*names*/) {
    auto& row = static_cast<std::vector<row_texts>*>(taken)->emplace_back();
    for (int i = 0; i < count; ++i) row.emplace_back(values[i] == nullptr ? "" : values[i]);
    return 0;
  };
  if (sqlite3_exec(on, sql.c_str(), take, &rows, &said) != SQLITE_OK) {
    const std::unique_ptr<char, decltype(&sqlite3_free)> owned(said, &sqlite3_free);
    throw std::runtime_error(said == nullptr ? "no memory" : said);
  }
  return rows;
}

}  // namespace messagebus::sqlite
