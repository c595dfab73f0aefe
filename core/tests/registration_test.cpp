#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

texts heard;  // by functions, which cannot capture

int put_quietly(const put_book& /*command*/, library_transaction& /*transaction*/) {
  return 1;
}
void hear_plainly(const book_put& event, library_transaction& /*transaction*/) {
  heard.push_back("plain " + event.title);
}
void hear_with_header(const envelope<book_put>& event, library_transaction& /*transaction*/) {
  heard.push_back("header " + event.content.title);
}

/// An object with state of its own.
struct counting_listener {
  int* count;
  void operator()(const book_put& /*event*/, library_transaction& /*transaction*/) const {
    ++*count;
  }
};

struct other_library {
  shelf<1>& only;
};

void hear_elsewhere(const book_put& /*event*/, transaction<other_library>& /*transaction*/) {}

void hear_below(const book_put& /*event*/, library_transaction& /*transaction*/) {
  heard.emplace_back("below");
}
void hear_again(const book_put& /*event*/, library_transaction& /*transaction*/) {
  heard.emplace_back("again");
}
MESSAGEBUS_HANDLER("registration.events.below", hear_below);
MESSAGEBUS_HANDLER("registration.events.below", hear_again);
MESSAGEBUS_HANDLER("registration.events", hear_plainly);
MESSAGEBUS_HANDLER("registration.eventsource", hear_with_header);
MESSAGEBUS_HANDLER("registration.elsewhere", hear_elsewhere);

/// Copied from `book_put`, its name as well.
struct book_taken {
  static constexpr auto schema = book_put::schema;
  std::string title;
};
BOOST_DESCRIBE_STRUCT(book_taken, (), (title))

/// The message of the `configuration_error` that `call` throws.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const configuration_error& error) {
    return error.what();
  }
  return "nothing was refused";
}

class registration_test : public ::testing::Test {
 protected:
  registration_test() { heard.clear(); }

  texts heard_of(const std::string& title) {
    heard.clear();
    bus.execute(work, book_put{title});
    return heard;
  }

  probe told;
  library_work work{told};
  messagebus::bus<library> bus;
};

TEST_F(registration_test, B1_a_second_handler_of_a_command_is_refused_by_name) {
  const handler_id first = bus.on<&put_quietly>();
  const auto second = [](const put_book&, library_transaction&) { return 2; };
  EXPECT_NE(refusal([&] { bus.on(second); }).find("the command put_book v1"), std::string::npos);
  EXPECT_NE(refusal([&] { bus.on(&put_quietly); }).find("put_book v1"), std::string::npos);
  bus.remove(first);
  bus.on(second);
  EXPECT_EQ(bus.execute(work, put_book{"Emma"}), 2);
}

TEST_F(registration_test, B1_a_function_that_is_not_there_is_refused) {
  int (*nowhere)(const put_book&, library_transaction&) = nullptr;
  EXPECT_NE(refusal([&] { bus.on(nowhere); }).find("null pointer"), std::string::npos);
}

TEST_F(registration_test, M1_two_types_of_one_name_and_version_are_refused_by_name) {
  const auto hear_taken = [](const book_taken&, library_transaction&) {};
  const handler_id first = bus.on(&hear_plainly);
  const std::string refused = refusal([&] { bus.on(hear_taken); });
  EXPECT_NE(refused.find("book_put and book_taken, are both book_put v1"), std::string::npos)
      << refused;
  bus.remove(first);
  bus.on(hear_taken);
}

TEST_F(registration_test, B1_a_refusal_changes_nothing) {
  bus.on<&put_quietly>();
  refusal([&] { bus.on([](const put_book&, library_transaction&) { return 2; }); });
  EXPECT_EQ(bus.execute(work, put_book{"Emma"}), 1);
}

TEST_F(registration_test, B2_functions_objects_and_functions_named_early_listen_in_order) {
  int count = 0;
  bus.on<&hear_with_header>();
  bus.on(counting_listener{&count});
  bus.on(&hear_plainly);
  EXPECT_EQ(heard_of("Emma"), (texts{"header Emma", "plain Emma"}));
  EXPECT_EQ(count, 1);
}

TEST_F(registration_test, B2_a_lambda_stands_in_a_list_of_handlers_like_a_function) {
  messagebus::bus<library, handlers<&put_quietly,
                                    [](const book_put& event, library_transaction&) {
                                      heard.push_back("lambda " + event.title);
                                    }>>
      proved;
  proved.execute(work, book_put{"Emma"});
  EXPECT_EQ(heard, texts{"lambda Emma"});
}

