#pragma once

#include <messagebus/domain/uuid.hpp>
#include <reading_club/domain/book_messages.hpp>
#include <reading_club/domain/review_messages.hpp>
#include <reading_club/domain/reviewer_messages.hpp>
#include <string>

namespace reading_club {

/// Ids that can be told apart in a failure: number 7 ends in 7.
inline messagebus::uuid id(std::uint8_t number) {
  return {.bytes = {0x01, 0x98, 0xc0, 0xde, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, number}};
}

inline constexpr std::uint8_t domain_driven_design = 1;
inline constexpr std::uint8_t architecture_patterns = 2;
inline constexpr std::uint8_t alice = 10;
inline constexpr std::uint8_t bob = 11;

inline register_book register_domain_driven_design() {
  return {.id = id(domain_driven_design),
          .isbn = "0-321-12521-5",
          .title = "Domain-Driven Design",
          .author = "Eric Evans"};
}

inline register_book register_architecture_patterns() {
  return {.id = id(architecture_patterns),
          .isbn = "978-1492052203",
          .title = "Architecture Patterns With Python",
          .author = "Harry Percival and Bob Gregory"};
}

inline create_reviewer create_alice() {
  return {.id = id(alice), .name = "Alice"};
}

inline create_reviewer create_bob() {
  return {.id = id(bob), .name = "Bob"};
}

inline create_review review_of(std::uint8_t number, std::uint8_t book, std::uint8_t reviewer,
                               int rating = 8) {
  return {.id = id(number), .book_id = id(book), .reviewer_id = id(reviewer), .rating = rating};
}

}  // namespace reading_club
