# tt_assets(folder DEPENDS file DIRS dir...): packs the files below those folders and embeds them into that
# folder's library, whose assets.h lists them. DEPENDS: the file that is there once they have been made, for
# those that the build makes.
function(tt_assets name)
  cmake_parse_arguments(PARSE_ARGV 1 A "" "DEPENDS" "DIRS")
  set(out ${CMAKE_BINARY_DIR}/generated/${name}_assets)
  set(files)
  foreach(dir IN LISTS A_DIRS)
    if(dir MATCHES "^${CMAKE_SOURCE_DIR}/src/")
      file(GLOB_RECURSE some CONFIGURE_DEPENDS ${dir}/*)
      list(APPEND files ${some})
    endif()
  endforeach()
  add_custom_command(
    OUTPUT ${out}.cc ${out}.S
    COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/cmake/pack_assets.py ${out}.cc ${out}.S ${out} ${A_DIRS}
    DEPENDS ${files} ${A_DEPENDS} ${CMAKE_SOURCE_DIR}/cmake/pack_assets.py
    VERBATIM COMMENT "Packing the files of the dashboard")
  target_sources(tt_${name} PRIVATE ${out}.cc ${out}.S)
endfunction()
