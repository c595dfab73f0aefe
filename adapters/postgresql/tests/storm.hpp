#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {

/// Writers of every kind at once: they overlap, commit late, roll back, are prepared, are killed;
/// others burn numbers of the sequence; and a stranger has a transaction open all along that writes
/// to another table.
class storm {
 public:
  storm();
  ~storm();

  const test_schema& schema() const noexcept { return schema_; }
  /// A role that may read the log and nothing else.
  std::string reader_address() const;

  /// Starts the writers, who stop by themselves.
  void begin();
  bool is_over() const noexcept { return writing_ == 0; }
  /// The stranger's transaction ends here.
  void let_the_stranger_go();

  /// Ids of the messages that were committed, by the time of writing their text form.
  std::set<std::string> committed() const;

  /// Makes the sequence cache for a while, and turns that back.
  void cache_for_a_while();

 private:
  using work = std::function<void(server_connection& connection, int round)>;

  void start(int rounds, work doing);
  void start_writer_by_library();
  std::string insert(const std::string& id) const;
  void write_late(server_connection& connection, int round);
  void write_and_roll_back(server_connection& connection, int round);
  void write_prepared(server_connection& connection, int round);
  void write_and_be_killed(server_connection& connection, int round);
  void burn_numbers(server_connection& connection, int round);
  void note_committed(const std::string& id);

  test_schema schema_;
  std::unique_ptr<database> database_;
  std::unique_ptr<server_connection> stranger_;
  std::vector<std::jthread> threads_;
  std::atomic<int> writing_ = 0;
  mutable std::mutex mutex_;
  std::set<std::string> committed_;
};

}  // namespace messagebus::postgresql
