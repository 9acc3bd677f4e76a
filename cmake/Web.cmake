# tt_web(): bundles web/ by esbuild into generated/web: an index.html that names the hashed files. The
# bundle is made by the build; TT_WEB_DIR is its folder, TT_WEB_STAMP the file that is there once it is.
set(TT_WEB_DIR ${CMAKE_BINARY_DIR}/generated/web)
set(TT_WEB_STAMP ${CMAKE_BINARY_DIR}/generated/web.stamp)

function(tt_web)
  set(web ${CMAKE_SOURCE_DIR}/web)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*.ts ${web}/src/*.tsx ${web}/src/*.css
       ${CMAKE_SOURCE_DIR}/src/chart/js/*)
  add_custom_command(
    OUTPUT ${TT_WEB_STAMP}
    COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/cmake/bundle_web.py ${ESBUILD} ${web} ${TT_NPM} ${TT_WEB_DIR}
    COMMAND ${CMAKE_COMMAND} -E touch ${TT_WEB_STAMP}
    DEPENDS ${sources} ${web}/index.html ${web}/package-lock.json ${CMAKE_SOURCE_DIR}/cmake/bundle_web.py
    VERBATIM COMMENT "Bundling the dashboard's page")
  add_custom_target(web DEPENDS ${TT_WEB_STAMP})
endfunction()
