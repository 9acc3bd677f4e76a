// Whole runs against simulated engines: what was planned is what is recorded.
#include "trial/conduct.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "kit.h"
#include "raw_server.h"
#include <gtest/gtest.h>

#include "record/parquet.h"

namespace tt::trial {
namespace {

using engine::EngineKind;
using load::StopMode;

struct Pair {
  std::unique_ptr<sim::ServerThread> vllm = start(quick(EngineKind::kVllm));
  std::unique_ptr<sim::ServerThread> ollama = start(quick(EngineKind::kOllama));
  std::vector<plan::Target> targets() const {
    return {target_at("vllm", vllm->url()), target_at("ollama", ollama->url())};
  }
};

std::uint64_t count_if(const std::vector<record::Row>& rows, auto&& good) {
  return static_cast<std::uint64_t>(std::count_if(rows.begin(), rows.end(), good));
}

bool is_ok(const record::Row& row) { return row.ok(); }
bool is_warmup(const record::Row& row) { return row.warmup; }

/// No request is recorded twice or left out.
void expect_each_index_once(const std::vector<record::Row>& rows) {
  std::set<std::uint64_t> seen;
  for (const record::Row& row : rows) seen.insert(row.index);
  EXPECT_EQ(seen.size(), rows.size());
}

// --- What is planned is what is recorded --------------------------------------------------------

TEST(Conduct, EveryPlannedRequestIsARowOfEachTarget) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 20);
  plan.warmup.requests = 3;
  plan.blocks = 2;
  const Conducted run = conducted(plan, folder);

  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kCompleted);
  EXPECT_EQ(run.outcome.manifest.counts.planned, 46U);
  EXPECT_EQ(run.outcome.manifest.counts.rows, 46U);
  EXPECT_EQ(run.outcome.manifest.counts.warmup, 6U);
  EXPECT_EQ(run.outcome.manifest.counts.ok, 46U);
  for (const std::uint32_t target : {0U, 1U}) {
    const auto rows = run.rows_of(target);
    ASSERT_EQ(rows.size(), 23U);
    expect_each_index_once(rows);
    EXPECT_EQ(count_if(rows, is_warmup), 3U) << "on top of the 20, in the first block only";
    for (const record::Row& row : rows) {
      EXPECT_TRUE(row.ok()) << row.error;
      EXPECT_EQ(row.output_tokens, 5U);
      EXPECT_GE(row.sent, row.planned);
      EXPECT_GT(row.first_token, row.sent);
      EXPECT_LE(row.last_token, row.end);
      EXPECT_TRUE(!row.warmup || row.block == 0);
    }
    EXPECT_EQ(count_if(rows, [](const auto& row) { return row.block == 1; }), 10U);
  }
}

TEST(Conduct, WhatTheEnginesSayOfThemselvesStandsInTheManifest) {
  const Pair engines;
  const TempFolder folder;
  const Conducted run = conducted(small_plan(engines.targets(), 2), folder);
  const auto& targets = run.stored.manifest.targets;
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(targets[0].engine, "vllm");
  EXPECT_EQ(targets[1].engine, "ollama");
  EXPECT_EQ(targets[1].protocol, "ollama-chat");
  EXPECT_EQ(targets[0].model, kModel);
  EXPECT_FALSE(targets[0].server_version.empty());
  EXPECT_GT(targets[0].tokens_per_word, 0) << "calibrated";
  EXPECT_EQ(run.stored.manifest.anchor_realtime > 0, true);
  EXPECT_GT(run.stored.manifest.stamps.kernel_share, 0.5) << "loopback gives kernel stamps";
  EXPECT_NE(run.stored.manifest.client.verdict, record::ClientVerdict::kUnknown);
}

/// First and last instant of one block of one target.
struct Span {
  Nanos begin = INT64_MAX;
  Nanos end = 0;
};
std::map<std::pair<std::uint32_t, std::uint32_t>, Span> spans(
    const std::vector<record::Row>& rows) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, Span> out;
  for (const record::Row& row : rows) {
    Span& span = out[{row.target, row.block}];
    span.begin = std::min(span.begin, row.sent);
    span.end = std::max(span.end, row.end);
  }
  return out;
}

TEST(Conduct, InterleavedBlocksTakeTurns) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 9);
  plan.blocks = 3;
  const Conducted run = conducted(plan, folder);
  auto blocks = spans(run.stored.rows);
  ASSERT_EQ(blocks.size(), 6U);
  Nanos before = 0;
  for (const std::uint32_t block : {0U, 1U, 2U}) {
    for (const std::uint32_t target : {0U, 1U}) {
      EXPECT_GE((blocks[{target, block}].begin), before) << target << " " << block;
      before = blocks[{target, block}].end;
    }
  }
}

