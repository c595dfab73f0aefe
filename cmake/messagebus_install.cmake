# How a library of this project is installed: as a component of the CMake package messagebus, and as
# the pkg-config package messagebus-NAME.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(MESSAGEBUS_PACKAGE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/messagebus)

# What stands behind a target that is linked here, for those who link the installed library: the
# arguments of find_dependency, then what pkg-config calls it, then flags where it has no such name.
set(messagebus_known_Boost::headers "Boost 1.81" "" "")
set(messagebus_known_GTest::gtest "GTest" "gtest" "")
set(messagebus_known_GTest::gmock "GTest" "gmock" "")
set(messagebus_known_PostgreSQL::PostgreSQL "PostgreSQL" "libpq" "")
set(messagebus_known_SQLite::SQLite3 "SQLite3" "sqlite3" "")
set(messagebus_known_Threads::Threads "Threads" "" "-pthread")
set(messagebus_known_fmt::fmt "fmt" "fmt" "")
set(messagebus_known_prometheus-cpp::core "prometheus-cpp COMPONENTS core" "prometheus-cpp-core" "")
set(messagebus_known_simdjson::simdjson "simdjson" "simdjson" "")

# messagebus_install_library(NAME PUBLIC target ... PRIVATE target ...)
function(messagebus_install_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PUBLIC;PRIVATE")
  set(target messagebus_${name})
  install(TARGETS ${target} EXPORT ${target}_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
                                                     LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT ${target}_targets NAMESPACE messagebus:: DESTINATION ${MESSAGEBUS_PACKAGE_FOLDER})
  set_property(GLOBAL APPEND PROPERTY messagebus_components ${name})
  messagebus_install_component_file(${name} ${arg_PUBLIC} ${arg_PRIVATE})
  messagebus_install_pkg_config_file(${name} "${arg_PUBLIC}" "${arg_PRIVATE}")
endfunction()

# The file that finds the dependencies of a component before its targets are read.
function(messagebus_install_component_file name)
  set(text "# Made by the build of messagebus.\n")
  foreach(dependency IN LISTS ARGN)
    if(dependency MATCHES "^messagebus::(.+)$")
      string(APPEND text "messagebus_load_component(${CMAKE_MATCH_1})\n"
                         "if(NOT TARGET ${dependency})\n  return()\nendif()\n")
    else()
      messagebus_look_up(${dependency} package pkg_config flags)
      string(APPEND text "find_dependency(${package})\n")
    endif()
  endforeach()
  string(APPEND text "include(\${CMAKE_CURRENT_LIST_DIR}/messagebus_${name}_targets.cmake)\n")
  set(file ${CMAKE_CURRENT_BINARY_DIR}/messagebus_${name}_component.cmake)
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
  install(FILES ${file} DESTINATION ${MESSAGEBUS_PACKAGE_FOLDER})
endfunction()

function(messagebus_install_pkg_config_file name public private)
  messagebus_pkg_config_of(requires libraries ${public})
  messagebus_pkg_config_of(requires_private libraries_private ${private})
  get_target_property(type messagebus_${name} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    # Whoever links a static library links what it stands on.
    list(APPEND requires ${requires_private})
    list(APPEND libraries ${libraries_private})
    set(requires_private "")
    set(libraries_private "")
  endif()
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    list(PREPEND libraries "-L\${libdir}" "-lmessagebus_${name}")
  endif()
  foreach(list IN ITEMS requires requires_private libraries libraries_private)
    list(REMOVE_DUPLICATES ${list})
    list(JOIN ${list} " " ${list})
  endforeach()
  file(RELATIVE_PATH includes ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
  set(file ${CMAKE_CURRENT_BINARY_DIR}/messagebus-${name}.pc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/messagebus_component.pc.in ${file} @ONLY)
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()

# What pkg-config files say about these targets: names of packages, and flags.
function(messagebus_pkg_config_of requires_out libraries_out)
  set(requires "")
  set(libraries "")
  foreach(dependency IN LISTS ARGN)
    if(dependency MATCHES "^messagebus::(.+)$")
      list(APPEND requires messagebus-${CMAKE_MATCH_1})
    else()
      messagebus_look_up(${dependency} package pkg_config flags)
      list(APPEND requires ${pkg_config})
      separate_arguments(flags)
      list(APPEND libraries ${flags})
    endif()
  endforeach()
  set(${requires_out} "${requires}" PARENT_SCOPE)
  set(${libraries_out} "${libraries}" PARENT_SCOPE)
endfunction()

function(messagebus_look_up dependency package_out pkg_config_out flags_out)
  if(NOT DEFINED messagebus_known_${dependency})
    message(FATAL_ERROR "An installed library of messagebus links ${dependency}. Say in "
                        "cmake/messagebus_install.cmake what its users have to find for that.")
  endif()
  list(GET messagebus_known_${dependency} 0 package)
  list(GET messagebus_known_${dependency} 1 pkg_config)
  list(GET messagebus_known_${dependency} 2 flags)
  set(${package_out} "${package}" PARENT_SCOPE)
  set(${pkg_config_out} "${pkg_config}" PARENT_SCOPE)
  set(${flags_out} "${flags}" PARENT_SCOPE)
endfunction()

# The package itself; after all components.
function(messagebus_install_package)
  get_property(components GLOBAL PROPERTY messagebus_components)
  list(JOIN components ", " components_text)
  configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/messagebus-config.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/messagebus-config.cmake
    INSTALL_DESTINATION ${MESSAGEBUS_PACKAGE_FOLDER} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
  write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/messagebus-config-version.cmake
                                   COMPATIBILITY SameMinorVersion)
  install(
    FILES ${CMAKE_CURRENT_BINARY_DIR}/messagebus-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/messagebus-config-version.cmake
          ${PROJECT_SOURCE_DIR}/cmake/messagebus_handlers.cmake
    DESTINATION ${MESSAGEBUS_PACKAGE_FOLDER})
endfunction()
