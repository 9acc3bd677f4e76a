# Every package that is not ours, as one CMake target each.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(simdjson REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(nlohmann_json REQUIRED)
find_package(GTest REQUIRED)
find_package(Boost 1.81 REQUIRED)

# Asio: header-only, C++20 coroutines, no deprecated names.
if(TARGET Boost::headers)
  target_compile_definitions(Boost::headers INTERFACE BOOST_ASIO_NO_DEPRECATED
                             BOOST_ASIO_DISABLE_BOOST_CONTEXT_FIBER)
endif()

# llhttp: Debian ships its generated C source inside node-llhttp.
find_path(LLHTTP_SOURCE llhttp.c PATHS /usr/share/llhttp REQUIRED)
find_path(LLHTTP_INCLUDE llhttp.h PATHS /usr/share/include/llhttp REQUIRED)
add_library(llhttp STATIC ${LLHTTP_SOURCE}/llhttp.c ${LLHTTP_SOURCE}/api.c ${LLHTTP_SOURCE}/http.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE})
target_compile_options(llhttp PRIVATE -w)

# DuckDB: a system one where there is one, else the library and header pinned in third_party/.
set(TT_NPM ${CMAKE_SOURCE_DIR}/third_party/node_modules)
find_path(DUCKDB_INCLUDE duckdb.h PATHS ${TT_NPM}/duckdb/src/duckdb/src/include)
find_library(DUCKDB_LIBRARY duckdb PATHS ${TT_NPM}/@duckdb/node-bindings-linux-x64)
if(NOT DUCKDB_INCLUDE OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB was not found. Run ./dev setup, which installs it into third_party/.")
endif()
add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION ${DUCKDB_LIBRARY} IMPORTED_NO_SONAME TRUE
                      INTERFACE_INCLUDE_DIRECTORIES ${DUCKDB_INCLUDE})

# Pictures: SVG is drawn by librsvg on cairo; Pango and fontconfig measure text.
find_package(PkgConfig REQUIRED)
pkg_check_modules(pictures REQUIRED IMPORTED_TARGET librsvg-2.0 cairo cairo-pdf pangocairo pangofc
                  fontconfig)

# Office files: Excel's by a library, Word's and PowerPoint's as XML in zip archives.
find_package(pugixml REQUIRED)
pkg_check_modules(office REQUIRED IMPORTED_TARGET xlsxwriter libzip)

# Duktape: Debian ships its source in one file. Ours asks the time while a script runs, has no clock
# of its own, and is optimised in every preset.
find_path(DUKTAPE_SOURCE duktape.c PATHS /usr/share/duktape REQUIRED)
add_library(duktape STATIC ${CMAKE_SOURCE_DIR}/cmake/duktape_build.c)
target_include_directories(duktape SYSTEM PUBLIC ${DUKTAPE_SOURCE})
target_compile_options(duktape PRIVATE -w -O2)
if(NOT TT_SANITIZE STREQUAL "none")
  target_compile_options(duktape PRIVATE -fno-sanitize=all)
endif()
target_link_libraries(duktape PUBLIC m)

# ECharts is bundled by esbuild; both are pinned in third_party/.
find_program(ESBUILD esbuild PATHS ${TT_NPM}/.bin NO_DEFAULT_PATH)
if(NOT ESBUILD OR NOT EXISTS ${TT_NPM}/echarts/package.json)
  message(FATAL_ERROR "ECharts or esbuild was not found. Run ./dev setup, which installs them into third_party/.")
endif()
