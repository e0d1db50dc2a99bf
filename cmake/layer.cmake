# gossipod_layer(wire USES base SOURCES a.cc b.cc [LINKS ZLIB::ZLIB])
#
# One folder of src = one target = one namespace. What is not under USES does not link, and
# tools/tidy.py holds the includes to the same list. The layer's objects also become part of the
# library that users get.
function(gossipod_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "USES;SOURCES;LINKS")
  set(objects gossipod_${name}_objects)
  add_library(${objects} OBJECT ${layer_SOURCES})
  target_include_directories(${objects} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                               ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${objects} PRIVATE gossipod_options PUBLIC ${layer_LINKS})
  target_compile_definitions(${objects} PRIVATE GOSSIPOD_BUILDING)
  set_property(GLOBAL APPEND PROPERTY gossipod_objects ${objects})
  set_property(GLOBAL APPEND PROPERTY gossipod_links ${layer_LINKS})

  # For tests of this layer alone: the same objects as an archive, linked to what it uses.
  add_library(gossipod_${name} STATIC $<TARGET_OBJECTS:${objects}>)
  target_include_directories(gossipod_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                                     ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(gossipod_${name} PUBLIC ${layer_LINKS})
  foreach(used IN LISTS layer_USES)
    target_link_libraries(gossipod_${name} PUBLIC gossipod_${used})
  endforeach()
  set_target_properties(gossipod_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# gossipod_test(unit_wire USES wire SOURCES lzw_test.cc ...
#               [LABELS unit] [TIMEOUT 120] [BODIES asio])
#
# One test program = one ctest entry, or, given bodies, one entry for each (tests/support/body.h):
# integration_pair.asio. Labels choose what the sanitizers run: see the Makefile.
function(gossipod_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "TIMEOUT" "USES;SOURCES;LINKS;LABELS;BODIES")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 300)
  endif()
  if(NOT TARGET gossipod_test_headers)
    # GoogleTest is a third of what a test's compilation costs, so it is read once for all of them.
    file(WRITE ${PROJECT_BINARY_DIR}/test_headers.cc "")
    add_executable(gossipod_test_headers EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/test_headers.cc)
    target_link_libraries(gossipod_test_headers PRIVATE gossipod_options GTest::gtest_main)
    target_precompile_headers(gossipod_test_headers PRIVATE <gtest/gtest.h>)
  endif()
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE gossipod_options ${test_LINKS} GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM gossipod_test_headers)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE
    GOSSIPOD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/golden")
  foreach(used IN LISTS test_USES)
    target_link_libraries(${name} PRIVATE gossipod_${used})
  endforeach()
  if(test_BODIES)
    target_link_libraries(${name} PRIVATE gossipod_test_body)
    foreach(body IN LISTS test_BODIES)
      add_test(NAME ${name}.${body} COMMAND ${name})
      set_tests_properties(${name}.${body} PROPERTIES
        ENVIRONMENT GOSSIPOD_TEST_BODY=${body} SKIP_RETURN_CODE 77)
      list(APPEND entries ${name}.${body})
    endforeach()
  else()
    add_test(NAME ${name} COMMAND ${name})
    set(entries ${name})
  endif()
  set_tests_properties(${entries} PROPERTIES TIMEOUT ${test_TIMEOUT} LABELS "${test_LABELS}")
  foreach(label IN LISTS test_LABELS)
    gossipod_label(${label})
    add_dependencies(tests_${label} ${name})
  endforeach()
endfunction()

# The target tests_<label> builds all test programs with that label, and nothing else: so the
# sanitizers compile only what they run.
function(gossipod_label label)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
endfunction()

# gossipod_fuzz(fuzz_packet USES session SOURCES fuzz_packet.cc)
#
# One entry point = one libFuzzer program, built into fuzz/bin, where tools/fuzz.sh finds it. Its
# first inputs are fuzz/corpus/<name>/, if that exists.
function(gossipod_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 fuzz "" "" "USES;SOURCES;LINKS")
  add_executable(${name} ${fuzz_SOURCES})
  target_link_libraries(${name} PRIVATE gossipod_options ${fuzz_LINKS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  foreach(used IN LISTS fuzz_USES)
    target_link_libraries(${name} PRIVATE gossipod_${used})
  endforeach()
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz/bin)
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets ${name})
endfunction()

# gossipod_bench(wire_bench USES wire SOURCES wire_bench.cc)
#
# One question = one Google Benchmark program, built into bench/bin, where bench/run.py finds it.
function(gossipod_bench name)
  cmake_parse_arguments(PARSE_ARGV 1 bench "" "" "USES;SOURCES;LINKS")
  add_executable(${name} ${bench_SOURCES})
  target_link_libraries(${name} PRIVATE gossipod_options ${bench_LINKS} benchmark::benchmark_main)
  foreach(used IN LISTS bench_USES)
    target_link_libraries(${name} PRIVATE gossipod_${used})
  endforeach()
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench/bin)
endfunction()
