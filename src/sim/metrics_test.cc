// The pages of metrics over loopback: each engine's own names, and figures that agree with what
// was asked and with each other.
#include "sim/metrics.h"

#include <cmath>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "sim/server.h"
#include "sim/test_client.h"

namespace tt::sim {
namespace {

using engine::EngineKind;

/// The samples of a page by "name{labels}", and the families with their types.
struct Page {
  std::map<std::string, double> samples;
  std::map<std::string, std::string> types;

  explicit Page(const std::string& body) {
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# TYPE ")) {
        const auto blank = line.rfind(' ');
        const auto [at, fresh] = types.emplace(line.substr(7, blank - 7), line.substr(blank + 1));
        EXPECT_TRUE(fresh) << "a family stands twice: " << line;
      }
      if (line.empty() || line.front() == '#') continue;
      const auto blank = line.rfind(' ');
      const auto [at, fresh] =
          samples.emplace(line.substr(0, blank), std::stod(line.substr(blank + 1)));
      EXPECT_TRUE(fresh) << "a sample stands twice: " << line;
    }
  }

  bool has(const std::string& name) const {
    for (const auto& [key, value] : samples) {
      if (key == name || key.starts_with(name + "{")) return true;
    }
    return false;
  }
  /// Sum over all label sets that hold `label`.
  double sum(const std::string& name, const std::string& label = "") const {
    EXPECT_TRUE(has(name)) << name;
    double all = 0;
    for (const auto& [key, value] : samples) {
      const bool named = key == name || key.starts_with(name + "{");
      if (named && key.find(label) != std::string::npos) all += value;
    }
    return all;
  }
};

constexpr std::uint32_t kRequests = 6;
constexpr std::uint32_t kTokens = 9;

ServerOptions with_metrics(EngineKind kind) {
  ServerOptions o;
  o.profile = find_profile(std::string(default_profile(kind))).value();
  o.profile.step = {.weights_ms = 0.2, .token_ms = 1e-4, .host_ms = 0.05, .overhead_ms = 0.5};
  o.profile.jitter = {.step_sigma = 0};
  o.profile.engine_version = "";
  o.profile.prefix_cache = false;  // every prompt here is the same
  o.engine = kind;
  o.models = {"test \"model\""};
  return o;
}

/// One after another, then the page on `path`.
HttpAnswer after_requests(const ServerOptions& options, const std::string& path,
                          const std::string& headers = {}) {
  const auto server = ServerThread::start(options);
  EXPECT_TRUE(server.has_value());
  TestClient client((*server)->port());
  const auto& traits = engine::traits(options.engine);
  const auto& protocol = *engine::find_protocol(traits.default_protocol);
  const auto prompt = engine::Prompt::of("one two three four five six seven");
  const auto request = protocol.build({.model = options.models.front(),
                                       .prompt = &prompt,
                                       .max_tokens = kTokens,
                                       .force_length = true,
                                       .temperature = {},
                                       .seed = {},
                                       .extra_body = {}},
                                      traits);
  for (std::uint32_t i = 0; i < kRequests; ++i) {
    EXPECT_EQ(client.exchange("POST", request.path, request.body).status, 200);
  }
  return client.exchange("GET", path, "", headers);
}

/// `_count` and +Inf agree, buckets rise, and the mean lies between the edges that hold it.
void expect_whole_histograms(const Page& page) {
  std::size_t seen = 0;
  for (const auto& [family, type] : page.types) {
    if (type != "histogram") continue;
    ++seen;
    for (const auto& [key, value] : page.samples) {
      if (!key.starts_with(family + "_count")) continue;
      const std::string labels = key.substr(family.size() + 6);
      double most = -1;
      double inf = -1;
      for (const auto& [bucket, count] : page.samples) {
        if (!bucket.starts_with(family + "_bucket{")) continue;
        std::string rest = bucket.substr(family.size() + 7);
        const auto le = rest.find("le=\"");
        const auto end = rest.find('"', le + 4);
        const std::string edge = rest.substr(le + 4, end - le - 4);
        rest.erase(le, end + 1 - le);
        for (const auto& [from, to] : {std::pair{",,", ","}, {"{,", "{"}, {",}", "}"}}) {
          if (const auto at = rest.find(from); at != std::string::npos) rest.replace(at, 2, to);
        }
        if (rest == "{}") rest.clear();
        if (rest != labels) continue;
        most = std::max(most, count);
        if (edge == "+Inf") inf = count;
      }
      EXPECT_EQ(inf, value) << key;
      EXPECT_EQ(most, value) << key;
    }
  }
  EXPECT_GT(seen, 4U);
}

