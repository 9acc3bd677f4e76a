// The GPUs of this machine, through NVIDIA's management library where it is installed. It is loaded
// at run time, so that nothing of it is needed to build or to start.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "record/telemetry.h"

namespace tt::telemetry {

/// One thread at a time.
class NvmlReader {
 public:
  static constexpr const char* kLibrary = "libnvidia-ml.so.1";

  /// kNotFound where there is no such library, kUnavailable where it has no driver or no GPU.
  static Result<NvmlReader> open(const std::string& library = kLibrary,
                                 std::vector<std::uint32_t> targets = {});
  NvmlReader(NvmlReader&&) noexcept;
  NvmlReader& operator=(NvmlReader&&) noexcept;
  ~NvmlReader();

  /// What a GPU does not support is left out.
  std::vector<record::Sample> read(Nanos at);
  /// "2x NVIDIA H100 80GB HBM3".
  std::string text() const;

 private:
  struct Impl;
  explicit NvmlReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::telemetry
