// Runs against engines that fail: every kind of failure is its own status, and no row is lost.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "kit.h"
#include "raw_server.h"
#include <gtest/gtest.h>

namespace tt::trial {
namespace {

using engine::EngineKind;

struct FaultCase {
  const char* name;
  const char* faults;
  Status status;
  const char* says;  // within the row's error
};

class EveryFault : public testing::TestWithParam<FaultCase> {};
INSTANTIATE_TEST_SUITE_P(
    All, EveryFault,
    testing::Values(
        FaultCase{"error", "error=1", Status::kHttpServerError, ""},
        FaultCase{"overload", "overload=1", Status::kOverloaded, ""},
        FaultCase{"stream_error", "stream_error=1", Status::kStreamError, "simulated failure"},
        FaultCase{"stall", "stall=1,stall_for=1h", Status::kGapTimeout, "gap_timeout after 100ms"},
        FaultCase{"cut", "cut=1", Status::kTruncated, ""},
        FaultCase{"garbage", "garbage=1", Status::kMalformed, ""},
        FaultCase{"slow_header", "slow_header=1,slow_header_for=1h", Status::kFirstTokenTimeout,
                  "first_token_timeout after 100ms"}),
    [](const auto& kind) { return std::string(kind.param.name); });

TEST_P(EveryFault, IsItsOwnStatus) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.faults = sim::parse_faults(GetParam().faults).value();
  const auto engine = start(options);
  const TempFolder folder;
  // Fewer than the breaker gives up after.
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 4);
  // Short only where it is to be reached: a busy machine must not turn one failure into another.
  if (GetParam().status == Status::kGapTimeout) {
    plan.timeouts.gap = 100 * kMillisecond;
    plan.timeouts.first_token = 2 * kSecond;
  }
  if (GetParam().status == Status::kFirstTokenTimeout) {
    plan.timeouts.first_token = 100 * kMillisecond;
  }
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 4U);
  for (const record::Row& row : run.stored.rows) {
    EXPECT_EQ(row.status, GetParam().status) << status_name(row.status) << ": " << row.error;
    EXPECT_FALSE(row.error.empty());
    EXPECT_NE(row.error.find(GetParam().says), std::string::npos) << row.error;
    EXPECT_NE(row.end, kNever);
  }
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kFailed) << "nothing came of it";
  EXPECT_EQ(run.outcome.manifest.counts.failed.at(std::string(status_name(GetParam().status))), 4U);
}

TEST(Faults, OddChunksHarmNothing) {
  for (const EngineKind kind : {EngineKind::kVllm, EngineKind::kTgi, EngineKind::kOllama}) {
    sim::ServerOptions options = quick(kind);
    options.faults = sim::parse_faults("odd_chunks=1").value();
    const auto engine = start(options);
    const TempFolder folder;
    const Conducted run = conducted(small_plan({target_at("one", engine->url())}, 20), folder);
    ASSERT_EQ(run.stored.rows.size(), 20U);
    for (const record::Row& row : run.stored.rows) {
      EXPECT_TRUE(row.ok()) << row.error;
      EXPECT_EQ(row.output_tokens, 5U);
    }
  }
}

TEST(Faults, AMixtureIsCountedToTheLastRow) {
  sim::ServerOptions options = quick(EngineKind::kVllm);
  options.faults =
      sim::parse_faults("error=0.05,overload=0.05,stream_error=0.05,cut=0.05,garbage=0.05").value();
  options.seed = 7;
  const auto engine = start(options);
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("vllm", engine->url())}, 200);
  plan.load = plan::Concurrency{16};
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 200U);
  std::map<Status, int> seen;
  for (const record::Row& row : run.stored.rows) ++seen[row.status];
  for (const Status status : {Status::kOk, Status::kHttpServerError, Status::kOverloaded,
                              Status::kStreamError, Status::kTruncated, Status::kMalformed}) {
    EXPECT_GT(seen[status], 0) << status_name(status);
  }
  EXPECT_EQ(seen.size(), 6U) << "and no other kind";
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kCompleted);
}

TEST(Faults, ATargetThatFailsIsGivenUpAndTheOtherGoesOn) {
  sim::ServerOptions broken = quick(EngineKind::kVllm);
  broken.faults = sim::parse_faults("error=1").value();
  const auto bad = start(broken);
  const auto good = start(quick(EngineKind::kVllm));
  for (const auto order : {plan::Order::kInterleaved, plan::Order::kTogether}) {
    const TempFolder folder;
    plan::Plan plan =
        small_plan({target_at("bad", bad->url()), target_at("good", good->url())}, 40);
    plan.order = order;
    plan.blocks = 4;
    plan.warmup.requests = 12;
    const Conducted run = conducted(plan, folder);
    EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kPartial);
    const auto sound = run.rows_of(1);
    EXPECT_EQ(sound.size(), 52U);
    for (const record::Row& row : sound) EXPECT_TRUE(row.ok()) << row.error;
    // Nothing that was planned is passed over in silence, and nothing is recorded twice.
    const auto rows = run.rows_of(0);
    EXPECT_EQ(rows.size(), 52U);
    std::map<std::uint64_t, int> times;
    int sent = 0;
    for (const record::Row& row : rows) {
      ++times[row.index];
      sent += row.status == Status::kDropped ? 0 : 1;
      EXPECT_EQ(row.warmup, row.index < 12) << row.index;
    }
    EXPECT_EQ(times.size(), 52U);
    EXPECT_GE(sent, 5);
    EXPECT_LT(sent, 20);
  }
}

