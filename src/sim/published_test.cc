// The built-in profiles against published measurements: the table of docs/simulator.md, computed
// anew. TT_UPDATE_GOLD=1 writes it into the page.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sim/test_load.h"

namespace tt::sim {
namespace {

Profile steady(const char* name) {
  Profile p = find_profile(name).value();
  p.jitter = {.step_sigma = 0};
  p.cold_start = {};
  return p;
}

Profile with_slots(const char* name, std::uint32_t slots) {
  Profile p = steady(name);
  p.limits.max_sequences = slots;
  p.limits.kv_tokens = 8192 * slots;
  return p;
}

std::vector<Lengths> equal(std::size_t count, std::uint32_t prompt, std::uint32_t output) {
  return std::vector<Lengths>(count, {prompt, output});
}

/// About so long: equal ones would move in step.
std::vector<Lengths> about(std::size_t count, double prompt, double output) {
  std::vector<Lengths> lengths;
  Rng rng(1);
  const auto vary = [&rng](double mean) {
    return static_cast<std::uint32_t>(mean * (0.7 + 0.6 * rng.uniform()));
  };
  for (std::size_t i = 0; i < count; ++i) lengths.push_back({vary(prompt), vary(output)});
  return lengths;
}

/// Ten prompts of 10,000 tokens, asked for again and again, 4 a second; the cache knows them.
Measured of_ten_thousand(const Profile& p) {
  std::vector<Lengths> lengths;
  for (std::uint64_t i = 0; i < 100; ++i) {
    Lengths one{10'000, 128};
    for (std::uint64_t k = 0; k < 625; ++k) one.names.push_back(i % 10 * 1000 + k);
    lengths.push_back(std::move(one));
  }
  Bench bench(p);
  bench.play({lengths.begin(), lengths.begin() + 10}, 1);
  auto arrivals = poisson(100, 4);
  for (Nanos& at : arrivals) at += 1000 * kSecond;  // long after
  return bench.play(lengths, 0, arrivals);
}

struct Row {
  const char* profile;
  const char* what;
  const char* unit;
  double modelled;
  double published;
  const char* source;
  double within_percent;  // what this test lets pass; a wide one is a weakness that the page names
};

std::vector<Row> a100(const char* name, const std::array<double, 10>& published, const char* source,
                      const std::array<double, 10>& within) {
  const Profile p = steady(name);
  const Measured one = alone(p);
  const Measured five = open_loop(p, 5);
  const Measured crowd = open_loop(p, 25);
  const Measured longest = long_prompt(p);
  const std::array<std::pair<const char*, double>, 10> rows{{
      {"one at a time: TTFT p50", one.ttft_ms},
      {"one at a time: TPOT p50", one.tpot_ms},
      {"8 at a time", sustained(p).tokens_per_s},
      {"100 at once", offline(p).tokens_per_s},
      {"5 requests/s: TTFT p50", five.ttft_ms},
      {"5 requests/s: TPOT p50", five.tpot_ms},
      {"25 requests/s: TTFT p50", crowd.ttft_ms},
      {"25 requests/s: TPOT p50", crowd.tpot_ms},
      {"prompt of 28,650: TTFT", longest.ttft_ms},
      {"prompt of 28,650: TPOT", longest.tpot_ms},
  }};
  std::vector<Row> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back({name, rows[i].first, i == 2 || i == 3 ? "tok/s" : "ms", rows[i].second,
                   published[i], source, within[i]});
  }
  return out;
}

std::vector<Row> h100() {
  const char* name = "h100-8b";
  const char* blog = "vLLM blog, 2026-04-22";
  const Profile p = steady(name);
  const Measured eight = Bench(p).play(about(150, 20'000, 2'000), 8);
  return {
      {name, "alone at 1,000 tokens: ITL", "ms", Bench(p).play(equal(5, 900, 200), 1).tpot_ms,
       6.44 + 4.37e-5 * 1000, blog, 3},
      {name, "alone at 20,000 tokens: ITL", "ms", Bench(p).play(equal(3, 19'900, 200), 1).tpot_ms,
       6.44 + 4.37e-5 * 20'000, blog, 3},
      {name, "8 x (20,000 in, 2,000 out): TTFT p50", "ms", eight.ttft_ms, 764, blog, 35},
      {name, "8 x (20,000 in, 2,000 out): ITL", "ms", eight.tpot_ms, 15.2, blog, 10},
      {name, "8 x (20,000 in, 2,000 out)", "tok/s", eight.tokens_per_s, 450, blog, 10},
      {name, "prompt of 28,650: TTFT", "ms", long_prompt(p).ttft_ms, 1077, "AccelMark, vLLM 0.7.3",
       15},
      {name, "10,000 in, 4 requests/s, all known: mean TTFT", "ms", of_ten_thousand(p).mean_ttft_ms,
       62, "vLLM blog (PegaFlow), H800", 70},
  };
}

std::vector<Row> h200x8() {
  const char* name = "h200x8-70b";
  const char* source = "AccelMark, vLLM 0.7.3";
  const Profile p = steady(name);
  const Measured one = alone(p);
  std::vector<Row> rows = {
      {name, "one at a time: TTFT p50", "ms", one.ttft_ms, 77, source, 5},
      {name, "one at a time: TPOT p50", "ms", one.tpot_ms, 12.3, source, 5},
      {name, "100 at once", "tok/s", offline(p).tokens_per_s, 3384, source, 20}};
  struct Point {
    double rate;
    const char* ttft;
    const char* tpot;
    double published_ttft;
    double published_tpot;
    double ttft_within;
    double tpot_within;
  };
  for (const Point& at : {
           Point{2, "2 requests/s: TTFT p50", "2 requests/s: TPOT p50", 75, 18.5, 20, 20},
           Point{5, "5 requests/s: TTFT p50", "5 requests/s: TPOT p50", 130, 38.8, 40, 40},
           Point{10, "10 requests/s: TTFT p50", "10 requests/s: TPOT p50", 247, 58.8, 70, 15},
           Point{25, "25 requests/s: TTFT p50", "25 requests/s: TPOT p50", 591, 52.7, 90, 20},
       }) {
    const Measured m = open_loop(p, at.rate);
    rows.push_back({name, at.ttft, "ms", m.ttft_ms, at.published_ttft, source, at.ttft_within});
    rows.push_back({name, at.tpot, "ms", m.tpot_ms, at.published_tpot, source, at.tpot_within});
  }
  return rows;
}

std::vector<Row> rtx4090() {
  const char* name = "rtx4090-8b-ollama";
  Profile p = steady(name);
  p.step.overhead_ms = 0;
  const double prefill_s = Bench(p).play(equal(3, 2048, 1), 1).ttft_ms / 1e3;
  const Measured sixteen = Bench(with_slots(name, 16)).play(equal(16, 16, 500), 16);
  return {
      {name, "prompt of 2,048", "tok/s", 2048 / prefill_s, 5700, "llama.cpp, request 7716", 10},
      {name, "16 sequences", "tok/s", sixteen.tokens_per_s, 1900, "llama.cpp, request 15131", 10}};
}

std::vector<Row> all_rows() {
  std::vector<Row> rows = h100();
  const auto add = [&rows](const std::vector<Row>& more) {
    rows.insert(rows.end(), more.begin(), more.end());
  };
  add(a100("a100-8b", {28, 10.8, 712, 3871, 40, 13.2, 75, 22.3, 3179, 13.1},
           "AccelMark, vLLM 0.20.1", {10, 5, 5, 5, 10, 15, 20, 25, 5, 5}));
  add(a100("a100-8b-sglang", {33, 12.9, 563, 3145, 44, 15.6, 53, 36.2, 2988, 15.7},
           "AccelMark, SGLang 0.5.6", {20, 5, 10, 10, 20, 10, 20, 20, 5, 5}));
  add(h200x8());
  add(rtx4090());
  return rows;
}

std::string number(double value) {
  return value < 100 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

std::string table(const std::vector<Row>& rows) {
  std::string out =
      "| profile | load and figure | modelled | published | apart | source |\n"
      "|---|---|---|---|---|---|\n";
  for (const Row& r : rows) {
    out += fmt::format("| `{}` | {} | {} {} | {} {} | {:+.0f}% | {} |\n", r.profile, r.what,
                       number(r.modelled), r.unit, number(r.published), r.unit,
                       100 * (r.modelled / r.published - 1), r.source);
  }
  return out;
}

constexpr std::string_view kBegin = "<!-- published_test.cc writes this table -->\n";
constexpr std::string_view kEnd = "<!-- its end -->\n";

TEST(Published, TheTableOfTheDocsIsWhatTheModelGives) {
  const auto rows = all_rows();
  for (const Row& r : rows) {
    EXPECT_NEAR(r.modelled, r.published, r.published * r.within_percent / 100)
        << r.profile << ": " << r.what;
  }
  const auto path = std::filesystem::path(TT_SOURCE_DIR) / "docs/simulator.md";
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  std::string page = text.str();
  const auto begin = page.find(kBegin);
  const auto end = page.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end) << path;
  const auto from = begin + kBegin.size();
  if (std::getenv("TT_UPDATE_GOLD") != nullptr) {
    page.replace(from, end - from, table(rows));
    std::ofstream(path) << page;
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), table(rows)) << "TT_UPDATE_GOLD=1 writes it anew";
}

}  // namespace
}  // namespace tt::sim
