# tstack_embed_migrations(TARGET SERVICE name DIR folder): a library with all NNNN_name.sql of the folder inside.
#   #include "tstack/migrations/identity.h"   →   const tstack::migrate::Files& tstack::migrations::Identity()
function(tstack_embed_migrations target)
  cmake_parse_arguments(A "" "SERVICE;DIR" "" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${A_DIR})
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.sql)
  list(SORT files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
  string(SUBSTRING ${A_SERVICE} 0 1 first)
  string(TOUPPER ${first} first)
  string(SUBSTRING ${A_SERVICE} 1 -1 rest)
  set(function_name "${first}${rest}")

  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^[0-9][0-9][0-9][0-9]_" number ${name})
    if(NOT number)
      message(FATAL_ERROR "${file} is not named NNNN_name.sql")
    endif()
    string(REGEX REPLACE "^0*([0-9]+)_.*" "\\1" version ${name})
    file(READ ${file} sql)
    string(APPEND entries "      {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
  endforeach()

  set(out ${CMAKE_BINARY_DIR}/generated/tstack/migrations)
  file(CONFIGURE OUTPUT ${out}/${A_SERVICE}.h @ONLY CONTENT
"// Generated from the .sql files.
#pragma once
#include \"common/migrate/migrate.h\"
namespace tstack::migrations {
const migrate::Files& @function_name@();
}
")
  file(CONFIGURE OUTPUT ${out}/${A_SERVICE}.cc @ONLY CONTENT
"#include \"tstack/migrations/@A_SERVICE@.h\"
namespace tstack::migrations {
const migrate::Files& @function_name@() {
  static const auto& files = *new migrate::Files{
@entries@  };
  return files;
}
}  // namespace tstack::migrations
")
  add_library(${target} STATIC ${out}/${A_SERVICE}.cc)
  tstack_common_options(${target})
  target_include_directories(${target} PUBLIC ${CMAKE_BINARY_DIR}/generated)
endfunction()