TEST(Faults, AnOpenLoopThatGivesUpRecordsWhatItDidNotSend) {
  sim::ServerOptions broken = quick(EngineKind::kVllm);
  broken.faults = sim::parse_faults("error=1").value();
  const auto bad = start(broken);
  const TempFolder folder;
  plan::Plan plan = small_plan({target_at("bad", bad->url())}, 100);
  plan.load = plan::Rate{.per_second = 1000};
  plan.blocks = 2;
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 100U);
  EXPECT_GT(run.outcome.manifest.counts.dropped, 0U);
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kFailed);
}

TEST(Faults, ATargetThatDiesInMidRunLeavesNoRowOut) {
  auto dying = start(quick(EngineKind::kVllm));
  const auto sound = start(quick(EngineKind::kVllm));
  const TempFolder folder;
  plan::Plan plan =
      small_plan({target_at("dying", dying->url()), target_at("sound", sound->url())}, 400);
  plan.order = plan::Order::kTogether;
  Witness witness;
  bool stopped = false;
  witness.at_row = [&](const record::Row& row) {
    if (row.target != 0 || std::exchange(stopped, true)) return;
    EXPECT_TRUE(dying->stop().has_value());
  };
  const StopSwitch stop{load::StopMode::kPlay};
  const Conducted run = conducted(plan, folder, witness, stop);
  EXPECT_EQ(run.rows_of(0).size(), 400U);
  EXPECT_EQ(run.rows_of(1).size(), 400U);
  for (const record::Row& row : run.rows_of(1)) EXPECT_TRUE(row.ok()) << row.error;
  EXPECT_EQ(run.outcome.manifest.status, record::RunStatus::kPartial);
}

// --- Servers that are no simulator --------------------------------------------------------------

/// Answers what is asked around generation as vLLM does, and generation as told.
RawServer::Answer like_vllm(RawServer::Answer generate) {
  return [generate = std::move(generate)](const RawRequest& request) {
    if (request.path == "/health") return http_answer(200, "");
    if (request.path == "/v1/models") {
      return http_answer(
          200,
          R"({"object":"list","data":[{"id":"test-model","object":"model","owned_by":"vllm"}]})");
    }
    if (request.path == "/version") return http_answer(200, R"({"version":"0.1"})");
    if (request.path == "/v1/chat/completions") return generate(request);
    return http_answer(404, R"({"detail":"Not Found"})");
  };
}

TEST(Faults, PlaysAgainstATlsTarget) {
  const net::Certificate certificate =
      net::make_certificate({.alternative_names = "IP:127.0.0.1", .authority = true});
  const RawServer server(like_vllm([](const RawRequest&) { return chat_stream(5); }), &certificate);
  const TempFolder folder;
  const std::string ca = folder.path() + "/ca.pem";
  {
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(ca.c_str(), "w"), std::fclose);
    ASSERT_NE(file, nullptr);
    std::fputs(certificate.pem().c_str(), file.get());
  }
  plan::Plan plan = small_plan({target_at("tls", server.url(), "vllm")}, 6);
  plan.ca_file = ca;
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 6U);
  for (const record::Row& row : run.stored.rows) {
    EXPECT_TRUE(row.ok()) << row.error;
    EXPECT_EQ(row.output_tokens, 5U);
    EXPECT_GE(row.tls, 0);
  }
}

TEST(Faults, AKeyThatTheServerQuotesIsWrittenNowhere) {
  const std::string key = "sk-very-secret-0123456789";
  const std::string value = "header-secret-abcdef";
  const EnvVariable variable("TT_TEST_KEY", key);
  const RawServer server(like_vllm([](const RawRequest& request) {
    // As careless as a server can be: the whole head in its error, and in its answer.
    if (request.body.find("\"max_completion_tokens\":5") == std::string::npos)
      return chat_stream(1);
    std::string quoted = request.head;
    std::replace(quoted.begin(), quoted.end(), '\n', ' ');
    return http_answer(400, "{\"error\":{\"message\":\"bad key: " + quoted + "\",\"code\":400}}");
  }));
  const TempFolder folder;
  auto target = target_at("secretive", server.url(), "vllm");
  target.api_key_env = "TT_TEST_KEY";
  target.headers = {{"X-Team", value}};
  plan::Plan plan = small_plan({target}, 4);
  plan.keep_texts = true;
  const Conducted run = conducted(plan, folder);
  ASSERT_EQ(run.stored.rows.size(), 4U);
  for (const record::Row& row : run.stored.rows) {
    EXPECT_NE(row.error.find("bad key"), std::string::npos)
        << status_name(row.status) << " " << row.error << " " << row.output_tokens;
    EXPECT_EQ(row.error.find(key), std::string::npos);
    EXPECT_EQ(row.error.find(value), std::string::npos);
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(run.outcome.folder)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(bytes.find(key), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(value), std::string::npos) << entry.path();
    EXPECT_TRUE(entry.path().filename() != "manifest.json" ||
                bytes.find("TT_TEST_KEY") != std::string::npos)
        << "the variable's name is no secret";
  }
  EXPECT_GE(files, 2U);
}

}  // namespace
}  // namespace tt::trial
