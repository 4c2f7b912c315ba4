# The few target kinds of this project. A folder's CMakeLists.txt is a list of these.

# Adds every sub-folder that has a CMakeLists.txt: a new folder needs no edit above it.
function(tstack_add_subdirectories parent)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${parent}/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()

include(precompiled)  # tstack_pch, tstack_pch_proto

function(tstack_common_options target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${target} PRIVATE gRPC::grpc++ protobuf::libprotobuf absl::statusor Threads::Threads tstack_proto)
  target_precompile_headers(${target} REUSE_FROM tstack_pch)
endfunction()

# Abseil's locks as the preset tsan sees them: in every executable of that preset, empty in the others.
set(TSTACK_IN_EXECUTABLES "")
if(TSTACK_SANITIZE MATCHES thread)
  add_library(tstack_absl_sync_for_tsan OBJECT ${CMAKE_SOURCE_DIR}/tests/sanitizers/absl_sync_for_tsan.cc)
  target_link_libraries(tstack_absl_sync_for_tsan PUBLIC absl::synchronization ${CMAKE_DL_LIBS})
  set(TSTACK_IN_EXECUTABLES tstack_absl_sync_for_tsan)
endif()

# tstack_library(NAME SOURCES a.cc … [DEPS target …])
function(tstack_library name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  tstack_common_options(${name})
  target_link_libraries(${name} PUBLIC ${A_DEPS})
endfunction()

# tstack_binary(NAME SOURCES main.cc [DEPS …])
function(tstack_binary name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  tstack_common_options(${name})
  target_link_libraries(${name} PRIVATE ${A_DEPS} ${TSTACK_IN_EXECUTABLES})
endfunction()

# tstack_test(NAME SOURCES a_test.cc … [DEPS …] [LABELS unit|store|contract|integration …])
# One executable with Catch2's main; one ctest entry. Label "unit" is the default.
function(tstack_test name)
  cmake_parse_arguments(A "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT A_LABELS)
    set(A_LABELS unit)
  endif()
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 300)
  endif()
  add_executable(${name} ${A_SOURCES})
  tstack_common_options(${name})
  target_link_libraries(${name} PRIVATE ${A_DEPS} tstack_test_main ${TSTACK_IN_EXECUTABLES})
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}" TIMEOUT ${A_TIMEOUT})
endfunction()

# tstack_fuzz(NAME SOURCES a_fuzz.cc [DEPS …]): built with TSTACK_FUZZ=ON, a short run is a ctest entry.
# A folder corpus/NAME beside the source is the seed corpus, if there is one.
function(tstack_fuzz name)
  if(NOT TSTACK_FUZZ)
    return()
  endif()
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  tstack_common_options(${name})
  target_link_libraries(${name} PRIVATE ${A_DEPS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)  # code is instrumented everywhere, see toolchain.cmake
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  if(NOT EXISTS ${corpus})
    set(corpus "")
  endif()
  # What a run finds is kept here, beside the build, never in the source tree.
  set(found ${CMAKE_CURRENT_BINARY_DIR}/corpus/${name})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME ${name} COMMAND ${name} -runs=20000 -max_total_time=20 -timeout=5 ${found} ${corpus})
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()

# tstack_proto_library(NAME [SHARED] PROTOS a.proto … IMPORT_DIR dir [DEPS …]): messages only. No gRPC stubs
# are generated: servers register handlers and clients call through common/rpc, which works on descriptors
# (docs/adr/0002). Without SHARED it is an object library, for fixtures.
function(tstack_proto_library name)
  cmake_parse_arguments(A "SHARED" "IMPORT_DIR" "PROTOS;DEPS" ${ARGN})
  set(out ${CMAKE_BINARY_DIR}/proto)
  if(NOT A_SHARED)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/proto)
  endif()
  file(MAKE_DIRECTORY ${out})
  if(A_SHARED)
    add_library(${name} SHARED ${A_PROTOS})
  else()
    add_library(${name} OBJECT ${A_PROTOS})
  endif()
  target_link_libraries(${name} PUBLIC protobuf::libprotobuf ${A_DEPS})
  target_include_directories(${name} SYSTEM PUBLIC ${out})
  protobuf_generate(TARGET ${name} LANGUAGE cpp IMPORT_DIRS ${A_IMPORT_DIR} ${CMAKE_SOURCE_DIR}/proto PROTOC_OUT_DIR ${out})
  target_compile_options(${name} PRIVATE -w)
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_precompile_headers(${name} REUSE_FROM tstack_pch_proto)
endfunction()