TEST(Conduct, SequentialTargetsPlayOneAfterTheOther) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 8);
  plan.order = plan::Order::kSequential;
  plan.blocks = 4;  // means nothing here
  const Conducted run = conducted(plan, folder);
  auto blocks = spans(run.stored.rows);
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_LE((blocks[{0, 0}].end), (blocks[{1, 0}].begin));
}

TEST(Conduct, TogetherIsOneRoundOfAllTargets) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 30);
  plan.order = plan::Order::kTogether;
  Witness witness;
  std::set<std::size_t> playing_at_once;
  witness.at_progress = [&](const Progress& progress) {
    if (progress.phase != Progress::Phase::kPlaying) return;
    playing_at_once.insert(
        static_cast<std::size_t>(std::count_if(progress.targets.begin(), progress.targets.end(),
                                               [](const auto& target) { return target.playing; })));
    EXPECT_EQ(progress.rounds, 1U);
  };
  const StopSwitch stop{StopMode::kPlay};
  const Conducted run = conducted(plan, folder, witness, stop);
  EXPECT_TRUE(playing_at_once.contains(2)) << "both at the same time";
  EXPECT_EQ(run.rows_of(0).size(), 30U);
  EXPECT_EQ(run.rows_of(1).size(), 30U);
  EXPECT_EQ(count_if(run.stored.rows, is_ok), 60U);
}

TEST(Conduct, AnOpenLoopKeepsItsPlannedInstants) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 25);
  plan.load = plan::Rate{.per_second = 500, .arrivals = plan::Rate::Arrivals::kConstant};
  plan.warmup.requests = 5;
  const Conducted run = conducted(plan, folder);
  auto rows = run.rows_of(0);
  ASSERT_EQ(rows.size(), 30U);
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.index < b.index; });
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].index, i);
    EXPECT_EQ(rows[i].planned - rows[0].planned, static_cast<Nanos>(i) * 2 * kMillisecond);
    EXPECT_GE(rows[i].sent, rows[i].planned);
    EXPECT_EQ(rows[i].warmup, i < 5);
    EXPECT_TRUE(rows[i].ok()) << rows[i].error;
  }
}

TEST(Conduct, TheCapOnRequestsInFlightIsARecordedDrop) {
  sim::ServerOptions slow = quick(EngineKind::kVllm);
  slow.profile.fixed->ttft = 100 * kMillisecond;
  const auto engine = start(slow);
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 40);
  plan.load = plan::Rate{
      .per_second = 1000, .arrivals = plan::Rate::Arrivals::kConstant, .max_in_flight = 2};
  const Conducted run = conducted(plan, folder);
  const auto rows = run.rows_of(0);
  ASSERT_EQ(rows.size(), 40U);
  expect_each_index_once(rows);
  std::uint64_t dropped = 0;
  for (const record::Row& row : rows) {
    if (row.status != Status::kDropped) continue;
    ++dropped;
    EXPECT_EQ(row.sent, kNever);
    EXPECT_NE(row.planned, kNever);
    EXPECT_NE(row.error.find("max_in_flight"), std::string::npos) << row.error;
  }
  EXPECT_GT(dropped, 0U);
  EXPECT_GE(count_if(rows, is_ok), 2U);
  EXPECT_EQ(run.outcome.manifest.counts.dropped, dropped);
  EXPECT_EQ(run.outcome.manifest.counts.sent, 40 - dropped);
}

// The cap is shared out over workers: none of them may be left without a share, which would mean
// no cap.
TEST(Conduct, TheCapHoldsWithMoreWorkersThanPlaces) {
  sim::ServerOptions slow = quick(EngineKind::kVllm);
  slow.profile.fixed->ttft = 100 * kMillisecond;
  const auto engine = start(slow);
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 30);
  plan.load = plan::Rate{
      .per_second = 2000, .arrivals = plan::Rate::Arrivals::kConstant, .max_in_flight = 1};
  plan.workers = 3;
  const Conducted run = conducted(plan, folder);
  auto rows = run.rows_of(0);
  ASSERT_EQ(rows.size(), 30U);
  std::erase_if(rows, [](const auto& row) { return row.status == Status::kDropped; });
  std::sort(rows.begin(), rows.end(), [](auto& a, auto& b) { return a.sent < b.sent; });
  for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_GE(rows[i].sent, rows[i - 1].end);
}

