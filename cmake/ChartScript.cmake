# tt_chart_script(folder): bundles that folder's js/static.js with ECharts (esbuild), compiles it to
# Duktape's bytecode and embeds that; embeds the fonts that pictures are set in.
set(TT_FONTS
    FontInterRegular=/usr/share/fonts/opentype/inter/Inter-Regular.otf
    FontInterSemiBold=/usr/share/fonts/opentype/inter/Inter-SemiBold.otf
    FontJetBrainsMono=/usr/share/fonts/truetype/jetbrains-mono/JetBrainsMono-Regular.ttf)

function(tt_chart_script name)
  set(dir ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  set(bundle ${CMAKE_BINARY_DIR}/generated/chart_script.js)
  set(bytecode ${CMAKE_BINARY_DIR}/generated/chart_script.bc)
  file(GLOB scripts CONFIGURE_DEPENDS ${dir}/js/*)
  # Duktape reads ES5. Syntax is not minified: esbuild would write what Duktape cannot read.
  add_custom_command(
    OUTPUT ${bundle}
    COMMAND ${CMAKE_COMMAND} -E env NODE_PATH=${TT_NPM}
            ${ESBUILD} ${dir}/js/static.js --bundle --format=iife --target=es5 --minify-whitespace
            --minify-identifiers "--define:process.env.NODE_ENV=\"production\""
            --define:global=globalThis --legal-comments=none --log-level=warning
            --outfile=${bundle}
    DEPENDS ${scripts} ${TT_NPM}/echarts/package.json
    VERBATIM COMMENT "Bundling the script that draws charts")
  add_executable(compile_script ${CMAKE_SOURCE_DIR}/cmake/compile_script.c)
  target_link_libraries(compile_script PRIVATE duktape)
  add_custom_command(OUTPUT ${bytecode} COMMAND compile_script ${bundle} ${bytecode}
                     DEPENDS ${bundle} compile_script VERBATIM)
  tt_embed(${name} ChartScript ${bytecode})
  foreach(font IN LISTS TT_FONTS)
    string(REGEX MATCH "^([^=]+)=(.+)$" font ${font})
    set(file ${CMAKE_MATCH_2})
    if(NOT EXISTS ${file})
      message(FATAL_ERROR "The font ${file} was not found. Run ./dev setup, which installs it.")
    endif()
    tt_embed(${name} ${CMAKE_MATCH_1} ${file})
  endforeach()
endfunction()
