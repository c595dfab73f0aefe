# What can be chosen when configuring. A project that adds this one by add_subdirectory gets the
# library and nothing else, unless it asks.

option(MESSAGEBUS_BUILD_TESTS "Build the tests (needs GoogleTest and RapidCheck)" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_BUILD_TESTING "Build the contract suites that adapters and applications test with (needs GoogleTest)"
       ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_BUILD_TOOLS "Build the command messagebus (needs CLI11, fmt and SQLite)" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_BUILD_BENCH "Build the benchmarks" OFF)
option(MESSAGEBUS_BUILD_FUZZERS "Build the libFuzzer targets (needs Clang)" OFF)

option(MESSAGEBUS_WITH_MEMORY "Build the in-memory adapter" ON)
option(MESSAGEBUS_WITH_SQLITE "Build the SQLite adapter" ON)
option(MESSAGEBUS_WITH_POSTGRESQL "Build the PostgreSQL adapter (needs libpq)" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_WITH_PROMETHEUS "Build the Prometheus adapter" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_WITH_ASIO "Build the Boost.Asio adapter" ${PROJECT_IS_TOP_LEVEL})

option(MESSAGEBUS_INSTALL "Make the install rules" ${PROJECT_IS_TOP_LEVEL})
option(MESSAGEBUS_TEST_PACKAGE "Build projects of users against the installed library among the tests" ON)
option(MESSAGEBUS_WARNINGS_AS_ERRORS "Fail the build on a warning" OFF)
set(MESSAGEBUS_SANITIZE "" CACHE STRING "Sanitizers for everything built here: address,undefined or thread")

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  find_program(MESSAGEBUS_CCACHE ccache)
  if(MESSAGEBUS_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${MESSAGEBUS_CCACHE})
  endif()
endif()

if(MESSAGEBUS_BUILD_TESTS)
  enable_testing()
endif()
