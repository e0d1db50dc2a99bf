# The library that users get: all layers' objects in one archive and one shared object.
get_property(objects GLOBAL PROPERTY gossipod_objects)
get_property(links GLOBAL PROPERTY gossipod_links)
list(REMOVE_DUPLICATES links)

foreach(kind STATIC SHARED)
  string(TOLOWER ${kind} suffix)
  set(target gossipod_library_${suffix})
  add_library(${target} ${kind})
  foreach(layer IN LISTS objects)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${layer}>)
  endforeach()
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} PRIVATE ${links} gossipod_options)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES OUTPUT_NAME gossipod LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION 0)
endforeach()
add_library(gossipod::gossipod ALIAS gossipod_library_static)
