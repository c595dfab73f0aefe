#pragma once

#include <memory>
#include <utility>

namespace messagebus::postgresql::detail {

class connection;
class connection_pool;

/// A connection on loan from the pool, given back when this goes.
class leased_connection {
 public:
  leased_connection(std::shared_ptr<connection_pool> pool,
                    std::unique_ptr<connection> lent) noexcept;
  leased_connection(leased_connection&& other) noexcept;
  leased_connection& operator=(leased_connection&&) = delete;
  ~leased_connection();

  connection& operator*() const noexcept { return *lent_; }
  connection* operator->() const noexcept { return lent_.get(); }

 private:
  std::shared_ptr<connection_pool> pool_;
  std::unique_ptr<connection> lent_;
};

}  // namespace messagebus::postgresql::detail
