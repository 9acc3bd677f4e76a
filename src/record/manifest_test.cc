#include "record/manifest.h"

#include <gtest/gtest.h>

#include "base/test_gold.h"
#include "base/text.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

Manifest sample() {
  Manifest m;
  m.method_version = 1;
  m.tool_version = "0.1.0";
  m.build_hash = "abc123";
  m.run_id = "quick-20260131-120000";
  m.name = "quick";
  m.status = RunStatus::kPartial;
  m.started_realtime = 1'769'860'800'123'456'789;
  m.anchor_realtime = m.started_realtime + kSecond;
  m.duration = 60 * kSecond;
  m.plan_yaml = "name: quick\ntargets:\n  - name: \"A\"\n";
  m.plan_digest = "00ff00ff00ff00ff";
  m.schedule_digest = "1234567890abcdef";
  m.seeds = {{"arrivals", 1}, {"lengths", UINT64_MAX}};
  m.targets = {{.name = "A",
                .engine = "vllm",
                .url = "http://a:8000",
                .model = "m",
                .protocol = "openai-chat",
                .server_version = "0.9",
                .colour = "#2563eb",
                .api_key_env = "A_KEY",
                .header_names = {"X-Team"},
                .tokens_base = 3.5,
                .tokens_per_word = 1.25},
               {.name = "B"}};
  m.host = {"box", "Linux 6.1", "A CPU", 2, 8ULL << 30};
  m.clock_source = "tsc";
  m.stamps = {0.75, 1200};
  m.workers = 2;
  m.counts = {100, 99, 10, 98, 90, 1, {{"overloaded", 6}, {"tls", 2}}};
  m.client = {ClientVerdict::kBottleneck, "reads came late", 1, 2, 3, 4, 5, 0.97};
  m.notes = {"a note with \"quotes\""};
  m.origin = {.tool = "llm-locust",
              .format = "llm-locust-csv",
              .file = "vllm-20260131-120000-1a-chat-simulation.csv",
              .file_bytes = 12345,
              .rows_read = 100,
              .rows_kept = 99,
              .rows_rejected = 1,
              .quality = 97.5,
              .findings = {{"wrong_type", 1, 2.5, "line 7: ttft_ms is 'fast'"}},
              .definitions = {{"ttft", "first transport chunk minus start"}},
              .estimated = {{"sent_ns", "completion in whole seconds minus duration"}},
              .figures = {{"rps", 4.5}},
              .load_text = "50 at once",
              .workload_text = "1a-chat-simulation",
              .open_loop = true};
  return m;
}

TEST(Manifest, RoundTrips) {
  for (const Manifest& m : {sample(), Manifest{}}) {
    const auto back = parse_manifest(format_manifest(m), "x");
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(*back, m);
  }
}

TEST(Manifest, LooksAsItDid) { expect_gold(format_manifest(sample()), "record/manifest.json"); }

TEST(Manifest, NeverHoldsCredentialsOfUrls) {
  Manifest m;
  m.targets = {{.name = "A", .url = "https://user:hunter2@a:8000/v1?api_key=hunter2"}};
  const std::string text = format_manifest(m);
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_NE(text.find("https://***@a:8000/v1?api_key=***"), std::string::npos) << text;
}

TEST(Manifest, ReadsOlderAndNewerVersions) {
  const auto m = parse_manifest(
      R"({"name":"x","future":{"a":[1]},"targets":[{"name":"A","new":1}],"host":null})", "x");
  ASSERT_TRUE(m) << m.error().text();
  EXPECT_EQ(m->name, "x");
  EXPECT_EQ(m->targets.at(0).name, "A");
  EXPECT_EQ(m->status, RunStatus::kRunning);
}

TEST(Manifest, NamesTheFieldThatIsWrong) {
  const auto fault = [](std::string_view json) {
    const auto m = parse_manifest(json, "m.json");
    return m ? std::string() : m.error().text();
  };
  EXPECT_EQ(fault(R"({"name":5})"), "m.json: 'name' is not a text");
  EXPECT_EQ(fault(R"({"targets":{}})"), "m.json: 'targets' is not a list");
  EXPECT_EQ(fault(R"({"targets":[{"url":1}]})"), "m.json: 'targets[].url' is not a text");
  EXPECT_EQ(fault(R"({"counts":{"failed":{"tls":-1}}})"),
            "m.json: 'counts.failed.tls' is not a whole number of the right size");
  EXPECT_EQ(fault(R"({"workers":4294967296})"),
            "m.json: 'workers' is not a whole number of the right size");
  EXPECT_EQ(fault(R"({"workers":1.5})"),
            "m.json: 'workers' is not a whole number of the right size");
  EXPECT_EQ(fault(R"({"duration_ns":9223372036854775808})"),
            "m.json: 'duration_ns' is not a whole number of the right size");
  EXPECT_NE(fault(R"({"status":"odd"})").find("one of running, completed"), std::string::npos);
  for (const char* id : {"../x", "/etc/x", "..", ".x", "-x", "a b", "a\\nb", "שלום"}) {
    EXPECT_EQ(fault(std::string(R"({"run_id":")") + id + "\"}"),
              "m.json: 'run_id' is not an id of letters, digits, '_', '-' and '.'")
        << id;
  }
  EXPECT_NE(fault(R"({"run_id":")" + std::string(129, 'a') + "\"}"), "");
  EXPECT_EQ(fault(R"({"run_id":"My_plan.v2-20260131-120000-2"})"), "");
  EXPECT_EQ(fault("[]"), "m.json: not a JSON object");
  EXPECT_EQ(fault(R"({"name":"x)"), "m.json: not a JSON object");
  EXPECT_EQ(fault(""), "m.json: not a JSON object");
}

TEST(Manifest, BytesThatAreNotUtf8DoNotStopIt) {
  Manifest m;
  m.notes = {"bad \xff byte"};
  const auto back = parse_manifest(format_manifest(m), "x");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->notes.at(0), "bad \xef\xbf\xbd byte");
}

TEST(Manifest, SavesAndLoads) {
  const TempFolder folder;
  ASSERT_TRUE(save_manifest(folder.file("manifest.json"), sample()));
  EXPECT_EQ(*load_manifest(folder.file("manifest.json")), sample());
  EXPECT_EQ(load_manifest(folder.file("none")).error().code, ErrorCode::kNotFound);
}

TEST(Manifest, StatusNamesGoBothWays) {
  for (int i = 0; i <= static_cast<int>(RunStatus::kFailed); ++i) {
    const auto status = static_cast<RunStatus>(i);
    EXPECT_EQ(run_status_from_name(run_status_name(status)), status);
  }
  EXPECT_FALSE(run_status_from_name("odd"));
  EXPECT_EQ(client_verdict_name(ClientVerdict::kBottleneck), "bottleneck");
}

TEST(Host, IsDescribed) {
  const ManifestHost host = this_host();
  EXPECT_GT(host.cores, 0u);
  EXPECT_GT(host.memory_bytes, 0u);
  EXPECT_TRUE(host.kernel.starts_with("Linux")) << host.kernel;
  EXPECT_EQ(this_clock_source().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace tt::record