// --- Stop rules ---------------------------------------------------------------------------------

TEST(Conduct, ADurationEndsTheLoad) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())});
  plan.stop = {.duration = 150 * kMillisecond, .requests = {}};
  plan.warmup.requests = 2;
  const Conducted run = conducted(plan, folder);
  Nanos first = INT64_MAX;
  for (const record::Row& row : run.stored.rows) {
    if (!row.warmup) first = std::min(first, row.sent);
  }
  // The rule is about when a request is let go; the socket write may come a little later.
  for (const record::Row& row : run.stored.rows) {
    EXPECT_LT(row.planned, first + 150 * kMillisecond);
    EXPECT_TRUE(row.ok()) << row.error << ": what was in flight may end";
  }
  EXPECT_EQ(count_if(run.stored.rows, is_warmup), 2U);
  EXPECT_GT(run.stored.rows.size(), 2U);
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kCompleted);
}

TEST(Conduct, WithBothStopRulesTheFirstReachedEndsTheLoad) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())});
  plan.stop = {.duration = 600 * kSecond, .requests = 10};
  EXPECT_EQ(conducted(plan, folder).stored.rows.size(), 10U);
  plan.stop = {.duration = 100 * kMillisecond, .requests = 1'000'000};
  const auto rows = conducted(plan, folder).stored.rows.size();
  EXPECT_GT(rows, 0U);
  EXPECT_LT(rows, 1'000'000U);
}

TEST(Conduct, AnOpenLoopWithADurationPlaysItsWholeSchedule) {
  const auto engine = start(quick(EngineKind::kTgi));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("tgi", engine->url())});
  plan.load = plan::Rate{.per_second = 300, .arrivals = plan::Rate::Arrivals::kPoisson};
  plan.stop = {.duration = 200 * kMillisecond, .requests = {}};
  plan.blocks = 4;
  const Conducted run = conducted(plan, folder);
  EXPECT_EQ(run.stored.rows.size(), run.outcome.manifest.counts.planned);
  EXPECT_GT(run.stored.rows.size(), 10U);
  expect_each_index_once(run.stored.rows);
}

// --- More of everything -------------------------------------------------------------------------

TEST(Conduct, TwoWorkersShareTheRequests) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 21);
  plan.workers = 2;
  plan.warmup.requests = 3;
  plan.blocks = 2;
  const Conducted run = conducted(plan, folder);
  for (const std::uint32_t target : {0U, 1U}) {
    const auto rows = run.rows_of(target);
    EXPECT_EQ(rows.size(), 24U);
    expect_each_index_once(rows);
    EXPECT_EQ(count_if(rows, is_warmup), 3U);
    EXPECT_GT(count_if(rows, [](const auto& row) { return row.worker == 0; }), 0U);
    EXPECT_GT(count_if(rows, [](const auto& row) { return row.worker == 1; }), 0U);
  }
  EXPECT_EQ(run.outcome.manifest.workers, 2U);
}

// A worker without a user would never end its stint, and the requests dealt to it would be lost.
TEST(Conduct, MoreWorkersThanUsersIsNoMoreThanUsers) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 7);
  plan.load = plan::Concurrency{1};
  plan.workers = 4;
  const Conducted run = conducted(plan, folder);
  EXPECT_EQ(run.stored.rows.size(), 7U);
  EXPECT_EQ(run.outcome.manifest.workers, 1U);
}

TEST(Conduct, TwoHundredStreamsAtOnce) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 600);
  plan.load = plan::Concurrency{200};
  plan.workload.output = {.mean = 40};
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 600U);
  expect_each_index_once(run.stored.rows);
  for (const record::Row& row : run.stored.rows) {
    ASSERT_TRUE(row.ok()) << row.error;
    EXPECT_EQ(row.output_tokens, 40U);
    EXPECT_EQ(row.input_source, TokenSource::kUsage);
  }
}

TEST(Conduct, TheSameSeedsGiveTheSameSchedule) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 5);
  plan.workload.output = {.kind = plan::Lengths::Kind::kUniform, .min = 1, .max = 9};
  const Conducted one = conducted(plan, folder);
  const Conducted two = conducted(plan, folder);
  EXPECT_NE(one.outcome.run_id, two.outcome.run_id);
  EXPECT_EQ(one.outcome.manifest.schedule_digest, two.outcome.manifest.schedule_digest);
  EXPECT_EQ(one.outcome.manifest.plan_digest, two.outcome.manifest.plan_digest);
  const auto lengths = [](std::vector<record::Row> rows) {
    std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> out;
    for (const auto& row : rows) out[row.index] = {row.input_tokens, row.output_tokens};
    return out;
  };
  EXPECT_EQ(lengths(one.stored.rows), lengths(two.stored.rows));
  plan.seeds.lengths = 99;
  const Conducted three = conducted(plan, folder);
  EXPECT_NE(one.outcome.manifest.schedule_digest, three.outcome.manifest.schedule_digest);
}

