#include <iostream>
#include <party.hpp>

namespace {

MESSAGEBUS_HANDLER("party.hall", on_welcome);

void take_the_coat(const guest_arrived& event, party_transaction& /*transaction*/) {
  std::cout << "the hall takes the coat of " << event.name << '\n';
}
MESSAGEBUS_HANDLER("party.hall", take_the_coat);

}  // namespace
