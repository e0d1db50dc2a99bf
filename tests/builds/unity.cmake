# Read by the variants' project(): a whole layer is compiled as one source, which takes a quarter of
# the time. Where two files of a layer give the same name to something of their own that cannot be:
# such a layer is excepted here.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 0)
cmake_language(DEFER CALL set_target_properties gossipod_swim_objects PROPERTIES UNITY_BUILD OFF)
