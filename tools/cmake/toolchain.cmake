# Flags that every target gets. Warnings are errors; third-party headers are system headers.
add_compile_options(-Wall -Wextra -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_compile_options(-Wthread-safety -Wno-unused-command-line-argument)
  # Debian built Abseil with g++-12; clang ≥ 18 mangles constrained templates differently unless told not to.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fclang-abi-compat=17>)
else()
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized)  # g++-12 false alarms in libstdc++
endif()

# ccache lives outside the clone; base_dir makes hits independent of where the clone stands.
find_program(CCACHE ccache)
if(CCACHE)
  set(_ccache ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 CCACHE_PCH_EXTSUM=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_ccache})
  set(CMAKE_C_COMPILER_LAUNCHER ${_ccache})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(TSTACK_SANITIZE)
  add_compile_options(-fsanitize=${TSTACK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TSTACK_SANITIZE})
  # Debian's protobuf and gRPC are not instrumented; vptr checks against them report what is not ours.
  if(TSTACK_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize=vptr,function)
  endif()
endif()

# Coverage for the fuzzers in all code, the precompiled header included: they must agree on it.
if(TSTACK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