TEST(Conduct, WithoutReuseEveryRequestOpensItsConnection) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 8);
  plan.reuse_connections = false;
  const Conducted run = conducted(plan, folder);
  for (const record::Row& row : run.stored.rows) {
    EXPECT_FALSE(row.connection_reused);
    EXPECT_GE(row.connect, 0);
  }
}

TEST(Conduct, KeepsTheTextsOfEachTargetApart) {
  const Pair engines;
  const TempFolder folder;
  plan::Plan plan = small_plan(engines.targets(), 4);
  plan.keep_texts = true;
  const Conducted run = conducted(plan, folder);
  const auto texts = record::read_texts(run.outcome.folder + "/texts.parquet");
  ASSERT_TRUE(texts.has_value()) << texts.error().text();
  std::set<std::pair<std::uint32_t, std::uint64_t>> keys;
  for (const record::TextRow& text : *texts) {
    keys.emplace(text.target, text.index);
    EXPECT_FALSE(text.prompt.empty());
    EXPECT_FALSE(text.answer.empty());
  }
  EXPECT_EQ(keys.size(), 8U);
}

TEST(Conduct, TheAudienceHearsThePhasesInOrder) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  Witness witness;
  const StopSwitch stop{StopMode::kPlay};
  const Conducted run =
      conducted(small_plan({target_at("vllm", engine->url())}, 4), folder, witness, stop);
  EXPECT_EQ(witness.run, run.outcome.run_id);
  EXPECT_EQ(witness.phases.front(), Progress::Phase::kProbing);
  EXPECT_EQ(witness.phases.back(), Progress::Phase::kDone);
  EXPECT_TRUE(std::find(witness.phases.begin(), witness.phases.end(), Progress::Phase::kPlaying) !=
              witness.phases.end());
  ASSERT_FALSE(witness.events.empty());
  EXPECT_EQ(witness.events.front().type, "phase");
}

// --- Stopping -----------------------------------------------------------------------------------

TEST(Conduct, DrainingLetsWhatIsInFlightEnd) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())});
  plan.stop = {.duration = 600 * kSecond, .requests = {}};
  Witness witness;
  StopSwitch stop{StopMode::kPlay};
  witness.at_row = [&](const record::Row&) { stop.store(StopMode::kDrain); };
  const Conducted run = conducted(plan, folder, witness, stop);
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kAborted);
  ASSERT_FALSE(run.stored.rows.empty());
  for (const record::Row& row : run.stored.rows) EXPECT_TRUE(row.ok()) << row.error;
}

TEST(Conduct, AbortingEndsWhatIsInFlightAndKeepsItsRows) {
  sim::ServerOptions silent = quick(EngineKind::kVllm);
  silent.profile.fixed->ttft = 3600 * kSecond;
  const auto engine = start(silent);
  const TempFolder folder;
  const plan::Plan plan = small_plan({[&] {
                                       auto target = target_at("vllm", engine->url(), "vllm");
                                       target.model = kModel;
                                       return target;
                                     }()},
                                     50);
  Witness witness;
  StopSwitch stop{StopMode::kPlay};
  witness.at_progress = [&](const Progress& progress) {
    if (!progress.targets.empty() && progress.targets[0].in_flight == 4) stop = StopMode::kAbort;
  };
  plan::Plan from_file = plan;  // the usage of a silent engine cannot be asked for
  const std::string prompts = folder.path() + "/prompts.txt";
  std::ofstream(prompts) << "one\ntwo\n";
  from_file.workload.prompts = plan::PromptFile{.path = prompts};
  const Conducted run = conducted(from_file, folder, witness, stop);
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kAborted);
  ASSERT_EQ(run.stored.rows.size(), 4U);
  for (const record::Row& row : run.stored.rows) {
    EXPECT_EQ(row.status, Status::kCancelled);
    EXPECT_NE(row.end, kNever);
  }
}

