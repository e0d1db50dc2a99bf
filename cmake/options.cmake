# What is built, and how strictly. Embedded in another project everything but the library is off.
include(GNUInstallDirs)

option(GOSSIPOD_ASIO "The Asio body, and gossipod/asio.h" ON)
option(GOSSIPOD_COMMAND "The command gossipod" ${PROJECT_IS_TOP_LEVEL})
option(GOSSIPOD_TESTS "Tests" ${PROJECT_IS_TOP_LEVEL})
option(GOSSIPOD_EXAMPLES "Examples" ${PROJECT_IS_TOP_LEVEL})
option(GOSSIPOD_SIM "The simulator" ${PROJECT_IS_TOP_LEVEL})
option(GOSSIPOD_FUZZ "Fuzz targets (needs Clang)" OFF)
option(GOSSIPOD_BENCH "Benchmarks" OFF)
option(GOSSIPOD_WERROR "Warnings are errors" OFF)
option(GOSSIPOD_EXCEPTIONS "Build with exceptions and RTTI" ON)
set(GOSSIPOD_SANITIZE "" CACHE STRING "Sanitizers: address;undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Threads REQUIRED)

# Everything of ours is compiled with these; users' targets are not touched.
add_library(gossipod_options INTERFACE)
target_compile_options(gossipod_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${GOSSIPOD_WERROR}>:-Werror>)
if(NOT GOSSIPOD_EXCEPTIONS)
  target_compile_options(gossipod_options INTERFACE -fno-exceptions -fno-rtti)
endif()
foreach(sanitizer IN LISTS GOSSIPOD_SANITIZE)
  target_compile_options(gossipod_options INTERFACE
    -fsanitize=${sanitizer} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(gossipod_options INTERFACE -fsanitize=${sanitizer})
  if(sanitizer STREQUAL "thread")  # GCC warns of Asio's fences; its queues have locks besides
    target_compile_options(gossipod_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
endforeach()
if(GOSSIPOD_FUZZ)  # so that the fuzzer sees which way the library's code went
  target_compile_options(gossipod_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
