#include "own_pooler.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <stdexcept>
#include <text_file.hpp>
#include <thread>

#include "own_process.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {

own_pooler::own_pooler(std::uint16_t server_port) : port_(free_port()) {
  process_ = start_process({address_of("MESSAGEBUS_TEST_PGBOUNCER_POOLER"), folder_.path().string(),
                            std::to_string(port_), std::to_string(server_port)},
                           folder_ / "log");
  for (int look = 0; look < 300; ++look) {
    if (PQping(address().c_str()) == PQPING_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  throw std::runtime_error("the pooler does not start; it printed:\n" +
                           tests::read_text(folder_ / "log"));
}

own_pooler::~own_pooler() {
  kill_process(process_);
}

std::string own_pooler::address() const {
  return "postgresql://messagebus@127.0.0.1:" + std::to_string(port_) + "/postgres";
}

}  // namespace messagebus::postgresql
