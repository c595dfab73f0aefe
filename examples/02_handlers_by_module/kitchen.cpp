#include <iostream>
#include <party.hpp>

namespace {

void cook_for_one_more(const guest_arrived& event, party_transaction& /*transaction*/) {
  std::cout << "the kitchen cooks for " << event.name << '\n';
}
MESSAGEBUS_HANDLER("party.kitchen", cook_for_one_more);

}  // namespace
