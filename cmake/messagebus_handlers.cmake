# messagebus_add_handlers(TARGET SOURCES ...)
# A library of handlers that register themselves where they are written (MESSAGEBUS_HANDLER). A
# linker drops the object files of a static library that nobody names, and handlers with them; an
# object library keeps them all.
function(messagebus_add_handlers target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
    message(FATAL_ERROR "messagebus_add_handlers(${target} SOURCES ... [LIBRARIES ...]) would leave out the handlers of "
                        "'${arg_UNPARSED_ARGUMENTS}': name their files behind SOURCES")
  endif()
  add_library(${target} OBJECT ${arg_SOURCES})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC messagebus::core ${arg_LIBRARIES})
endfunction()
