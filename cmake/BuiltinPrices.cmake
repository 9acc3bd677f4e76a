# tt_builtin_prices(folder): compiles examples/prices.yaml into that folder's library, by its
# builtin_prices.cc.in. Prices that change configure anew.
function(tt_builtin_prices name)
  set(file ${CMAKE_SOURCE_DIR}/examples/prices.yaml)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} TT_PRICES)
  set(generated ${CMAKE_BINARY_DIR}/generated/builtin_prices.cc)
  configure_file(${CMAKE_SOURCE_DIR}/src/${name}/builtin_prices.cc.in ${generated} @ONLY)
  target_sources(tt_${name} PRIVATE ${generated})
endfunction()
