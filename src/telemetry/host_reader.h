// The client's own machine, from /proc: is it the client that is at its limit?
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/telemetry.h"

namespace tt::telemetry {

/// One thread at a time. What the system does not tell is left out.
class HostReader {
 public:
  /// `root` stands for "/": tests give a folder with a proc of their own.
  explicit HostReader(std::string root = "");

  /// CPU use is over the time since the last call: the first one has none.
  std::vector<record::Sample> read(Nanos at);

 private:
  struct CpuTimes {
    std::uint64_t busy = 0;
    std::uint64_t all = 0;
  };
  std::string file(const char* name) const;
  void read_cpu();
  void read_memory();
  void read_network();
  void read_self();
  void add(const char* name, double value, const char* source, const std::string& device = {});

  std::string root_;
  CpuTimes last_;
  Nanos at_ = 0;
  std::map<std::string, std::shared_ptr<const record::Series>> series_;
  std::vector<record::Sample> samples_;
};

}  // namespace tt::telemetry
