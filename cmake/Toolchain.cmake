# Compiler settings that every target shares. TT_SANITIZE is one of: none, address, thread, fuzzer.
set(TT_SANITIZE "none" CACHE STRING "none, address (with undefined), thread, fuzzer, coverage")

# Designated initializers leave out members on purpose: each has its default.
add_compile_options(-Wall -Wextra -Wshadow -Wno-missing-field-initializers -fno-omit-frame-pointer
                    "$<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Wold-style-cast>")
# No fused multiply-add where the code says none: a figure, and a schedule, is the same to the last
# bit on every machine.
add_compile_options(-ffp-contract=off)
option(TT_WERROR "Warnings are errors" ON)
if(TT_WERROR)
  add_compile_options(-Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely inside inlined standard containers and coroutine frames.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                      -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-mismatched-new-delete>)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # std::stable_sort of libstdc++ 12 calls a function that libstdc++ itself deprecates.
  add_compile_options(-Wno-deprecated-declarations)
endif()

if(TT_SANITIZE STREQUAL "address")
  # Without vptr: it asks the kernel through a pipe whether memory is readable, and so sees faults
  # where a test has used up the open files.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(TT_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -Wno-tsan)
  add_link_options(-fsanitize=thread)
elseif(TT_SANITIZE STREQUAL "fuzzer")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(TT_SANITIZE STREQUAL "coverage")
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
