# The library that users get: the objects of all layers, once as an archive and once as a shared
# object, with a CMake package and a pkg-config file. Nothing is compiled for it a second time.
include(CMakePackageConfigHelpers)

get_property(objects GLOBAL PROPERTY gossipod_objects)
get_property(links GLOBAL PROPERTY gossipod_links)
list(REMOVE_DUPLICATES links)
set(export_map ${CMAKE_CURRENT_LIST_DIR}/gossipod.map)

foreach(kind STATIC SHARED)
  string(TOLOWER ${kind} suffix)
  set(target gossipod_library_${suffix})
  add_library(${target} ${kind})
  add_library(gossipod::${suffix} ALIAS ${target})
  foreach(layer IN LISTS objects)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${layer}>)
  endforeach()
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} PRIVATE ${links})
  target_compile_features(${target} INTERFACE cxx_std_20)
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME gossipod LINKER_LANGUAGE CXX EXPORT_NAME ${suffix})
endforeach()
add_library(gossipod::gossipod ALIAS gossipod_library_static)

target_compile_definitions(gossipod_library_static INTERFACE GOSSIPOD_STATIC)
# Hidden visibility keeps our inner parts inside; the map does it for the standard library's
# templates too, whose visibility is not ours to say.
target_link_options(gossipod_library_shared PRIVATE -Wl,--version-script=${export_map})
set_target_properties(gossipod_library_shared PROPERTIES
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} LINK_DEPENDS ${export_map})
foreach(sanitizer IN LISTS GOSSIPOD_SANITIZE)
  target_link_options(gossipod_library_shared PRIVATE -fsanitize=${sanitizer})
endforeach()

# What whoever links the archive has to find, once in CMake's words and once in pkg-config's.
set(GOSSIPOD_FIND_DEPENDENCIES "")
set(GOSSIPOD_PC_REQUIRES "")
set(GOSSIPOD_PC_LIBS "")
foreach(link IN LISTS links)
  if(link STREQUAL "OpenSSL::Crypto")
    string(APPEND GOSSIPOD_FIND_DEPENDENCIES "find_dependency(OpenSSL 3)\n")
    string(APPEND GOSSIPOD_PC_REQUIRES " libcrypto")
  elseif(link STREQUAL "ZLIB::ZLIB")
    string(APPEND GOSSIPOD_FIND_DEPENDENCIES "find_dependency(ZLIB)\n")
    string(APPEND GOSSIPOD_PC_REQUIRES " zlib")
  elseif(link STREQUAL "Threads::Threads")
    string(APPEND GOSSIPOD_FIND_DEPENDENCIES "find_dependency(Threads)\n")
    string(APPEND GOSSIPOD_PC_LIBS " -pthread")
  elseif(link MATCHES "^PkgConfig::(.*)$")
    set(name ${CMAKE_MATCH_1})
    string(APPEND GOSSIPOD_FIND_DEPENDENCIES "find_dependency(PkgConfig)\n"
      "pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${${name}_MODULE_NAME})\n")
    string(APPEND GOSSIPOD_PC_REQUIRES " ${${name}_MODULE_NAME}")
  else()
    message(FATAL_ERROR "cmake/install.cmake does not know how users find ${link}")
  endif()
endforeach()

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/gossipod)
configure_package_config_file(cmake/gossipod-config.cmake.in
  ${PROJECT_BINARY_DIR}/gossipod-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gossipod-config-version.cmake
  COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH GOSSIPOD_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/gossipod.pc.in ${PROJECT_BINARY_DIR}/gossipod.pc @ONLY)

install(DIRECTORY include/gossipod DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING
        PATTERN "*.h")
foreach(suffix static shared)
  install(TARGETS gossipod_library_${suffix} EXPORT gossipod-${suffix}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT gossipod-${suffix} NAMESPACE gossipod:: FILE gossipod-${suffix}.cmake
          DESTINATION ${package_folder})
endforeach()
install(FILES ${PROJECT_BINARY_DIR}/gossipod-config.cmake
              ${PROJECT_BINARY_DIR}/gossipod-config-version.cmake
        DESTINATION ${package_folder})
install(FILES ${PROJECT_BINARY_DIR}/gossipod.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
