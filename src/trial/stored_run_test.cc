#include "trial/stored_run.h"

#include <filesystem>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "plan/plan.h"
#include "record/recorder.h"

namespace tt::trial {
namespace {

class StoredRunTest : public testing::Test {
 protected:
  StoredRunTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "stored_XXXXXX").string();
    results_ = ::mkdtemp(pattern.data());
  }
  ~StoredRunTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(results_, ignored);
  }

  // A run of one target and two rows, its recorder still open.
  record::Recorder begun(const std::string& name) {
    auto folder = record::RunFolder::create(results_, name, 1'700'000'000 * kSecond);
    EXPECT_TRUE(folder.has_value());
    manifest_.run_id = folder->id();
    manifest_.name = name;
    manifest_.plan_yaml = plan_yaml_;
    manifest_.targets = {{.name = "a", .engine = "vllm", .url = "http://h:1", .model = "m"}};
    manifest_.targets[0].tokens_base = 20;
    manifest_.client.cpu_share = 0.25;
    auto recorder = record::Recorder::start(std::move(*folder), manifest_);
    EXPECT_TRUE(recorder.has_value()) << recorder.error().text();
    for (std::uint64_t i = 0; i < 2; ++i) {
      record::Row row;
      row.index = i;
      row.planned = row.sent = static_cast<Nanos>(i);
      row.first_token = row.last_token = row.end = row.sent + kSecond;
      row.chunk_at = {row.first_token};
      row.chunk_tokens = {1};
      row.output_tokens = 1;
      row.input_tokens = 100;
      row.cached_tokens = cached_tokens_;
      row.status = Status::kOk;
      recorder->row(row);
    }
    EXPECT_TRUE(recorder->tick(0).has_value());
    return std::move(*recorder);
  }

  std::string finished(const std::string& name) {
    record::Recorder recorder = begun(name);
    manifest_.status = record::RunStatus::kCompleted;
    const auto folded = recorder.finish(manifest_);
    EXPECT_TRUE(folded.has_value()) << folded.error().text();
    return recorder.folder().id();
  }

  std::string results_;
  record::Manifest manifest_;
  std::uint32_t cached_tokens_ = 0;
  std::string plan_yaml_ =
      "name: p\ntargets:\n  - {name: a, engine: vllm, url: 'http://h:1'}\nload: {concurrency: 16}\n"
      "stop: {requests: 2}\nslo: [ttft_p99=500ms]\n";
};

TEST_F(StoredRunTest, IsFoundByIdByAPartOfItAndByPath) {
  const std::string id = finished("first");
  finished("second");
  for (const std::string& name : {id, std::string("first"), results_ + "/" + id}) {
    const auto run = open_run(results_, name);
    ASSERT_TRUE(run.has_value()) << name << ": " << run.error().text();
    EXPECT_EQ(run->manifest.run_id, id);
    EXPECT_EQ(run->rows.size(), 2U);
    EXPECT_EQ(std::filesystem::canonical(run->folder),
              std::filesystem::canonical(results_ + "/" + id));
  }
}

TEST_F(StoredRunTest, TheAnalysisLearnsWhatThePlanSays) {
  const auto run = open_run(results_, finished("first"));
  ASSERT_TRUE(run.has_value());
  EXPECT_EQ(run->input.load, analysis::LoadKind::kClosed);
  EXPECT_EQ(run->input.load_text, "concurrency 16");
  EXPECT_EQ(run->input.slos.size(), 1U);
  EXPECT_FALSE(run->input.partial);
  EXPECT_EQ(run->input.client_cpu_share, 0.25);
  ASSERT_EQ(run->summary().targets.size(), 1U);
}

TEST_F(StoredRunTest, PromptsThatThePrefixCacheKnewAreNoticedWhereThePlanSharesNone) {
  const auto known = [&](const std::string& name) {
    const auto run = open_run(results_, finished(name));
    EXPECT_TRUE(run.has_value());
    return run->input.targets[0].known_prompts;
  };
  EXPECT_FALSE(known("untold"));
  cached_tokens_ = 60;
  EXPECT_DOUBLE_EQ(*known("warm"), 0.5) << "40 of 80, for 20 are the chat template";
  cached_tokens_ = 16;
  EXPECT_EQ(known("template"), 0.0);
  cached_tokens_ = 60;
  const std::string own = plan_yaml_;
  for (const char* shared : {"workload: {prefix: {share: 0.5}}\n", "workload: {sessions: {}}\n",
                             "workload: {prompts: p.txt}\n"}) {
    plan_yaml_ = own + shared;
    EXPECT_FALSE(known("shared")) << shared;
  }
}

