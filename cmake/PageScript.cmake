# tt_page_script(folder): bundles that folder's page.js, with ECharts, for browsers; embeds it, and its
# hash, by which a page's content policy allows this script and no other.
find_program(PYTHON3 python3 REQUIRED)
set(TT_PAGE_NOTICE "/* With Apache ECharts, Apache License 2.0, and zrender, BSD 3-Clause, (c) Baidu Inc. */")

function(tt_page_script name)
  set(script ${CMAKE_BINARY_DIR}/generated/${name}_page.js)
  set(hash ${script}.sha256)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/chart/js/*)
  add_custom_command(
    OUTPUT ${script} ${hash}
    COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${TT_NPM}
            ${ESBUILD} ${CMAKE_CURRENT_SOURCE_DIR}/${name}/page.js --bundle --format=iife
            --target=es2019 --minify "--define:process.env.NODE_ENV=\"production\""
            --legal-comments=none --charset=utf8
            "--banner:js=${TT_PAGE_NOTICE}" --log-level=warning --outfile=${script}
    COMMAND ${PYTHON3} ${CMAKE_SOURCE_DIR}/cmake/hash_script.py ${script} ${hash}
    DEPENDS ${sources} ${CMAKE_CURRENT_SOURCE_DIR}/${name}/page.js ${TT_NPM}/echarts/package.json
            ${CMAKE_SOURCE_DIR}/cmake/hash_script.py
    VERBATIM COMMENT "Bundling the script of pages")
  tt_embed(${name} PageScript ${script})
  tt_embed(${name} PageScriptHash ${hash})
endfunction()
