#include <gtest/gtest.h>

#include "plan/lengths.h"
#include "plan/plan.h"

namespace tt::plan {
namespace {

std::string fault_of(const auto& result) {
  EXPECT_FALSE(result);
  return result ? "" : result.error().message;
}

void expect_has(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in: " << text;
}

TEST(ParseTarget, TakesEngineNameAndUrlInEveryShortForm) {
  struct Case {
    std::string_view text, name, engine, url;
  };
  const Case cases[] = {
      {"vllm=http://host:8000", "vllm", "vllm", "http://host:8000"},
      {"http://host:8000", "host:8000", "", "http://host:8000"},
      {"https://host/base/", "host", "", "https://host/base"},
      {"localhost:8000", "localhost:8000", "", "http://localhost:8000"},
      {"mine=host", "mine", "", "http://host"},
      {" fast : vllm = http://host ", "fast", "vllm", "http://host"},
      {"Ollama=http://h:11434", "Ollama", "ollama", "http://h:11434"},
      {"http://[::1]:8000", "[::1]:8000", "", "http://[::1]:8000"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto target = parse_target(c.text);
    ASSERT_TRUE(target) << target.error().text();
    EXPECT_EQ(target->name, c.name);
    EXPECT_EQ(target->engine, c.engine);
    EXPECT_EQ(target->url, c.url);
  }
}

TEST(ParseTarget, RefusesWhatCannotBeReached) {
  expect_has(fault_of(parse_target("")), "host");
  expect_has(fault_of(parse_target("=http://a")), "before '='");
  expect_has(fault_of(parse_target("vllm=")), "host");
  expect_has(fault_of(parse_target("ftp://a")), "http://");
  expect_has(fault_of(parse_target("http://a:99999")), "'99999' is not a port");
  expect_has(fault_of(parse_target("http://a:0")), "is not a port");
  expect_has(fault_of(parse_target("http://:80")), "no host");
  expect_has(fault_of(parse_target("http://a b")), "blanks");
  expect_has(fault_of(parse_target("http://a?x")), "query");
  expect_has(fault_of(parse_target("http://[::1")), "']'");
  expect_has(fault_of(parse_target("x:vlm=http://a")), "did you mean vllm?");
}

TEST(ParseLengths, TakesEveryDistribution) {
  using Kind = Lengths::Kind;
  EXPECT_EQ(*parse_lengths(" 256 "), (Lengths{.mean = 256}));
  EXPECT_EQ(*parse_lengths("fixed(7)"), (Lengths{.mean = 7}));
  EXPECT_EQ(*parse_lengths("uniform(100, 300)"),
            (Lengths{.kind = Kind::kUniform, .min = 100, .max = 300}));
  EXPECT_EQ(*parse_lengths("Normal(256,32)"),
            (Lengths{.kind = Kind::kNormal, .mean = 256, .stddev = 32}));
  EXPECT_EQ(
      *parse_lengths("lognormal(256.5,128,10,4000)"),
      (Lengths{.kind = Kind::kLognormal, .mean = 256.5, .stddev = 128, .min = 10, .max = 4000}));
}

TEST(ParseLengths, RefusesWhatIsNoLength) {
  for (const auto* text : {"",
                           "x",
                           "0",
                           "-5",
                           "1.5",
                           "nan",
                           "inf",
                           "1e9",
                           "uniform",
                           "uniform(1",
                           "uniform(1)",
                           "uniform(3,2)",
                           "uniform(1,2,3)",
                           "uniform(1.5,3)",
                           "uniform(-1,3)",
                           "uniform(0,3)",
                           "normal(5)",
                           "normal(5,-1)",
                           "normal(5,x)",
                           "normal(5,1,10,20)",
                           "lognormal(0,1)",
                           "fixed(1,2)",
                           "fixed()",
                           "fixed(1,2,3)",
                           "normal(5,1,1)",
                           "normal(1e8,1,1,1e12)"}) {
    EXPECT_FALSE(parse_lengths(text)) << text;
  }
  expect_has(fault_of(parse_lengths("unifrom(1,2)")), "did you mean uniform?");
}

TEST(ParseLengths, ReadsWhatFormatLengthsWrites) {
  for (const auto* text : {"256", "uniform(100,300)", "normal(256,32)", "lognormal(256.5,128)",
                           "normal(256,32,1,512)"}) {
    EXPECT_EQ(format_lengths(*parse_lengths(text)), text);
  }
}

TEST(ParseSlo, TakesLatenciesSharesAndRates) {
  EXPECT_EQ(*parse_slo("ttft_p99=500ms"), (Slo{"ttft", 0.99, 5e8, "ttft_p99=500ms"}));
  EXPECT_EQ(*parse_slo(" e2e_p99.9 = 2s "), (Slo{"e2e", 0.999, 2e9, "e2e_p99.9 = 2s"}));
  EXPECT_EQ(*parse_slo("itl_p50=20ms"), (Slo{"itl", 0.5, 2e7, "itl_p50=20ms"}));
  EXPECT_EQ(parse_slo("success_rate=99.9%")->limit, 0.999);  // to the bit
  EXPECT_EQ(parse_slo("success_rate=0.999")->limit, 0.999);
  EXPECT_EQ(parse_slo("output_tokens_per_s=1500")->metric, "output_tokens_per_s");
  EXPECT_EQ(parse_slo("requests_per_s=2.5")->limit, 2.5);
}

TEST(ParseSlo, RefusesWhatCouldBeMisread) {
  expect_has(fault_of(parse_slo("ttft_p99")), "is not an SLO");
  expect_has(fault_of(parse_slo("ttft_p99=500")), "has no unit");
  expect_has(fault_of(parse_slo("ttft_p99=five ms")), "is not a duration");
  expect_has(fault_of(parse_slo("ttft=500ms")), "say which quantile");
  expect_has(fault_of(parse_slo("tfft_p99=500ms")), "did you mean ttft?");
  expect_has(fault_of(parse_slo("ttft_p0=5ms")), "between p0 and p100");
  expect_has(fault_of(parse_slo("ttft_p100=5ms")), "between p0 and p100");
  expect_has(fault_of(parse_slo("ttft_p99=0ms")), "above 0");
  expect_has(fault_of(parse_slo("success_rate=99.9")), "at most 1; write 99.9%");
  expect_has(fault_of(parse_slo("success_rate_p99=0.5")), "has no quantiles");
  expect_has(fault_of(parse_slo("requests_per_s=5%")), "is not a limit");
  expect_has(fault_of(parse_slo("requests_per_s=-5")), "above 0");
}

}  // namespace
}  // namespace tt::plan
