# tt_fake_nvml(folder): builds tests/telemetry/fake_nvml.cc as a library that stands for NVIDIA's, by
# its name, in <build>/fake_nvml; the folder's tests get its path as TT_FAKE_NVML.
function(tt_fake_nvml folder)
  add_library(fake_nvml MODULE ${CMAKE_SOURCE_DIR}/tests/telemetry/fake_nvml.cc)
  set_target_properties(fake_nvml PROPERTIES PREFIX "" OUTPUT_NAME libnvidia-ml SUFFIX .so.1
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fake_nvml)
  add_dependencies(${folder}_test fake_nvml)
  target_compile_definitions(${folder}_test PRIVATE
                             TT_FAKE_NVML="${CMAKE_BINARY_DIR}/fake_nvml/libnvidia-ml.so.1")
endfunction()
