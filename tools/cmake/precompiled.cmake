# Two precompiled headers: one for generated message files, one for all other code.
#
# A precompiled header holds absolute paths, so its bytes differ from clone to clone and ccache, which hashes them,
# would never share an object between two clones. Beside each stands a checksum of the preprocessed text
# (ccache's pch_external_checksum), which is the same wherever the clone is.
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # The driver finds NAME.pch for "-include NAME"; ccache makes this path relative, unlike CMake's own spelling.
  set(CMAKE_CXX_COMPILE_OPTIONS_USE_PCH -include <PCH_HEADER>)
endif()

# tstack_precompiled(TARGET HEADER [DEPENDS file …] [INCLUDES dir …])
function(tstack_precompiled target header)
  cmake_parse_arguments(A "" "" "DEPENDS;INCLUDES" ${ARGN})
  add_library(${target} OBJECT ${CMAKE_SOURCE_DIR}/tools/cmake/pch.cc)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR})
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tools/cmake/${header})
  if(NOT CCACHE OR NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    return()
  endif()
  set(sum ${CMAKE_BINARY_DIR}/CMakeFiles/${target}.dir/cmake_pch.hxx.pch.sum)
  list(TRANSFORM A_INCLUDES PREPEND -I)
  add_custom_command(OUTPUT ${sum}
    COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -E -P -w -x c++ -fmacro-prefix-map=${CMAKE_SOURCE_DIR}=.
            -I${CMAKE_SOURCE_DIR} ${A_INCLUDES} -MD -MF ${sum}.d -MT ${sum}
            -o ${sum}.text ${CMAKE_SOURCE_DIR}/tools/cmake/${header}
    COMMAND sh -c "sha256sum < '${sum}.text' > '${sum}' && rm '${sum}.text'"
    DEPENDS ${A_DEPENDS} DEPFILE ${sum}.d VERBATIM COMMENT "Checksum of ${header}")
  add_custom_target(${target}_sum DEPENDS ${sum})
  add_dependencies(${target} ${target}_sum)
endfunction()

tstack_precompiled(tstack_pch_proto pch_proto.h)
target_link_libraries(tstack_pch_proto PUBLIC protobuf::libprotobuf)
target_compile_options(tstack_pch_proto PRIVATE -w)
set_target_properties(tstack_pch_proto PROPERTIES POSITION_INDEPENDENT_CODE ON)

tstack_precompiled(tstack_pch pch.h INCLUDES ${CMAKE_BINARY_DIR}/proto)
target_link_libraries(tstack_pch
  PUBLIC gRPC::grpc++ protobuf::libprotobuf absl::statusor Threads::Threads tstack_proto)
set_target_properties(tstack_pch PROPERTIES POSITION_INDEPENDENT_CODE OFF)
if(TARGET tstack_pch_sum)
  add_dependencies(tstack_pch_sum tstack_proto)  # for the generated headers that pch.h includes
endif()
