#include "hand_connection.hpp"

#include <boost/describe/class.hpp>
#include <chrono>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace messagebus::bench {

BOOST_DESCRIBE_STRUCT(new_book, (), (id, isbn, title, author))

namespace {

constexpr auto insert_message =
    "INSERT INTO messagebus.message(message_id, created_at, kind, name, schema_version, published, "
    "correlation_id, causation_id, metadata, payload) VALUES($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)";

}  // namespace

hand_connection::hand_connection(boost::asio::io_context& context, const std::string& where)
    : connection_(PQconnectdb(where.c_str()), &PQfinish), socket_(context) {
  PGconn* const open = connection_.get();
  if (PQstatus(open) != CONNECTION_OK) fail();
  const auto prepare = [&](const char* name, const char* sql) {
    PQclear(PQprepare(open, name, sql, 0, nullptr));
  };
  prepare("begin", "BEGIN");
  prepare("commit", "COMMIT");
  prepare("book",
          "insert into books (id, isbn, title, author) values ($1, $2, $3, $4) on conflict do "
          "nothing");
  prepare("message", insert_message);
  PQsetnonblocking(open, 1);
  PQenterPipelineMode(open);
  socket_.assign(PQsocket(open));
}

void hand_connection::fail() const {
  throw std::runtime_error(PQerrorMessage(connection_.get()));
}

void hand_connection::register_book(new_book book, on_end ended) {
  book_ = std::move(book);
  ended_ = std::move(ended);
  insert_book();
}

void hand_connection::insert_book() {
  const std::string id = book_.id.to_string();
  send("begin", {});
  send("book", {id.c_str(), book_.isbn.c_str(), book_.title.c_str(), book_.author.c_str()});
  counts_rows_ = true;
  exchange(2, [this] {
    counts_rows_ = false;
    insert_messages();
  });
}

void hand_connection::insert_messages() {
  const timestamp now = system_clock::instance().now();
  const std::string command = uuid7_source::instance().next(now).to_string();
  const std::string created_at = format_timestamp(now);
  const std::string payload = codec::encode(book_);
  send("message", {command.c_str(), created_at.c_str(), "1", "register_book", "1", "f",
                   command.c_str(), nullptr, nullptr, payload.c_str()});
  if (is_new_) {
    const std::string event = uuid7_source::instance().next(now).to_string();
    const std::string of_event = codec::encode(book_);
    send("message", {event.c_str(), created_at.c_str(), "2", "book_registered", "1", "t",
                     command.c_str(), command.c_str(), nullptr, of_event.c_str()});
  }
  send("commit", {});
  exchange(is_new_ ? 3 : 2, [this] { std::exchange(ended_, nullptr)(is_new_); });
}

void hand_connection::send(const char* statement, std::initializer_list<const char*> values) {
  if (PQsendQueryPrepared(connection_.get(), statement, static_cast<int>(values.size()),
                          values.begin(), nullptr, nullptr, 1) == 0) {
    fail();
  }
}

void hand_connection::exchange(std::size_t statements, std::function<void()> next) {
  next_ = std::move(next);
  answers_left_ = statements + 1;  // and the end of the pipeline
  if (PQpipelineSync(connection_.get()) == 0 || PQflush(connection_.get()) != 0) fail();
  take_answers();
}

void hand_connection::take_answers() {
  PGconn* const open = connection_.get();
  while (answers_left_ > 0 && PQisBusy(open) == 0) {
    PGresult* const result = PQgetResult(open);
    const auto status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_SYNC) fail();
    if (counts_rows_ && status == PGRES_COMMAND_OK) {
      is_new_ = std::string_view(PQcmdTuples(result)) == "1";
    }
    PQclear(result);
    --answers_left_;
    if (status == PGRES_COMMAND_OK) PQgetResult(open);  // the end of its results
  }
  if (answers_left_ == 0) {
    std::exchange(next_, nullptr)();
    return;
  }
  socket_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                     [this](const boost::system::error_code& failed) {
                       if (failed) return;
                       if (PQconsumeInput(connection_.get()) == 0) fail();
                       take_answers();
                     });
}

hand_pool::hand_pool(boost::asio::io_context& context, const std::string& where, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    free_.push_back(all_.emplace_back(std::make_unique<hand_connection>(context, where)).get());
  }
}

void hand_pool::register_book(new_book book, hand_connection::on_end ended) {
  if (free_.empty()) {
    waiting_.emplace_back(std::move(book), std::move(ended));
    return;
  }
  hand_connection& free = *free_.back();
  free_.pop_back();
  run(free, std::move(book), std::move(ended));
}

void hand_pool::run(hand_connection& free, new_book book, hand_connection::on_end ended) {
  free.register_book(std::move(book), [this, &free, ended = std::move(ended)](bool is_new) {
    if (waiting_.empty()) {
      free_.push_back(&free);
    } else {
      auto [next, of_next] = std::move(waiting_.front());
      waiting_.pop_front();
      run(free, std::move(next), std::move(of_next));
    }
    ended(is_new);
  });
}

}  // namespace messagebus::bench
