#include "serve/live_feed.h"

#include <gtest/gtest.h>

#include "record/journal.h"
#include "serve/job_kinds.h"

namespace tt::serve {
namespace {

record::Row row_of(std::uint64_t index, Nanos end, Status status = Status::kOk) {
  record::Row row;
  row.index = index;
  row.sent = row.planned = end - 400 * kMillisecond;
  row.first_token = end - 300 * kMillisecond;
  row.last_token = row.end = end;
  row.status = status;
  row.input_tokens = 10;
  row.output_tokens = 4;
  if (status != Status::kOk) row.error = "HTTP 503 \"busy\"";
  return row;
}

std::vector<std::string> said(const Hub& hub) {
  std::vector<std::string> texts;
  for (const auto& message : hub.after(0, 10'000).messages)
    texts.push_back(numbered_json(*message));
  return texts;
}

std::vector<std::string> types(const Hub& hub) {
  std::vector<std::string> all;
  for (const auto& message : hub.after(0, 10'000).messages) all.push_back(message->type);
  return all;
}

record::Sample sample(Nanos at, std::string name, double value) {
  return {.at = at,
          .series = std::make_shared<const record::Series>(
              record::Series{.target = 0, .name = std::move(name), .labels = {}, .source = {}}),
          .value = value};
}

TEST(RequestJson, HasTheFieldsThatItsReadersKnow) {
  EXPECT_EQ(request_json(row_of(7, kSecond), {"vllm"}),
            R"({"request_index": 7, "target": "vllm", "status": "ok", "sent_s": 0.6, "end_s": 1, )"
            R"("ttft_ms": 100, "e2e_latency_ms": 400, "tbt_ms": 100, "prompt_tokens": 10, )"
            R"("completion_tokens": 4, "warmup": false, "error": null})");
  const auto failed = request_json(row_of(8, kSecond, Status::kOverloaded), {});
  EXPECT_NE(failed.find(R"("target": null, "status": "overloaded")"), std::string::npos) << failed;
  EXPECT_NE(failed.find(R"("ttft_ms": null)"), std::string::npos) << failed;
  EXPECT_NE(failed.find(R"("error": "HTTP 503 \"busy\"")"), std::string::npos) << failed;
}

TEST(EngineGauges, AreToldOnceASecondWithRatesOfCounters) {
  EngineGauges gauges;
  int told = 0;
  std::string last;
  for (int tenth = 0; tenth <= 30; ++tenth) {
    const Nanos at = tenth * kSecond / 10;
    if (gauges.is_due(at)) {
      last = gauges.json("vllm");
      ++told;
    }
    gauges.hear(sample(at, "kv_cache_usage", 0.45));
    gauges.hear(sample(at, "output_tokens_total", 1000.0 + 5.0 * tenth));
    gauges.hear(sample(at, "prefix_cache_queries_total", 40));
    gauges.hear(sample(at, "prefix_cache_hits_total", 10));
  }
  EXPECT_EQ(told, 3);
  EXPECT_NE(last.find(R"("kv_cache_usage": 0.45, "active_requests": null)"), std::string::npos);
  EXPECT_NE(last.find(R"("generation_throughput": 50,)"), std::string::npos) << last;
  EXPECT_NE(last.find(R"("prefix_cache_hit_rate": 0.25)"), std::string::npos) << last;
}

TEST(LiveFeed, TellsRowsInBatchesAndPhasesOnce) {
  Hub hub("s");
  LiveFeed feed(hub, "job-1", "synthetic");
  feed.name_targets({{.name = "vllm", .engine = "vllm", .model = "m", .url = "http://h:1"}});
  trial::Progress progress{.phase = trial::Progress::Phase::kPlaying, .expected_requests = 3};
  feed.on_started("run-1", "results/run-1");
  feed.on_progress(progress);
  feed.on_row(row_of(0, kSecond));
  feed.on_row(row_of(1, kSecond));
  EXPECT_EQ(types(hub), (std::vector<std::string>{"phase", "progress"}));
  feed.on_progress(progress);
  feed.end("{}\n");
  EXPECT_EQ(types(hub), (std::vector<std::string>{"phase", "progress", "request_complete",
                                                  "progress", "summary", "phase"}));
  const auto texts = said(hub);
  EXPECT_EQ(texts[0],
            R"({"seq": 1, "type": "phase", "run_id": "run-1", "phase": "execution", "data": )"
            R"({"total_requests": 3, "workload_type": "synthetic", "targets": [{"name": "vllm", )"
            R"("engine": "vllm", "model": "m", "url": "http://h:1", "version": ""}]}})");
  EXPECT_EQ(hub.after(2, 1).messages[0]->items.size(), 2u);
  EXPECT_EQ(texts[4], R"({"seq": 5, "type": "summary", "run_id": "run-1", "data": {}})");
  EXPECT_EQ(texts[5], R"({"seq": 6, "type": "phase", "run_id": "run-1", "phase": "done", "data": )"
                      R"({"result_path": "results/run-1"}})");
}

TEST(LiveFeed, TellsTheTokensOfOneRequestASecond) {
  Hub hub("s");
  LiveFeed feed(hub, "job-1", "");
  feed.name_targets({{.name = "a"}, {.name = "b"}});
  for (int tenth = 10; tenth < 30; ++tenth) {
    auto row = row_of(static_cast<std::uint64_t>(tenth), tenth * kSecond / 10);
    row.chunk_at = {row.first_token, row.last_token};
    row.chunk_tokens = {1, 3};
    feed.on_row(row);
  }
  EXPECT_EQ(types(hub), (std::vector<std::string>{"token_stream", "token_stream"}));
  EXPECT_EQ(
      said(hub)[1],
      R"({"seq": 2, "type": "token_stream", "run_id": "job-1", "data": {"request_index": 20, )"
      R"("target": "a", "prompt_tokens": 10, "completion_tokens": 4, "at_ms": [100.00, 400.00], )"
      R"("tokens": [1, 3]}})");
}

TEST(LiveFeed, TellsWhatWasSaidOfTheRequestWhoseTokensItTold) {
  Hub hub("s");
  LiveFeed feed(hub, "job-1", "");
  feed.name_targets({{.name = "a"}});
  for (int tenth = 10; tenth < 30; ++tenth) {
    auto row = row_of(static_cast<std::uint64_t>(tenth), tenth * kSecond / 10);
    row.chunk_at = {row.first_token, row.last_token};
    row.chunk_tokens = {1, 3};
    feed.on_row(row);
    feed.on_text({.target = 0,
                  .index = static_cast<std::uint64_t>(tenth),
                  .prompt = "say \"hi\"",
                  .answer = tenth == 20 ? std::string(LiveFeed::kMostText - 1, '.') + "\xe2\x82\xac"
                                        : "hi"});
  }
  EXPECT_EQ(types(hub), (std::vector<std::string>{"token_stream", "answer_text", "token_stream",
                                                  "answer_text"}));
  EXPECT_EQ(said(hub)[1],
            R"({"seq": 2, "type": "answer_text", "run_id": "job-1", "data": {"request_index": 10, )"
            R"("target": "a", "prompt": "say \"hi\"", "answer": "hi", "cut": false}})");
  EXPECT_TRUE(
      said(hub)[3].ends_with(std::string(LiveFeed::kMostText - 1, '.') + R"(", "cut": true}})"));
}

record::Sample machine_sample(std::uint32_t target, Nanos at, std::string name, std::string labels,
                              double value) {
  return {
      .at = at,
      .series = std::make_shared<const record::Series>(record::Series{
          .target = target, .name = std::move(name), .labels = std::move(labels), .source = {}}),
      .value = value};
}

TEST(LiveFeed, TellsOfMachinesWhatTheySay) {
  Hub hub("s");
  LiveFeed feed(hub, "job-1", "");
  feed.name_targets({{.name = "a"}});
  const auto none = record::kNoTarget;
  for (int second = 0; second < 2; ++second) {
    const Nanos at = second * kSecond;
    feed.on_samples(std::vector{machine_sample(none, at, "host_cpu_utilization", "", 0.25),
                                machine_sample(none, at, "host_memory_used_bytes", "", 30),
                                machine_sample(none, at, "host_memory_total_bytes", "", 40),
                                machine_sample(0, at, "gpu_utilization", R"({"gpu":"0"})", 0.4),
                                machine_sample(0, at, "gpu_utilization", R"({"gpu":"1"})", 0.9)});
  }
  ASSERT_EQ(types(hub), (std::vector<std::string>{"machine_sample", "machine_sample"}));
  EXPECT_NE(said(hub)[0].find(R"("target": null, "cpu": 0.25, "memory": 0.75, "gpu": null)"),
            std::string::npos)
      << said(hub)[0];
  EXPECT_NE(said(hub)[1].find(R"("target": "a", "cpu": null, "memory": null, "gpu": 0.9)"),
            std::string::npos)
      << said(hub)[1];
}

TEST(LiveFeed, NeverHoldsMoreThanABatch) {
  Hub hub("s");
  LiveFeed feed(hub, "job-1", "");
  for (std::size_t i = 0; i < LiveFeed::kMostItems + 1; ++i) feed.on_row(row_of(i, kSecond));
  ASSERT_EQ(hub.last(), 1u);
  EXPECT_EQ(hub.after(0, 1).messages[0]->items.size(), LiveFeed::kMostItems);
}

// What a replay tells, with the instant at which it does.
class Heard final : public trial::Audience {
 public:
  void on_row(const record::Row& row) override { rows.emplace_back(now, row.index); }
  void on_samples(std::span<const record::Sample> samples) override {
    for (const auto& s : samples) readings.emplace_back(now, s.value);
  }
  void on_progress(const trial::Progress& progress) override { last = progress; }
  Nanos now = 0;
  std::vector<std::pair<Nanos, std::uint64_t>> rows;
  std::vector<std::pair<Nanos, double>> readings;
  trial::Progress last;
};

trial::StoredRun stored() {
  trial::StoredRun run;
  run.folder = "results/r";
  run.manifest.run_id = "r";
  run.manifest.duration = kSecond;
  run.input.targets = {{.name = "vllm", .engine = "vllm", .model = "m"}};
  run.rows = {row_of(0, 900 * kMillisecond), row_of(1, 500 * kMillisecond)};
  run.rows.push_back(record::Row{.index = 2, .planned = 950 * kMillisecond});  // dropped
  const std::vector<record::Sample> samples = {sample(100 * kMillisecond, "kv_cache_usage", 0.1),
                                               sample(700 * kMillisecond, "kv_cache_usage", 0.7)};
  run.telemetry = record::make_telemetry(samples);
  return run;
}

TEST(Replay, TellsEverythingInItsTime) {
  Heard heard;
  EXPECT_TRUE(replay(stored(), heard, [&](Nanos time) {
    heard.now += time;
    return true;
  }));
  const Nanos tick = kSecond / 5;
  EXPECT_EQ(heard.rows, (std::vector<std::pair<Nanos, std::uint64_t>>{
                            {3 * tick, 1}, {5 * tick, 0}, {5 * tick, 2}}));
  EXPECT_EQ(heard.readings, (std::vector<std::pair<Nanos, double>>{{tick, 0.1}, {4 * tick, 0.7}}));
  EXPECT_EQ(heard.last.now, kSecond);
  EXPECT_EQ(heard.last.targets.at(0).sent, 3u);
}

TEST(Replay, EndsWhenItIsTold) {
  Heard heard;
  EXPECT_FALSE(replay(stored(), heard, [](Nanos) { return false; }));
  EXPECT_TRUE(heard.rows.empty());
}

}  // namespace
}  // namespace tt::serve
