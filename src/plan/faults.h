// What is wrong with a plan, gathered field by field.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.h"
#include "base/time.h"

namespace tt::plan {

/// The longest time that a plan may ask for.
inline constexpr Nanos kLongestTime = 30LL * 24 * 3600 * kSecond;

/// Collects faults, each under the path of its field. One thread.
class Faults {
 public:
  void require(bool good, std::string_view path, std::string message) {
    if (!good) {
      list_.push_back({ErrorCode::kInvalidInput, std::move(message), std::string(path)});
    }
  }
  /// `fault` as the sentence functions give it: empty where all is well.
  void pass(std::string_view path, const std::string& fault) {
    require(fault.empty(), path, fault);
  }
  void pass(std::vector<Error> faults) {
    for (Error& fault : faults) list_.push_back(std::move(fault));
  }
  template <class T>
  void within(T value, T low, T high, std::string_view path) {
    require(value >= low && value <= high, path,
            fmt::format("must lie from {} to {}, not {}", low, high, value));
  }
  /// `zero`: what 0 means, as in "no limit"; empty: it is not allowed.
  void duration(Nanos value, std::string_view zero, std::string_view path) {
    require(value >= (zero.empty() ? 1 : 0) && value <= kLongestTime, path,
            fmt::format("must be {} and at most 30 days",
                        zero.empty() ? "more than 0" : fmt::format("0 ({}) or more", zero)));
  }
  bool none() const { return list_.empty(); }
  std::vector<Error> take() { return std::move(list_); }

 private:
  std::vector<Error> list_;
};

}  // namespace tt::plan
