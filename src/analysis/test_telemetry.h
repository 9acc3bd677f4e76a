// Telemetry made by hand, for tests of this folder and of those above it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "record/telemetry.h"

namespace tt::analysis {

/// Collects readings and gives them as a run's telemetry.
class TelemetryMaker {
 public:
  void add(double at_s, std::uint32_t target, const std::string& name, double value,
           const std::string& labels = {}, const std::string& source = {}) {
    samples_.push_back({from_seconds(at_s),
                        std::make_shared<const record::Series>(record::Series{
                            target, name, labels, source.empty() ? "raw:" + name : source}),
                        value});
  }
  /// A histogram of `count` observations of `seconds` each, with edges at 0.1 and 1 s.
  void histogram(double at_s, std::uint32_t target, const std::string& name, double count,
                 double seconds) {
    add(at_s, target, name + "_count", count, "", "raw:" + name);
    add(at_s, target, name + "_sum", count * seconds, "", "raw:" + name);
    add(at_s, target, name + "_bucket", seconds <= 0.1 ? count : 0, R"({"le":"0.1"})");
    add(at_s, target, name + "_bucket", seconds <= 1 ? count : 0, R"({"le":"1"})");
    add(at_s, target, name + "_bucket", count, R"({"le":"+Inf"})");
  }
  record::Telemetry make() const { return record::make_telemetry(samples_); }

 private:
  std::vector<record::Sample> samples_;
};

}  // namespace tt::analysis
