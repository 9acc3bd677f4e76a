# tt_build_info(folder): adds the generated src/base/build_info.cc (version, git hash, compiler) to
# that folder's library. The script half below runs at every build and rewrites the file only when
# something in it changed, so a commit costs one small compilation.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(tt_build_info name)
    set(generated ${CMAKE_BINARY_DIR}/generated/build_info.cc)
    set(type ${CMAKE_BUILD_TYPE})
    if(NOT TT_SANITIZE STREQUAL "none")
      string(APPEND type "+${TT_SANITIZE}")
    endif()
    set(write ${CMAKE_COMMAND} -DTT_TEMPLATE=${CMAKE_SOURCE_DIR}/src/base/build_info.cc.in
              -DTT_GENERATED=${generated} -DTT_SOURCE_DIR=${CMAKE_SOURCE_DIR}
              -DTT_VERSION=${PROJECT_VERSION} -DTT_BUILD_TYPE=${type}
              "-DTT_COMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
              -P ${CMAKE_SOURCE_DIR}/cmake/BuildInfo.cmake)
    add_custom_target(build_info COMMAND ${write} BYPRODUCTS ${generated} VERBATIM
                      COMMENT "Noting version and commit")
    target_sources(tt_${name} PRIVATE ${generated})
    add_dependencies(tt_${name} build_info)
  endfunction()
  return()
endif()

# git in the checkout itself, never in a repository that merely contains it; the checkout may
# belong to another user (containers).
function(git result)
  execute_process(COMMAND git -c safe.directory=${TT_SOURCE_DIR} -C ${TT_SOURCE_DIR} ${ARGN}
                  OUTPUT_VARIABLE output RESULT_VARIABLE status ERROR_QUIET
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status STREQUAL "0")
    set(output "")
  endif()
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

set(TT_GIT_HASH "unknown")
git(top rev-parse --show-toplevel)
if(top STREQUAL TT_SOURCE_DIR)
  git(hash rev-parse --short=12 HEAD)
  git(changes status --porcelain --untracked-files=no)
  if(hash)
    string(SUBSTRING ${hash} 0 12 TT_GIT_HASH)
    if(NOT changes STREQUAL "")
      string(APPEND TT_GIT_HASH "-changed")
    endif()
  endif()
endif()
configure_file(${TT_TEMPLATE} ${TT_GENERATED} @ONLY)
