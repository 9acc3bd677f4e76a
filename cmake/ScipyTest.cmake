# tt_scipy_test(name script arguments...): a test in Python that compares with SciPy, which ./dev
# setup unpacks into TT_SCIPY_PATH. Where it is missing the test is skipped, and says so; under
# ./dev test it fails.
set(TT_SCIPY_PATH ${CMAKE_SOURCE_DIR}/build/debian/python3-scipy/usr/lib/python3/dist-packages
    CACHE PATH "Where Python finds scipy, for the tests")

function(tt_scipy_test name script)
  add_test(NAME ${name} COMMAND ${CMAKE_SOURCE_DIR}/tests/with_scipy.sh ${TT_SCIPY_PATH}
                                ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endfunction()