TEST_F(StoredRunTest, TheAnalysisLearnsTheStagesOfTheLoad) {
  plan_yaml_ =
      "name: p\ntargets:\n  - {name: a, engine: vllm, url: 'http://h:1'}\n"
      "load: {stages: [{duration: 3s, rate: 10}, {duration: 4s, to: 40}]}\n";
  const auto run = open_run(results_, finished("first"));
  ASSERT_TRUE(run.has_value()) << run.error().text();
  ASSERT_EQ(run->input.stages.size(), 2U);
  EXPECT_EQ(run->input.stages[0].label, "10/s for 3s");
  EXPECT_EQ(run->input.stages[0].until, 3 * kSecond);
  EXPECT_EQ(run->input.stages[1].label, "10 to 40/s linear over 4s");
  EXPECT_EQ(run->input.stages[1].until, 7 * kSecond);
}

TEST_F(StoredRunTest, ABadIdIsAnError) {
  finished("first");
  finished("second");
  const auto none = open_run(results_, "third");
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  EXPECT_NE(none.error().message.find("results list"), std::string::npos);
  const auto several = open_run(results_, "2023");
  ASSERT_FALSE(several.has_value());
  EXPECT_NE(several.error().message.find("fits several runs"), std::string::npos);
  EXPECT_FALSE(open_run(results_, results_ + "/no-such-folder").has_value());
  EXPECT_FALSE(open_run(results_ + "/nowhere", "first").has_value());
}

TEST_F(StoredRunTest, ARunThatGoesOnAndOneThatWasKilled) {
  std::optional<record::Recorder> recorder = begun("first");
  const auto live = open_run(results_, "first");
  ASSERT_FALSE(live.has_value());
  EXPECT_NE(live.error().message.find("still going on"), std::string::npos) << live.error().text();
  recorder.reset();  // its lock goes as if the process had died
  const auto killed = open_run(results_, "first");
  ASSERT_FALSE(killed.has_value());
  EXPECT_EQ(killed.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(killed.error().message.find("recover"), std::string::npos) << killed.error().text();
}

TEST_F(StoredRunTest, AManifestOfANewerVersionIsReadAsFarAsItGoes) {
  const std::string id = finished("first");
  const std::string path = results_ + "/" + id + "/manifest.json";
  std::ifstream in(path);
  std::string json{std::istreambuf_iterator<char>(in), {}};
  json.replace(json.find('{'), 1, R"({"from_the_future": {"a": [1]}, )");
  std::ofstream(path, std::ios::trunc) << json;
  const auto run = open_run(results_, id);
  ASSERT_TRUE(run.has_value()) << run.error().text();
  EXPECT_EQ(run->rows.size(), 2U);
}

TEST_F(StoredRunTest, APlanThatCannotBeReadNamesItsPlace) {
  plan_yaml_ = "targets: [";
  const auto run = open_run(results_, finished("first"));
  ASSERT_FALSE(run.has_value());
  EXPECT_NE(run.error().text().find("plan_yaml"), std::string::npos) << run.error().text();
}

TEST(LoadText, SaysTheLoadInWords) {
  plan::Plan plan;
  plan.load = plan::Rate{.per_second = 4};
  EXPECT_EQ(load_text(plan), "Poisson 4/s");
  plan.load = plan::Rate{.per_second = 2.5, .arrivals = plan::Rate::Arrivals::kConstant};
  EXPECT_EQ(load_text(plan), "constant 2.50/s");
  plan.load =
      plan::Rate{.per_second = 1, .arrivals = plan::Rate::Arrivals::kGamma, .burstiness = 0.5};
  EXPECT_EQ(load_text(plan), "gamma 1/s (burstiness 0.500)");
  EXPECT_EQ(workload_text(plan), "synthetic 256 in, 128 out");
  plan.workload.prompts = plan::PromptFile{.path = "a/b/chats.jsonl"};
  plan.workload.output = {.kind = plan::Lengths::Kind::kUniform, .min = 1, .max = 9};
  EXPECT_EQ(workload_text(plan), "prompts of chats.jsonl, uniform 1 to 9 out");
  auto traced = plan;
  traced.load = plan::TraceReplay{.path = "a/trace.csv"};
  EXPECT_EQ(workload_text(traced), "prompts of chats.jsonl, output lengths of the trace");
  traced.workload.prompts = plan::SyntheticPrompts{};
  EXPECT_EQ(load_text(traced), "trace trace.csv");
  EXPECT_EQ(workload_text(traced), "synthetic, lengths of the trace");
  plan.workload.sessions = plan::Sessions{.turns = plan::Lengths{.mean = 3}};
  plan.workload.prefix = plan::PrefixGroups{.groups = 2, .tokens = {.mean = 512}, .share = .75};
  EXPECT_EQ(workload_text(plan),
            "sessions of 3 turns, 75% with a prefix of 512, prompts of chats.jsonl, uniform 1 to 9 "
            "out");
  plan.workload.sessions->graph = "graphs/agent.yaml";
  EXPECT_EQ(workload_text(plan), "graphs of agent.yaml");
}

}  // namespace
}  // namespace tt::trial
