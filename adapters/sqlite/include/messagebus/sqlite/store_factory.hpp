#pragma once

#include <functional>
#include <memory>
#include <messagebus/ports/message_store.hpp>

namespace messagebus::sqlite {

class session;

/// Makes a store of your own for one transaction, in place of the log. The store may write through
/// the session whenever a message is added to it.
using store_factory = std::function<std::unique_ptr<message_store>(session& session)>;

}  // namespace messagebus::sqlite
