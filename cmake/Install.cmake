# `cmake --install build/release --prefix DIR` writes a tree that can be moved: the program finds
# lib/libduckdb.so through $ORIGIN. Tests and build folders use the pinned library where it lies.
include(GNUInstallDirs)
set(TT_LICENSES ${CMAKE_INSTALL_DATADIR}/tokentrial/licenses)

function(tt_install_program program)
  set_target_properties(${program} PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
  install(TARGETS ${program} RUNTIME DESTINATION bin)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/tokentrial)
  install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${TT_LICENSES}/tokentrial)

  # Shipped as a file. A system's own DuckDB stays where it is.
  cmake_path(IS_PREFIX TT_NPM ${DUCKDB_LIBRARY} NORMALIZE pinned)
  if(pinned)
    install(FILES ${DUCKDB_LIBRARY} DESTINATION lib)
    install(FILES ${TT_NPM}/duckdb/LICENSE DESTINATION ${TT_LICENSES}/duckdb OPTIONAL)
  endif()
  # Compiled into the program.
  foreach(package libboost1.81-dev nlohmann-json3-dev node-llhttp libfmt-dev duktape-dev fonts-inter
                  fonts-jetbrains-mono)
    install(FILES /usr/share/doc/${package}/copyright DESTINATION ${TT_LICENSES}/${package} OPTIONAL)
  endforeach()
  foreach(package echarts zrender tslib)
    file(GLOB texts ${TT_NPM}/${package}/LICENSE* ${TT_NPM}/${package}/NOTICE*
         ${TT_NPM}/${package}/CopyrightNotice.txt)
    install(FILES ${texts} DESTINATION ${TT_LICENSES}/${package})
  endforeach()
endfunction()
