#include "record/telemetry.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

namespace tt::record {
namespace {

std::shared_ptr<const Series> series(std::uint32_t target, std::string name,
                                     std::string labels = "", std::string source = "") {
  return std::make_shared<const Series>(
      Series{target, std::move(name), std::move(labels), std::move(source)});
}

std::vector<Sample> some_samples() {
  const auto running = series(0, "requests_running", "", "vllm:num_requests_running");
  const auto bucket = series(1, "ttft_seconds_bucket", R"({"le":"0.5"})", "x");
  const auto cpu = series(kNoTarget, "host_cpu_utilization");
  return {{5, running, 3},
          {5, bucket, 12},
          {7, cpu, 0.25},
          {1'000'000'005, running, 4},
          {1'000'000'005, bucket, 12},
          {-4, cpu, INFINITY}};
}

TEST(TelemetryCodec, GivesBackWhatWentIn) {
  const auto samples = some_samples();
  TelemetryEncoder encoder;
  TelemetryDecoder decoder;
  std::string first;
  std::string second;
  encoder.encode(first, std::span(samples).first(3));
  encoder.encode(second, std::span(samples).subspan(3));
  auto decoded = decoder.decode(first);
  ASSERT_TRUE(decoded);
  const auto rest = decoder.decode(second);
  ASSERT_TRUE(rest);
  decoded->insert(decoded->end(), rest->begin(), rest->end());
  EXPECT_EQ(*decoded, samples);
  EXPECT_EQ((*decoded)[0].series, (*decoded)[3].series) << "one object for one series";
}

TEST(TelemetryCodec, AScrapeOfKnownSeriesIsSmall) {
  std::vector<Sample> samples;
  for (int i = 0; i < 250; ++i) {
    samples.push_back({1000, series(0, "some_histogram_bucket_" + std::to_string(i)), 100.0 + i});
  }
  TelemetryEncoder encoder;
  std::string bytes;
  encoder.encode(bytes, samples);
  bytes.clear();
  for (auto& sample : samples) sample.at += kSecond;
  encoder.encode(bytes, samples);
  EXPECT_LT(bytes.size(), 1100u);
}

TEST(TelemetryCodec, RefusesOtherBytes) {
  TelemetryEncoder encoder;
  std::string bytes;
  encoder.encode(bytes, some_samples());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(TelemetryDecoder().decode(bytes.substr(0, n))) << n;
  }
  EXPECT_FALSE(TelemetryDecoder().decode(bytes + "x"));
  EXPECT_FALSE(TelemetryDecoder().decode("\x01\x05")) << "a series nobody wrote";
}

TEST(Labels, AreJsonAndReadBack) {
  EXPECT_EQ(labels_json({}), "");
  const std::string text = labels_json({{"le", "0.5"}, {"gpu", "a\"b\\c"}});
  EXPECT_EQ(text, R"({"gpu":"a\"b\\c","le":"0.5"})");
  EXPECT_EQ(label_of(text, "gpu"), "a\"b\\c");
  EXPECT_EQ(label_of(text, "le"), "0.5");
  EXPECT_EQ(label_of(text, "e"), "");
}

TEST(MakeTelemetry, GroupsAndFinds) {
  const auto telemetry = make_telemetry(some_samples());
  ASSERT_EQ(telemetry.series.size(), 3u);
  const auto running = telemetry.of(0, "requests_running");
  ASSERT_EQ(running.size(), 1u);
  EXPECT_EQ(running[0].value, (std::vector{3.0, 4.0}));
  EXPECT_EQ(running[0].at, (std::vector<Nanos>{5, 1'000'000'005}));
  EXPECT_TRUE(telemetry.of(1, "requests_running").empty());
  EXPECT_EQ(telemetry.of(kNoTarget, "host_cpu_utilization").size(), 1u);
}

TEST(TelemetryParquet, GivesBackWhatWentIn) {
  const std::string path = testing::TempDir() + "telemetry_test.parquet";
  auto samples = some_samples();
  std::size_t at = 0;
  const auto written = write_telemetry(path, [&](Sample& sample) {
    if (at == samples.size()) return false;
    sample = samples[at++];
    return true;
  });
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, samples.size());
  const auto read = read_telemetry(path);
  ASSERT_TRUE(read) << read.error().text();
  std::ranges::stable_sort(samples, {}, &Sample::at);  // the file is read in the order of time
  const auto expected = make_telemetry(samples);
  ASSERT_EQ(read->series.size(), expected.series.size());
  for (std::size_t i = 0; i < expected.series.size(); ++i) {
    EXPECT_EQ(read->series[i].series, expected.series[i].series);
    EXPECT_EQ(read->series[i].at, expected.series[i].at);
    EXPECT_EQ(read->series[i].value, expected.series[i].value);
  }
  std::filesystem::remove(path);
}

TEST(TelemetryParquet, AMissingFileIsSaidSo) {
  const auto read = read_telemetry(testing::TempDir() + "no_such_file");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tt::record