// A server that answers what `answered` does, then meets a stop with a question that hangs: nothing
// is asked after it, and nothing is left.
void expect_stopped_by(const std::function<std::string(const RawRequest&)>& answered) {
  std::atomic<int> hung{0};
  std::atomic<bool> leave{false};
  StopSwitch stop{StopMode::kPlay};
  const RawServer server([&](const RawRequest& request) {
    if (std::string bytes = answered(request); !bytes.empty()) return bytes;
    ++hung;
    stop = StopMode::kDrain;
    leave.wait(false);
    return std::string();
  });
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", server.url(), "vllm")});
  plan.timeouts.first_token = plan.timeouts.total = 30 * kSecond;
  Witness witness;
  const auto outcome = conduct(
      {.plan = plan, .results_dir = folder.path(), .probe_timeout = 30 * kSecond}, witness, stop);
  leave = true;
  leave.notify_all();
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(outcome.error().message, "stopped before the load began; nothing was recorded");
  EXPECT_EQ(hung.load(), 1) << "nothing is asked after the stop";
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Conduct, AStopWhileTargetsAreProbedEndsThem) {
  expect_stopped_by([](const RawRequest&) { return std::string(); });
}

TEST(Conduct, AStopWhileLengthsAreLearntByTheTokenizerEndsIt) {
  expect_stopped_by([](const RawRequest& request) {
    if (request.path == "/health") return http_answer(200, "");
    if (request.path == "/v1/models") return http_answer(200, R"({"data":[{"id":"m"}]})");
    return request.path == "/tokenize" ? std::string() : http_answer(404, "{}");
  });
}

TEST(Conduct, AStopWhileLengthsAreLearntByRequestsEndsThem) {
  expect_stopped_by([](const RawRequest& request) {
    if (request.path == "/health") return http_answer(200, "");
    if (request.path == "/v1/models") return http_answer(200, R"({"data":[{"id":"m"}]})");
    return request.path.ends_with("completions") ? std::string() : http_answer(404, "{}");
  });
}

TEST(Conduct, AStopBeforeTheLoadIsAnErrorAndLeavesNoRun) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  Witness witness;
  const StopSwitch stop{StopMode::kDrain};
  const auto outcome = conduct(
      {.plan = small_plan({target_at("vllm", engine->url())}), .results_dir = folder.path()},
      witness, stop);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, ErrorCode::kCancelled);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

// --- Before the load ----------------------------------------------------------------------------

TEST(Conduct, AnUnwritableResultsFolderIsFoundBeforeAnyRequest) {
  const auto engine = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  std::ofstream(folder.path() + "/file") << "not a folder";
  Witness witness;
  const StopSwitch stop{StopMode::kPlay};
  const auto outcome = conduct({.plan = small_plan({target_at("vllm", engine->url())}),
                                .results_dir = folder.path() + "/file/results"},
                               witness, stop);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_NE(outcome.error().text().find("results folder"), std::string::npos)
      << outcome.error().text();
  EXPECT_EQ(engine->stats().requests, 0U);
}

TEST(Conduct, FaultsOfAllTargetsAreOneErrorWithALineEach) {
  const auto engine = start(quick(EngineKind::kVllm));
  auto wrong = target_at("wrong", engine->url(), "vllm");
  wrong.model = "test-modle";
  auto keyless = target_at("keyless", engine->url(), "vllm");
  keyless.api_key_env = "TT_TEST_VARIABLE_THAT_IS_NOT_SET";
  const TempFolder folder;
  Witness witness;
  const StopSwitch stop{StopMode::kPlay};
  const auto outcome =
      conduct({.plan = small_plan({wrong, target_at("good", engine->url()), keyless}),
               .results_dir = folder.path()},
              witness, stop);
  ASSERT_FALSE(outcome.has_value());
  const std::string text = outcome.error().message;
  EXPECT_NE(text.find("wrong (" + engine->url() + "): "), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'test-model'"), std::string::npos) << text;
  EXPECT_NE(text.find("TT_TEST_VARIABLE_THAT_IS_NOT_SET is not set"), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path())) << "no run is left behind";
}

TEST(Conduct, ABadPlanIsRefusedWithEveryFault) {
  plan::Plan plan = small_plan({target_at("x", "http://127.0.0.1:1", "vllm")});
  plan.stop = {};
  plan.blocks = 0;
  Witness witness;
  const StopSwitch stop{StopMode::kPlay};
  const auto outcome = conduct({.plan = plan}, witness, stop);
  ASSERT_FALSE(outcome.has_value());
  EXPECT_NE(outcome.error().message.find("stop"), std::string::npos);
  EXPECT_NE(outcome.error().message.find("blocks"), std::string::npos);
  EXPECT_TRUE(witness.phases.empty()) << "nobody was asked anything";
}

}  // namespace
}  // namespace tt::trial