TEST(Metrics, VllmCountsWhatWasAskedUnderItsCurrentNames) {
  const auto answer = after_requests(with_metrics(EngineKind::kVllm), "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  const Page page(answer.body);
  expect_whole_histograms(page);
  EXPECT_EQ(page.sum("vllm:generation_tokens_total"), kRequests * kTokens);
  EXPECT_EQ(page.sum("vllm:prompt_tokens_total"), kRequests * 7);
  EXPECT_EQ(page.sum("vllm:request_success_total", "finished_reason=\"length\""), kRequests);
  EXPECT_EQ(page.sum("vllm:request_success_total", "finished_reason=\"abort\""), 0);
  EXPECT_EQ(page.sum("vllm:time_to_first_token_seconds_count"), kRequests);
  EXPECT_EQ(page.sum("vllm:inter_token_latency_seconds_count"), kRequests * (kTokens - 1));
  EXPECT_EQ(page.sum("vllm:e2e_request_latency_seconds_count"), kRequests);
  EXPECT_EQ(page.sum("vllm:iteration_tokens_total_sum"), kRequests * (7 + kTokens - 1));
  EXPECT_EQ(page.sum("vllm:num_requests_running"), 0);
  EXPECT_EQ(page.sum("vllm:kv_cache_usage_perc"), 0);
  EXPECT_EQ(page.sum("http_requests_total", "status=\"2xx\""), kRequests);
  EXPECT_TRUE(page.samples.contains(
      "vllm:num_requests_waiting{engine=\"0\",model_name=\"test \\\"model\\\"\"}"));
  EXPECT_TRUE(page.has("process_cpu_seconds_total"));
  EXPECT_TRUE(page.has("vllm:num_requests_waiting_by_reason"));
  EXPECT_FALSE(page.has("vllm:gpu_cache_usage_perc"));
  EXPECT_FALSE(page.has("vllm:time_per_output_token_seconds_count"));
  // The parts of a request add up to the whole.
  const double parts = page.sum("vllm:request_queue_time_seconds_sum") +
                       page.sum("vllm:request_prefill_time_seconds_sum") +
                       page.sum("vllm:request_decode_time_seconds_sum");
  const double whole = page.sum("vllm:e2e_request_latency_seconds_sum");
  EXPECT_NEAR(parts + kRequests * 0.5e-3, whole, 1e-3);
  EXPECT_NEAR(page.sum("vllm:request_decode_time_seconds_sum"),
              page.sum("vllm:inter_token_latency_seconds_sum"), 1e-6);
}

TEST(Metrics, HitsOfThePrefixCacheAreCountedInTokens) {
  auto options = with_metrics(EngineKind::kVllm);
  options.profile.prefix_cache = true;
  options.profile.limits.block_tokens = 2;
  const Page page(after_requests(options, "/metrics").body);
  EXPECT_EQ(page.sum("vllm:prefix_cache_queries_total"), kRequests * 7);
  EXPECT_EQ(page.sum("vllm:prefix_cache_hits_total"), (kRequests - 1) * 6);
  EXPECT_EQ(page.sum("vllm:prompt_tokens_total"), kRequests * 7) << "hits included";
  EXPECT_EQ(page.sum("vllm:prompt_tokens_cached_total"), (kRequests - 1) * 6);
  EXPECT_EQ(page.sum("vllm:prompt_tokens_by_source_total", "local_compute"), 7 + kRequests - 1);
  EXPECT_EQ(page.sum("vllm:iteration_tokens_total_sum"), 7 + kRequests - 1 + kRequests * 8);
  EXPECT_EQ(page.sum("vllm:kv_cache_usage_perc"), 0) << "what is only kept counts as free";
}

TEST(Metrics, VllmsNamesFollowItsVersion) {
  const auto names = [](const char* version) {
    auto options = with_metrics(EngineKind::kVllm);
    options.profile.metrics.as_version = version;
    return Page(after_requests(options, "/metrics").body);
  };
  const Page v0 = names("0.6.3");
  EXPECT_TRUE(v0.has("vllm:avg_generation_throughput_toks_per_s"));
  EXPECT_TRUE(v0.has("vllm:gpu_cache_usage_perc"));
  EXPECT_TRUE(v0.has("vllm:gpu_prefix_cache_hit_rate"));
  EXPECT_TRUE(v0.has("vllm:time_per_output_token_seconds_count"));
  EXPECT_FALSE(v0.has("vllm:kv_cache_usage_perc"));
  EXPECT_FALSE(v0.has("vllm:inter_token_latency_seconds_count"));
  EXPECT_TRUE(v0.samples.contains("vllm:num_requests_running{model_name=\"test \\\"model\\\"\"}"));
  EXPECT_FALSE(v0.samples.contains(
      "vllm:time_to_first_token_seconds_bucket{le=\"20.0\",model_name=\"test \\\"model\\\"\"}"));
  const Page early = names("0.8.5");
  EXPECT_FALSE(early.has("vllm:avg_generation_throughput_toks_per_s"));
  EXPECT_TRUE(early.has("vllm:gpu_prefix_cache_queries_total"));
  EXPECT_FALSE(early.has("vllm:prefix_cache_queries_total"));
  EXPECT_TRUE(early.samples.contains(
      "vllm:time_to_first_token_seconds_bucket{le=\"20.0\",model_name=\"test \\\"model\\\"\"}"));
  const Page both = names("0.11.0");
  EXPECT_TRUE(both.has("vllm:gpu_cache_usage_perc"));
  EXPECT_TRUE(both.has("vllm:kv_cache_usage_perc"));
  EXPECT_EQ(both.sum("vllm:time_per_output_token_seconds_count"),
            both.sum("vllm:inter_token_latency_seconds_count"));
  EXPECT_FALSE(names("0.15.0").has("vllm:time_per_output_token_seconds_count"));
}

TEST(Metrics, PythonsClientAnswersInOpenMetricsWhereAsked) {
  const auto answer = after_requests(with_metrics(EngineKind::kVllm), "/metrics",
                                     "Accept: application/openmetrics-text;version=1.0.0\r\n");
  EXPECT_EQ(answer.header("Content-Type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_TRUE(answer.body.ends_with("# EOF\n"));
  const Page page(answer.body);
  EXPECT_EQ(page.types.at("vllm:generation_tokens"), "counter");
  EXPECT_EQ(page.sum("vllm:generation_tokens_total"), kRequests * kTokens);
}

TEST(Metrics, SglangCountsAtTheEndOfARequest) {
  const Page page(after_requests(with_metrics(EngineKind::kSglang), "/metrics").body);
  expect_whole_histograms(page);
  EXPECT_EQ(page.sum("sglang:generation_tokens_total"), kRequests * kTokens);
  EXPECT_EQ(page.sum("sglang:prompt_tokens_total"), kRequests * 7);
  EXPECT_EQ(page.sum("sglang:num_requests_total"), kRequests);
  EXPECT_EQ(page.sum("sglang:realtime_tokens_total", "mode=\"decode\""), kRequests * kTokens);
  EXPECT_EQ(page.sum("sglang:realtime_tokens_total", "mode=\"prefill_compute\""), kRequests * 7);
  EXPECT_EQ(page.sum("sglang:inter_token_latency_seconds_count"), kRequests * (kTokens - 1));
  EXPECT_EQ(page.sum("sglang:queue_time_seconds_count"), kRequests);
  EXPECT_EQ(page.sum("sglang:per_stage_req_latency_seconds_count", "stage=\"prefill_forward\""),
            kRequests);
  EXPECT_LT(page.sum("sglang:per_stage_req_latency_seconds_sum") +
                page.sum("sglang:queue_time_seconds_sum"),
            page.sum("sglang:time_to_first_token_seconds_sum"));
  EXPECT_TRUE(page.has("sglang:max_total_num_tokens"));
  auto old = with_metrics(EngineKind::kSglang);
  old.profile.metrics.as_version = "0.4.3";
  const Page before(after_requests(old, "/metrics").body);
  EXPECT_TRUE(before.has("sglang:time_per_output_token_seconds_count"));
  EXPECT_FALSE(before.has("sglang:realtime_tokens_total"));
}

TEST(Metrics, SglangsGaugesStandStillBetweenItsLogLines) {
  Meters meters(EngineKind::kSglang, meter_edges(EngineKind::kSglang, UINT32_MAX, 8192));
  meters.step({.begin = 0, .end = kSecond, .requests = 1, .prefills = 1}, {.running = 1});
  EXPECT_EQ(meters.logged.load.running, 1U);
  for (int i = 1; i < 40; ++i) {
    meters.step({.begin = i * kSecond, .end = (i + 1) * kSecond, .requests = 2},
                {.running = 2, .tokens = 80});
  }
  EXPECT_EQ(meters.logged.load.running, 1U);
  meters.step({.begin = 39 * kSecond, .end = 40 * kSecond, .requests = 2},
              {.running = 2, .tokens = 80});
  EXPECT_EQ(meters.logged.load.running, 2U);
  EXPECT_EQ(meters.logged.tokens_per_s, 2);
}

TEST(Metrics, TgiHasNoCountersOfTokensButTheirSums) {
  const auto answer = after_requests(with_metrics(EngineKind::kTgi), "/metrics");
  const Page page(answer.body);
  expect_whole_histograms(page);
  EXPECT_EQ(page.sum("tgi_request_count"), kRequests);
  EXPECT_EQ(page.sum("tgi_request_success"), kRequests);
  EXPECT_EQ(page.sum("tgi_request_input_length_sum"), kRequests * 7);
  EXPECT_EQ(page.sum("tgi_request_max_new_tokens_sum"), kRequests * kTokens);
  EXPECT_EQ(page.sum("tgi_request_duration_count"), kRequests);
  EXPECT_EQ(page.sum("tgi_batch_current_size"), 0);
  EXPECT_GT(page.sum("tgi_batch_max_total_tokens"), 0);
  EXPECT_EQ(page.sum("tgi_batch_inference_count", "method=\"prefill\""), kRequests);
  EXPECT_EQ(answer.body.find("_total "), std::string::npos);
}

TEST(Metrics, LlamaCppsRatesAreThoseSinceTheLastScrape) {
  const auto server = ServerThread::start(with_metrics(EngineKind::kLlamaCpp));
  ASSERT_TRUE(server.has_value());
  TestClient client((*server)->port());
  const std::string body =
      R"({"model":"m","prompt":"one two three","max_tokens":5,"ignore_eos":true})";
  EXPECT_EQ(client.exchange("POST", "/v1/completions", body).status, 200);
  const auto first = client.exchange("GET", "/metrics");
  EXPECT_FALSE(first.header("Process-Start-Time-Unix").empty());
  const Page busy(first.body);
  EXPECT_EQ(busy.sum("llamacpp:prompt_tokens_total"), 3);
  EXPECT_GT(busy.sum("llamacpp:prompt_tokens_seconds"), 0);
  EXPECT_GT(busy.sum("llamacpp:tokens_predicted_total"), 0);
  const Page idle(client.exchange("GET", "/metrics").body);
  EXPECT_EQ(idle.sum("llamacpp:prompt_tokens_seconds"), 0);
  EXPECT_EQ(idle.sum("llamacpp:prompt_tokens_total"), 3);
}

TEST(Metrics, TensorRtLlmEmptiesItsIterationsByReading) {
  const auto server = ServerThread::start(with_metrics(EngineKind::kTensorRtLlm));
  ASSERT_TRUE(server.has_value());
  TestClient client((*server)->port());
  const std::string body =
      R"({"model":"test \"model\"","prompt":"one two three","max_tokens":5,"ignore_eos":true})";
  EXPECT_EQ(client.exchange("POST", "/v1/completions", body).status, 200);
  const auto iterations = client.exchange("GET", "/metrics");
  EXPECT_EQ(iterations.header("Content-Type"), "application/json");
  EXPECT_NE(iterations.body.find("\"iter\":4,"), std::string::npos) << iterations.body;
  EXPECT_EQ(client.exchange("GET", "/metrics").body, "[]");
  const Page page(client.exchange("GET", "/prometheus/metrics").body);
  expect_whole_histograms(page);
  EXPECT_EQ(page.sum("trtllm_generation_tokens_total"), 5);
  EXPECT_EQ(page.sum("trtllm_request_success_total", "finished_reason=\"length\""), 1);
}

TEST(Metrics, TritonsPageWhereAnOpenAiServerIsToldToHaveIt) {
  auto options = with_metrics(EngineKind::kOpenAi);
  options.profile.metrics.triton = true;
  const auto answer = after_requests(options, "/metrics");
  EXPECT_EQ(answer.status, 200);
  const Page page(answer.body);
  EXPECT_EQ(page.types.at("nv_inference_request_success"), "counter");
  EXPECT_EQ(page.types.at("nv_trt_llm_request_metrics"), "gauge");
  EXPECT_EQ(page.types.at("nv_inference_first_response_histogram_ms"), "histogram");
  EXPECT_EQ(page.sum("nv_inference_request_success", R"(version="1")"), kRequests);
  EXPECT_EQ(page.sum("nv_inference_request_failure"), 0);
  EXPECT_EQ(page.sum("nv_inference_first_response_histogram_ms_count"), kRequests);
  EXPECT_EQ(page.sum("nv_inference_first_response_histogram_ms_bucket", R"(le="100")") +
                page.sum("nv_inference_first_response_histogram_ms_bucket", R"(le="+Inf")"),
            2 * kRequests)
      << "under a tenth of a second each, told in milliseconds";
  const double whole = page.sum("nv_inference_request_duration_us");
  EXPECT_GT(whole, page.sum("nv_inference_first_response_histogram_ms_sum") * 1e3);
  EXPECT_NEAR(whole,
              page.sum("nv_inference_compute_input_duration_us") +
                  page.sum("nv_inference_compute_infer_duration_us"),
              1);
  EXPECT_EQ(page.sum("nv_trt_llm_request_metrics", "request_type=\"active\""), 0);
  EXPECT_GT(page.sum("nv_trt_llm_kv_cache_block_metrics", "kv_cache_block_type=\"max\""), 0);
  EXPECT_EQ(answer.body.find("_total"), std::string::npos);
}

TEST(Metrics, EnginesWithoutAPageHaveNone) {
  for (const auto kind : {EngineKind::kOllama, EngineKind::kOpenAi}) {
    EXPECT_EQ(after_requests(with_metrics(kind), "/metrics").status, 404);
  }
  auto sglang = with_metrics(EngineKind::kSglang);
  sglang.profile.metrics.exposed = false;
  EXPECT_EQ(after_requests(sglang, "/metrics").status, 404);
  auto llamacpp = with_metrics(EngineKind::kLlamaCpp);
  llamacpp.profile.metrics.exposed = false;
  EXPECT_EQ(after_requests(llamacpp, "/metrics").status, 501);
}

TEST(Metrics, ARequestThatItsClientLeavesIsCountedAsAborted) {
  auto options = with_metrics(EngineKind::kVllm);
  options.profile.step.weights_ms = 5;
  const auto server = ServerThread::start(options);
  ASSERT_TRUE(server.has_value());
  {
    TestClient client((*server)->port());
    client.ask(
        "POST", "/v1/completions",
        R"({"model":"test \"model\"","prompt":"one two","max_tokens":5000,"ignore_eos":true,"stream":true})");
    EXPECT_FALSE(client.read_some().empty());
  }
  TestClient client((*server)->port());
  const Nanos deadline = steady_now() + 20 * kSecond;
  double aborted = 0;
  while (aborted == 0 && steady_now() < deadline) {
    const Page page(client.exchange("GET", "/metrics").body);
    aborted = page.sum("vllm:request_success_total", "finished_reason=\"abort\"");
  }
  EXPECT_EQ(aborted, 1);
}

