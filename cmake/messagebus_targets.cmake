# How the targets of this project are made: every library, test and program goes through one of
# these functions, so that warnings, sanitizers and install rules stand in one place.

find_package(Threads REQUIRED)

# Warnings and sanitizers of our own targets; never handed on to users.
add_library(messagebus_build_flags INTERFACE)
target_compile_options(
  messagebus_build_flags
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            # Clang's also counts the parameters of static functions against static members.
            $<$<CXX_COMPILER_ID:GNU>:-Wshadow>
            # Takes every file that a unity build includes for a header.
            $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
            -Wconversion
            -Wsign-conversion
            -Wnon-virtual-dtor
            -Woverloaded-virtual
            -Wold-style-cast
            -Wcast-qual
            $<$<BOOL:${MESSAGEBUS_WARNINGS_AS_ERRORS}>:-Werror>)
if(MESSAGEBUS_SANITIZE)
  target_compile_options(messagebus_build_flags INTERFACE -fsanitize=${MESSAGEBUS_SANITIZE} -fno-omit-frame-pointer
                                                          -fno-sanitize-recover=all)
  target_link_options(messagebus_build_flags INTERFACE -fsanitize=${MESSAGEBUS_SANITIZE})
endif()

# messagebus_add_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...])
# The library messagebus_NAME, known as messagebus::NAME, with its public headers in ./include.
function(messagebus_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  set(target messagebus_${name})
  if(arg_SOURCES)
    add_library(${target} ${arg_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:messagebus_build_flags>)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_EXTENSIONS OFF
                                               VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(messagebus::${name} ALIAS ${target})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                                                $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} ${scope} ${arg_PUBLIC})
  if(arg_PRIVATE)
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE})
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  if(MESSAGEBUS_INSTALL)
    messagebus_install_library(${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  endif()
endfunction()

# messagebus_add_program(NAME SOURCES ... [LIBRARIES ...])
function(messagebus_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${name} PRIVATE messagebus_build_flags ${arg_LIBRARIES})
endfunction()

# messagebus_add_test(NAME SOURCES ... [LIBRARIES ...])
# A GoogleTest program; CTest sees each of its tests by name.
function(messagebus_add_test name)
  if(NOT MESSAGEBUS_BUILD_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  messagebus_add_program(${name} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  # What tests of several modules use.
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

# messagebus_add_fuzzer(NAME SOURCES ... [LIBRARIES ...] CORPUS FOLDER)
# A libFuzzer program for a parser of bytes from outside. ./dev fuzz runs it with made-up input; among
# the tests it reads the kept inputs in FOLDER, each of which once was worth keeping.
function(messagebus_add_fuzzer name)
  if(NOT MESSAGEBUS_BUILD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;LIBRARIES")
  get_filename_component(corpus ${arg_CORPUS} ABSOLUTE)
  messagebus_add_program(${name} SOURCES ${arg_SOURCES} LIBRARIES ${arg_LIBRARIES})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
  # Where ./dev fuzz finds program and corpus.
  file(WRITE ${CMAKE_BINARY_DIR}/fuzzers/${name}.corpus ${corpus})
  if(MESSAGEBUS_BUILD_TESTS)
    add_test(NAME ${name}_corpus COMMAND ${name} -runs=0 ${corpus})
  endif()
endfunction()