TEST_F(registration_test, B2_a_function_is_removed_by_itself_one_registration_at_a_time) {
  bus.on(&hear_plainly);
  bus.on<&hear_with_header>();
  bus.on<&hear_plainly>();
  bus.remove(&hear_plainly);
  bus.remove(&hear_with_header);
  EXPECT_NE(refusal([&] { bus.remove(&hear_with_header); }).find("is not registered with this bus"),
            std::string::npos);
  EXPECT_EQ(heard_of("Emma"), texts{"plain Emma"});
}

TEST_F(registration_test, B2_an_object_is_removed_by_what_its_registration_returned) {
  int count = 0;
  const handler_id first = bus.on(counting_listener{&count});
  bus.on(counting_listener{&count});
  bus.remove(first);
  EXPECT_NE(refusal([&] { bus.remove(first); }), "nothing was refused");
  EXPECT_NE(refusal([&] { bus.remove(handler_id{}); }), "nothing was refused");
  heard_of("Emma");
  EXPECT_EQ(count, 1);
}

TEST_F(registration_test, B2_the_last_listener_may_go) {
  bus.on(&hear_plainly);
  bus.remove(&hear_plainly);
  EXPECT_EQ(heard_of("Emma"), texts{});
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(registration_test, B9_a_scan_takes_a_module_and_those_below_it_and_no_other) {
  bus.scan("registration.events");
  EXPECT_EQ(heard_of("Emma"), (texts{"plain Emma", "below", "again"}));
}

TEST_F(registration_test, B9_modules_that_overlap_are_taken_once) {
  bus.scan("registration.events.below", "registration.events");
  EXPECT_EQ(heard_of("Emma"), (texts{"plain Emma", "below", "again"}));
}

TEST_F(registration_test, B9_a_listener_that_is_scanned_again_is_refused_and_hears_once) {
  bus.scan("registration.events");
  const std::string why = "registered already, and would hear everything twice";
  EXPECT_NE(refusal([&] { bus.scan("registration.events.below"); }).find(why), std::string::npos);
  EXPECT_EQ(heard_of("Emma"), (texts{"plain Emma", "below", "again"}));
}

TEST_F(registration_test, B9_a_module_of_other_ports_is_empty) {
  EXPECT_NE(refusal([&] { bus.scan("registration.elsewhere"); }).find("registration.elsewhere"),
            std::string::npos);
}

TEST_F(registration_test, B9_a_scan_that_finds_a_problem_registers_nothing) {
  EXPECT_NE(refusal([&] { bus.scan("registration.events", "no.such.module"); }).find("no.such"),
            std::string::npos);
  EXPECT_EQ(heard_of("Emma"), texts{});
}

TEST_F(registration_test, B9_a_handler_that_was_found_can_be_removed) {
  bus.scan("registration.events");
  bus.remove(&hear_below);
  EXPECT_EQ(heard_of("Emma"), (texts{"plain Emma", "again"}));
}

TEST_F(registration_test, B9_a_plug_in_may_be_loaded_while_another_bus_scans) {
  std::atomic<bool> has_ended = false;
  std::thread loading([&] {
    for (int line = 0; line < 1000; ++line) {
      detail::announce_handler<&hear_plainly>("registration.plug_in", __FILE__, line);
    }
    has_ended = true;
  });
  do {
    messagebus::bus<library> other;
    other.scan("registration.events");
  } while (!has_ended);
  loading.join();
  bus.scan("registration.plug_in");
  EXPECT_EQ(heard_of("Emma"), texts{"plain Emma"});
}

TEST_F(registration_test, B10_nothing_is_registered_while_the_bus_serves) {
  bus.on(&hear_plainly);
  heard_of("Emma");
  const std::string why = "registration ends before serving starts";
  EXPECT_NE(refusal([&] { bus.on(&hear_with_header); }).find(why), std::string::npos);
  EXPECT_NE(refusal([&] { bus.on<&put_quietly>(); }).find(why), std::string::npos);
  EXPECT_NE(refusal([&] { bus.remove(&hear_plainly); }).find(why), std::string::npos);
  EXPECT_NE(refusal([&] { bus.scan("registration.events"); }).find(why), std::string::npos);
  EXPECT_NE(refusal([&] { bus.provide<std::string>(); }).find(why), std::string::npos);
}

TEST_F(registration_test, B10_two_buses_know_nothing_of_each_other) {
  messagebus::bus<library> other;
  bus.on(&hear_plainly);
  other.on(&hear_with_header);
  EXPECT_EQ(heard_of("Emma"), texts{"plain Emma"});
  other.execute(work, book_put{"Emma"});
  EXPECT_EQ(heard, (texts{"plain Emma", "header Emma"}));
}

TEST_F(registration_test, D1_a_second_provider_of_a_dependency_is_refused_by_name) {
  bus.provide<probe>();
  EXPECT_NE(refusal([&] { bus.provide<probe>(); }).find("a provider of probe already"),
            std::string::npos);
}

}  // namespace
}  // namespace messagebus::library_test
