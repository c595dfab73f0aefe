// A user's file with messages and a model.

#include "messages.hpp"

std::string isbn_of(const register_book& command) {
  return command.isbn;
}
