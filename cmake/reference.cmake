# The target reference: the public headers as HTML, by Doxygen, with its warnings as errors. Only
# where Doxygen is.
find_program(GOSSIPOD_DOXYGEN doxygen)
find_package(Python3 COMPONENTS Interpreter)
mark_as_advanced(GOSSIPOD_DOXYGEN)
if(GOSSIPOD_DOXYGEN AND Python3_FOUND)
  configure_file(docs/Doxyfile.in ${PROJECT_BINARY_DIR}/Doxyfile @ONLY)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/reference)
  add_custom_target(reference COMMAND ${GOSSIPOD_DOXYGEN} ${PROJECT_BINARY_DIR}/Doxyfile
    COMMENT "The reference: ${PROJECT_BINARY_DIR}/reference/html/index.html" VERBATIM)
  if(GOSSIPOD_TESTS)
    add_test(NAME reference COMMAND ${GOSSIPOD_DOXYGEN} ${PROJECT_BINARY_DIR}/Doxyfile)
    set_tests_properties(reference PROPERTIES LABELS tool TIMEOUT 120)
  endif()
endif()
