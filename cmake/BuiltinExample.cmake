# tt_builtin_example(folder stem): compiles examples/<stem>.yaml into that folder's library, by its
# builtin_<stem>.cc.in, where @TT_YAML@ stands for it. A file that changes configures anew.
function(tt_builtin_example name stem)
  set(file ${CMAKE_SOURCE_DIR}/examples/${stem}.yaml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} TT_YAML)
  set(generated ${CMAKE_BINARY_DIR}/generated/builtin_${stem}.cc)
  configure_file(${CMAKE_SOURCE_DIR}/src/${name}/builtin_${stem}.cc.in ${generated} @ONLY)
  target_sources(tt_${name} PRIVATE ${generated})
endfunction()
