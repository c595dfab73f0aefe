#include <messagebus/domain/error.hpp>

namespace messagebus {
namespace {

class category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "messagebus"; }

  std::string message(int code) const override {
    switch (static_cast<errc>(code)) {
      case errc::configuration:
        return "wrong configuration";
      case errc::missing_dependency:
        return "missing dependency";
      case errc::no_handler:
        return "no handler";
      case errc::transaction_state:
        return "not allowed in this state of the transaction";
      case errc::usage:
        return "wrong use of the library";
      case errc::decode:
        return "cannot be decoded";
      case errc::encode:
        return "cannot be encoded";
      case errc::limit_exceeded:
        return "limit exceeded";
      case errc::duplicate_message:
        return "duplicate message id";
      case errc::conflict:
        return "conflict with another transaction";
      case errc::constraint:
        return "constraint violated";
      case errc::busy:
        return "database is busy";
      case errc::storage:
        return "database error";
      case errc::storage_full:
        return "database is full";
      case errc::storage_read_only:
        return "database is read-only";
      case errc::storage_corrupt:
        return "database is corrupt";
      case errc::storage_unavailable:
        return "database is unavailable";
      case errc::schema_too_new:
        return "database schema is too new";
      case errc::commit_outcome_unknown:
        return "outcome of the commit is unknown";
      case errc::cancelled:
        return "cancelled";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const category instance;
  return instance;
}

}  // namespace messagebus
