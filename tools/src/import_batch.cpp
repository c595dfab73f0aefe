#include "import_batch.hpp"

#include <utility>

namespace messagebus::tool {

void import_batch::add(imported_line line) {
  bytes_ += line.message.payload.size() + line.message.metadata.size();
  index_of_.emplace(line.message.message_id, lines_.size());
  lines_.push_back(std::move(line));
}

const imported_line* import_batch::find(uuid message_id) const {
  const auto found = index_of_.find(message_id);
  return found == index_of_.end() ? nullptr : &lines_[found->second];
}

void import_batch::clear() {
  lines_.clear();
  index_of_.clear();
  bytes_ = 0;
}

}  // namespace messagebus::tool
