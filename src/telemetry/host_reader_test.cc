#include "telemetry/host_reader.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tt::telemetry {
namespace {

class HostReaderTest : public testing::Test {
 protected:
  HostReaderTest() : root_(testing::TempDir() + "host_reader_" + std::to_string(::getpid())) {
    std::filesystem::create_directories(root_ + "/proc/net");
    std::filesystem::create_directories(root_ + "/proc/self");
  }
  ~HostReaderTest() override { std::filesystem::remove_all(root_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ + "/proc/" + name) << text;
  }
  static std::map<std::string, double> named(const std::vector<record::Sample>& samples) {
    std::map<std::string, double> values;
    for (const auto& s : samples) values[s.series->name + s.series->labels] = s.value;
    return values;
  }
  std::string root_;
};

TEST_F(HostReaderTest, ReadsWhatTheKernelTells) {
  write("stat", "cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n");
  write("meminfo", "MemTotal:       1000 kB\nMemFree:  10 kB\nMemAvailable:    600 kB\n");
  write("net/dev",
        "Inter-|   Receive                |  Transmit\n face |bytes packets\n"
        "    lo: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
        "  eth0:1234 5 0 0 0 0 0 0 5678 9 0 0 0 0 0 0\n  odd: x\n");
  write("self/stat",
        "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 250 150 0 0 20 0 5 0 99 123456 321 18446\n");
  HostReader reader(root_);
  auto values = named(reader.read(5));
  EXPECT_FALSE(values.contains("host_cpu_utilization")) << "there is no time to take it over yet";
  EXPECT_EQ(values["host_memory_total_bytes"], 1000 * 1024);
  EXPECT_EQ(values["host_memory_used_bytes"], 400 * 1024);
  EXPECT_EQ(values["host_receive_bytes_total{\"device\":\"eth0\"}"], 1234);
  EXPECT_EQ(values["host_transmit_bytes_total{\"device\":\"eth0\"}"], 5678);
  EXPECT_EQ(values.count("host_receive_bytes_total{\"device\":\"lo\"}"), 0u);
  EXPECT_EQ(values["client_cpu_seconds_total"],
            400.0 / static_cast<double>(::sysconf(_SC_CLK_TCK)));
  EXPECT_EQ(values["client_memory_bytes"], 321.0 * static_cast<double>(::sysconf(_SC_PAGESIZE)));

  write("stat", "cpu  150 0 75 900 75 0 0 0 0 0\n");  // 75 of 200 ticks were work
  values = named(reader.read(6));
  EXPECT_DOUBLE_EQ(values["host_cpu_utilization"], 75.0 / 200.0);
}

TEST_F(HostReaderTest, WhatIsMissingOrBrokenIsLeftOut) {
  HostReader reader(root_);
  EXPECT_TRUE(reader.read(0).empty());
  write("stat", "cpu\n");
  write("meminfo", "MemTotal: lots\n");
  write("net/dev", ":::\n");
  write("self/stat", "42 (x");
  EXPECT_TRUE(reader.read(0).empty());
  EXPECT_TRUE(reader.read(1).empty());
}

TEST(HostReader, ReadsThisMachine) {
  HostReader reader;
  bool memory = false;
  for (const auto& sample : reader.read(0)) {
    memory = memory || (sample.series->name == "host_memory_used_bytes" && sample.value > 0);
  }
  EXPECT_TRUE(memory);
}

}  // namespace
}  // namespace tt::telemetry
