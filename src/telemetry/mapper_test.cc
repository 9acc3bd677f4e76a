#include "telemetry/mapper.h"

#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/test_gold.h"
#include "telemetry/alias_table.h"

namespace tt::telemetry {
namespace {

std::string read(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string page(const std::string& name) {
  const std::string text = read(TT_SOURCE_DIR "/tests/telemetry/" + name + ".prom");
  EXPECT_FALSE(text.empty()) << name;
  return text;
}

std::string text_of(const std::vector<record::Sample>& samples) {
  std::string out;
  for (const auto& s : samples) {
    out += fmt::format("{} {} {} <- {}\n", s.series->name, s.series->labels, s.value,
                       s.series->source);
  }
  return out;
}

double value_of(const Mapper::Mapped& mapped, std::string_view name, std::string_view labels = "") {
  double value = NAN;
  for (const auto& s : mapped.samples) {
    if (s.series->name == name && s.series->labels == labels) {
      EXPECT_TRUE(std::isnan(value)) << name << " is there twice";
      value = s.value;
    }
  }
  return value;
}

class MapperGold : public testing::TestWithParam<const char*> {};

// What each server's page becomes.
TEST_P(MapperGold, MapsThePage) {
  const std::string name = GetParam();
  Mapper mapper({.targets = {0}, .model = name == "triton" ? "ensemble" : ""});
  const auto mapped = mapper.map(page(name), 0);
  EXPECT_EQ(mapped.page.bad_lines, 0u) << mapped.page.first_error;
  expect_gold(text_of(mapped.samples), "telemetry/" + name + ".txt");
}

INSTANTIATE_TEST_SUITE_P(Servers, MapperGold,
                         testing::Values("vllm", "vllm_old", "sglang", "tgi", "llamacpp", "trtllm",
                                         "triton", "dcgm", "amd"),
                         [](const auto& one) { return std::string(one.param); });

TEST(AliasTable, EveryAliasLeadsToOneOfOurNames) {
  for (const Alias& alias : aliases()) {
    const Metric* metric = find_metric(alias.name);
    ASSERT_NE(metric, nullptr) << alias.source << " -> " << alias.name;
    EXPECT_TRUE(alias.part != Part::kBuckets || metric->kind == Kind::kHistogram) << alias.source;
    EXPECT_TRUE(alias.label.empty() || !metric->label.empty()) << alias.source;
    const bool needs_where = alias.part == Part::kLabelProduct;
    EXPECT_EQ(needs_where, alias.where.find('*') != alias.where.npos) << alias.source;
  }
  std::set<std::string_view> names;
  for (const Metric& metric : metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(metric.kind == Kind::kCounter, metric.name.ends_with("_total")) << metric.name;
  }
}

TEST(AliasTable, EveryNameStandsInTheDocumentation) {
  const std::string document = read(TT_SOURCE_DIR "/docs/telemetry.md");
  for (const Metric& metric : metrics()) {
    const std::string row = fmt::format("| `{}` |", metric.name);
    EXPECT_NE(document.find(row), std::string::npos) << row;
    EXPECT_NE(document.find(metric.meaning), std::string::npos) << metric.meaning;
  }
}

TEST(Mapper, TheNewNameWinsWhereAPageHasBoth) {
  Mapper mapper({.targets = {0}});
  const auto mapped = mapper.map(
      "vllm:kv_cache_usage_perc 0.25\nvllm:gpu_cache_usage_perc 0.75\n"
      "vllm:time_per_output_token_seconds_bucket{le=\"0.1\"} 7\n"
      "vllm:inter_token_latency_seconds_bucket{le=\"0.2\"} 5\n",
      0);
  EXPECT_EQ(value_of(mapped, "kv_cache_usage"), 0.25);
  EXPECT_EQ(value_of(mapped, "itl_seconds_bucket", R"({"le":"0.2"})"), 5);
  EXPECT_EQ(mapped.samples.size(), 2u);
  // A restart with an older release: the old names count again.
  EXPECT_EQ(value_of(mapper.map("vllm:gpu_cache_usage_perc 0.5\n", 1), "kv_cache_usage"), 0.5);
}

TEST(Mapper, AddsWhatAddsUpAndAveragesShares) {
  Mapper mapper({.targets = {0}});
  const auto mapped = mapper.map(page("vllm"), 0);
  EXPECT_EQ(value_of(mapped, "requests_running"), 25);
  EXPECT_NEAR(value_of(mapped, "kv_cache_usage"), 0.3, 1e-12);
  EXPECT_EQ(value_of(mapped, "kv_cache_capacity_tokens"), 2 * 16 * 27000);
  EXPECT_EQ(value_of(mapped, "ttft_seconds_count"), 8);
}

TEST(Mapper, OneRankStandsForAll) {
  Mapper mapper({.targets = {0}});
  const auto mapped = mapper.map(page("sglang"), 0);
  EXPECT_EQ(value_of(mapped, "requests_running"), 9) << "rank 1 is a copy";
  EXPECT_EQ(value_of(mapped, "requests_waiting"), 3) << "and the grammar queue";
  EXPECT_EQ(value_of(mapped, "prompt_tokens_total"), 1000) << "the live counter, cached included";
}

TEST(Mapper, WhatIsNotExposedIsNotThere) {
  Mapper mapper({.targets = {0}});
  auto mapped = mapper.map("vllm:num_requests_running 2\nvllm:num_requests_waiting NaN\n", 0);
  EXPECT_EQ(mapped.samples.size(), 1u);
  mapped = mapper.map("vllm:num_requests_waiting 1\n", 1);
  ASSERT_EQ(mapped.samples.size(), 1u) << "what a page lacks is a gap, not the value before";
  EXPECT_EQ(mapped.samples[0].series->name, "requests_waiting");
  EXPECT_TRUE(
      mapper.map("DCGM_FI_DEV_GPU_TEMP{gpu=\"0\"} 9223372036854775794\n", 2).samples.empty());
}

TEST(Mapper, SeriesStayTheSameObjects) {
  Mapper mapper({.targets = {3, 5}});
  const auto first = mapper.map("llamacpp:requests_processing 1\n", 10);
  const auto second = mapper.map("llamacpp:requests_processing 2\n", 20);
  ASSERT_EQ(first.samples.size(), 2u);
  EXPECT_EQ(first.samples[0].series, second.samples[0].series);
  EXPECT_EQ(first.samples[0].series->target, 3u);
  EXPECT_EQ(first.samples[1].series->target, 5u);
  EXPECT_EQ(second.samples[1].at, 20);
}

TEST(Mapper, ColonsAndUnderscoresAreTheSame) {
  Mapper mapper({.targets = {0}});
  EXPECT_EQ(value_of(mapper.map("sglang_num_running_reqs 4\n", 0), "requests_running"), 4);
  EXPECT_EQ(value_of(mapper.map("vllm_generation_tokens_total 4\n", 0), "output_tokens_total"), 4);
}

TEST(Mapper, TheKvCacheShareFollowsFromItsParts) {
  Mapper mapper({.targets = {0}});
  const auto mapped = mapper.map(page("tgi"), 0);
  EXPECT_EQ(value_of(mapped, "kv_cache_usage"), 0.25);
}

TEST(Mapper, RawKeepsTheRestOnlyWhereAsked) {
  const std::string_view text =
      "foo{b=\"2\",a=\"1\"} 3\nfoo_created 1\nvllm:num_requests_running 1\n";
  Mapper plain({.targets = {0}});
  EXPECT_EQ(plain.map(text, 0).samples.size(), 1u);
  Mapper raw({.targets = {0}, .raw = true});
  const auto mapped = raw.map(text, 0);
  EXPECT_EQ(mapped.samples.size(), 2u);
  EXPECT_EQ(value_of(mapped, "foo", R"({"a":"1","b":"2"})"), 3);
}

TEST(Mapper, AFloodOfSeriesIsLeftOutAndCounted) {
  std::string text;
  for (int i = 0; i < 21'000; ++i) text += fmt::format("foo{{i=\"{}\"}} 1\n", i);
  Mapper mapper({.targets = {0}, .raw = true});
  const auto mapped = mapper.map(text, 0);
  EXPECT_EQ(mapped.samples.size(), 20'000u);
  EXPECT_EQ(mapped.left_out, 1'000u);
}

TEST(Mapper, LabelsThatChangeWithEachPageDoNotFillTheMemory) {
  Mapper mapper({.targets = {0}, .raw = true});
  std::size_t taken = 0;
  std::size_t left_out = 0;
  for (int i = 0; i < 300; ++i) {
    const auto mapped =
        mapper.map(fmt::format("foo{{id=\"{}{}\"}} 1\nvllm:num_requests_running 2\n", i,
                               std::string(60'000, 'x')),
                   i);
    taken += mapped.samples.size();
    left_out += mapped.left_out;
    EXPECT_EQ(value_of(mapped, "requests_running"), 2) << "what was known stays";
  }
  EXPECT_EQ(taken + left_out, 600u);
  EXPECT_GT(left_out, 10u);
  EXPECT_GT(taken, 500u);
}

TEST(Mapper, ARawNameIsNeverTakenForOneOfOurs) {
  // Names in quotes may hold any byte: this one is spelled as the key of our first series.
  Mapper mapper({.targets = {0}, .raw = true});
  const std::string hostile("{\"\0\0\\n\"} 40\n", 12);
  const auto mapped = mapper.map("vllm:num_requests_running 2\n" + hostile, 0);
  EXPECT_EQ(value_of(mapped, "requests_running"), 2);
  EXPECT_EQ(mapped.samples.size(), 2u);
}

TEST(Mapper, ABucketWithoutItsEdgeIsNone) {
  Mapper mapper({.targets = {0}});
  const auto mapped = mapper.map(
      "vllm:inter_token_latency_seconds_bucket 7\n"
      "vllm:time_per_output_token_seconds_bucket{le=\"0.1\"} 5\n",
      0);
  ASSERT_EQ(mapped.samples.size(), 1u) << "and does not put the older name aside";
  EXPECT_EQ(value_of(mapped, "itl_seconds_bucket", R"({"le":"0.1"})"), 5);
}

TEST(Mapper, EscapesAndForeignLettersOfLabelsAreKept) {
  Mapper mapper({.targets = {0}, .raw = true});
  const auto mapped = mapper.map("foo{a=\"x\\\"y\\\\z\\nü\",b=\"\xff\"} 1\n", 0);
  ASSERT_EQ(mapped.samples.size(), 1u);
  EXPECT_EQ(mapped.samples[0].series->labels, "{\"a\":\"x\\\"y\\\\z\\nü\",\"b\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace tt::telemetry