TEST(Metrics, OddRequestsDoNotMakeThePageGrow) {
  auto options = with_metrics(EngineKind::kVllm);
  options.api_key = "k";
  const auto server = ServerThread::start(options);
  ASSERT_TRUE(server.has_value());
  TestClient client((*server)->port());
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(client.exchange("GET", "/v1/nowhere-" + std::to_string(i)).status, 401);
  }
  const Page page(client.exchange("GET", "/metrics").body);
  std::size_t rows = 0;
  for (const auto& [key, value] : page.samples) {
    rows += key.starts_with("http_requests_total{") ? 1 : 0;
  }
  EXPECT_EQ(rows, 201U);
  EXPECT_EQ(page.sum("http_requests_total"), 500) << "none is lost";
}

TEST(Meters, SglangsFirstPaceCountsFromItsFirstStep) {
  Meters meters(EngineKind::kSglang, meter_edges(EngineKind::kSglang, UINT32_MAX, 8192));
  const Nanos boot = 1'000'000 * kSecond;  // a clock that began long ago
  Load load;
  for (int i = 0; i < 40; ++i) {
    load.tokens += 8;
    meters.step({.begin = boot + i * 10 * kMillisecond, .end = boot + (i + 1) * 10 * kMillisecond},
                load);
  }
  EXPECT_NEAR(meters.logged.tokens_per_s, 800, 1);
}

TEST(Metrics, VersionsCompare) {
  EXPECT_EQ(version_number("0.19.1"), 1901U);
  EXPECT_EQ(version_number("0.7.3"), 703U);
  EXPECT_EQ(version_number("1.2"), 10200U);
  EXPECT_EQ(version_number("0.11.0rc1"), 1100U);
  EXPECT_EQ(version_number(""), UINT32_MAX);
  EXPECT_EQ(version_number("main"), UINT32_MAX);
  EXPECT_EQ(version_number("99999999999"), UINT32_MAX);
}

}  // namespace
}  // namespace tt::sim
