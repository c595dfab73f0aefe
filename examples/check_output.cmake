# cmake -DPROGRAM=… -DSOURCE=… -P check_output.cmake
# Runs an example and compares what it prints with what its source says at the end.
file(READ ${SOURCE} source)
string(REGEX MATCH "\n// Prints:\n.*" expected "${source}")
if(NOT expected)
  message(FATAL_ERROR "${SOURCE} does not say what it prints")
endif()
string(REPLACE "\n// Prints:\n" "" expected "${expected}")
string(REGEX REPLACE "(^|\n)//   ?" "\\1" expected "${expected}")
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed RESULT_VARIABLE exit_code)
if(NOT exit_code EQUAL 0 OR NOT printed STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} ended with ${exit_code} and printed\n${printed}\nexpected\n${expected}")
endif()
