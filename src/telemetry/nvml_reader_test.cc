#include "telemetry/nvml_reader.h"

#include <cstdlib>
#include <map>

#include <gtest/gtest.h>

namespace tt::telemetry {
namespace {

TEST(Nvml, ReadsWhatEachGpuSupports) {
  auto reader = NvmlReader::open(TT_FAKE_NVML, {4});
  ASSERT_TRUE(reader) << reader.error().text();
  EXPECT_EQ(reader->text(), "2x Fake GPU");
  std::map<std::string, double> values;
  for (const auto& sample : reader->read(7)) {
    EXPECT_EQ(sample.at, 7);
    EXPECT_EQ(sample.series->target, 4u);
    values[sample.series->name + sample.series->labels] = sample.value;
  }
  EXPECT_EQ(values.size(), 12u);
  EXPECT_EQ(values[R"(gpu_utilization{"gpu":"0"})"], 0.87);
  EXPECT_EQ(values[R"(gpu_power_watts{"gpu":"0"})"], 500.25);
  EXPECT_EQ(values[R"(gpu_energy_joules_total{"gpu":"0"})"], 1050);
  EXPECT_EQ(values[R"(gpu_clock_hertz{"gpu":"0"})"], 1.98e9);
  EXPECT_EQ(values[R"(gpu_memory_used_bytes{"gpu":"1"})"], 72.0 * (1ULL << 30));
  EXPECT_FALSE(values.contains(R"(gpu_power_watts{"gpu":"1"})")) << "not supported is not 0";
}

TEST(Nvml, GpusOfNoTargetAreTheMachines) {
  auto reader = NvmlReader::open(TT_FAKE_NVML);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->read(0).at(0).series->target, record::kNoTarget);
}

TEST(Nvml, SaysWhyThereIsNone) {
  EXPECT_EQ(NvmlReader::open("libno-such-library.so").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(NvmlReader::open("libc.so.6").error().code, ErrorCode::kInvalidInput);
  ::setenv("FAKE_NVML_BROKEN", "1", 1);
  EXPECT_EQ(NvmlReader::open(TT_FAKE_NVML).error().code, ErrorCode::kUnavailable);
  ::unsetenv("FAKE_NVML_BROKEN");
}

}  // namespace
}  // namespace tt::telemetry
