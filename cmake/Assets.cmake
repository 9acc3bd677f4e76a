# tt_assets(folder web): packs the files below `web` and embeds them into that folder's library, whose
# assets.h lists them.
function(tt_assets name web)
  set(out ${CMAKE_BINARY_DIR}/generated/${name}_assets)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${web}/*)
  add_custom_command(
    OUTPUT ${out}.cc ${out}.S
    COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/cmake/pack_assets.py ${web} ${out}.cc ${out}.S ${out}
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/pack_assets.py
    VERBATIM COMMENT "Packing the files of the dashboard")
  target_sources(tt_${name} PRIVATE ${out}.cc ${out}.S)
endfunction()
