#include "trial/manifest_of.h"

#include <gtest/gtest.h>

namespace tt::trial {
namespace {

plan::Plan plan_with_secrets() {
  plan::Plan plan;
  plan.name = "p";
  plan::Target target;
  target.name = "a";
  target.engine = "vllm";
  target.url = "http://host:8000";
  target.model = "m";
  target.api_key_env = "MY_KEY";
  target.headers = {{"X-Team", "team-secret"}};
  plan.targets = {target};
  plan.stop.requests = 10;
  plan.warmup.requests = 2;
  return plan;
}

std::vector<ProbedTarget> probed(const plan::Plan& plan) {
  std::vector<ProbedTarget> targets(plan.targets.size());
  for (ProbedTarget& target : targets) {
    target.report.model = "m";
    target.report.protocol = "openai-chat";
    target.report.version = "0.9";
    target.load.emplace();
    target.load->engine = engine::find_engine("vllm");
    target.load->headers = {{"X-Team", "team-secret"}, {"Authorization", "Bearer sk-12345"}};
    target.load->fit = {.base = 3, .per_word = 1.5, .measured = true};
  }
  return targets;
}

TEST(ManifestOf, HoldsThePlanWithoutItsSecrets) {
  const plan::Plan plan = plan_with_secrets();
  const auto targets = probed(plan);
  const record::Manifest manifest = manifest_of(plan, {}, targets, 3);
  EXPECT_EQ(manifest.plan_yaml.find("team-secret"), std::string::npos) << manifest.plan_yaml;
  EXPECT_NE(manifest.plan_yaml.find("X-Team"), std::string::npos);
  EXPECT_TRUE(plan::parse_plan(manifest.plan_yaml, "it").has_value()) << "it can be read back";
  ASSERT_EQ(manifest.targets.size(), 1U);
  EXPECT_EQ(manifest.targets[0].header_names, std::vector<std::string>{"X-Team"});
  EXPECT_EQ(manifest.targets[0].api_key_env, "MY_KEY");
  EXPECT_EQ(manifest.targets[0].server_version, "0.9");
  EXPECT_EQ(manifest.targets[0].tokens_base, 3);
  EXPECT_EQ(manifest.targets[0].tokens_per_word, 1.5);
  EXPECT_EQ(manifest.workers, 3U);
  EXPECT_EQ(manifest.seeds.at("prompts"), plan.seeds.prompts);
  EXPECT_FALSE(manifest.host.kernel.empty());
}

TEST(ManifestOf, CountsWhatWasPlanned) {
  plan::Plan plan = plan_with_secrets();
  plan.targets.push_back(plan.targets[0]);
  plan.targets[1].name = "b";
  const auto targets = probed(plan);
  EXPECT_EQ(manifest_of(plan, {}, targets, 1).counts.planned, 24U) << "warm-up on top";
  workload::Schedule open{.requests = std::vector<workload::PlannedRequest>(7), .open_loop = true};
  EXPECT_EQ(manifest_of(plan, open, targets, 1).counts.planned, 14U);
  plan.stop = {.duration = kSecond, .requests = {}};
  EXPECT_EQ(manifest_of(plan, {}, targets, 1).counts.planned, 0U) << "nobody knows";
}

TEST(ManifestOf, EverySecretIsKnownWithAndWithoutItsScheme) {
  const plan::Plan plan = plan_with_secrets();
  const record::Redactor redactor = secrets_of(plan, probed(plan));
  EXPECT_EQ(redactor.cleaned("key sk-12345, Bearer sk-12345, team-secret"), "key ***, ***, ***");
}

TEST(ManifestOf, TheShareOfKernelStampsIsOverAllReads) {
  EXPECT_EQ(kernel_stamp_share({}), 0);
  std::vector<record::Row> rows(2);
  rows[0].reads = 3;
  rows[0].stamped_reads = 3;
  rows[1].reads = 1;
  EXPECT_DOUBLE_EQ(kernel_stamp_share(rows), 0.75);
}

TEST(ManifestOf, TheClientsHealthLeavesOutWhatWasNeverSent) {
  std::vector<record::Row> rows(3);
  for (std::size_t i = 0; i < 2; ++i) {
    rows[i].planned = 100;
    rows[i].sent = 150;
  }
  rows[2].planned = 100;  // dropped
  analysis::RunSummary summary;
  summary.client.ok = false;
  summary.client.text = "too slow";
  const record::ClientHealth health =
      client_health({.lag_p50 = 1, .lag_p99 = 2, .lag_max = 3, .cpu_share = 0.5}, summary, rows);
  EXPECT_EQ(health.verdict, record::ClientVerdict::kBottleneck);
  EXPECT_EQ(health.reason, "too slow");
  EXPECT_EQ(health.schedule_lag_p50, 50);
  EXPECT_EQ(health.schedule_lag_p99, 50);
  EXPECT_EQ(health.lag_p99, 2);
  EXPECT_EQ(client_health({}, summary, {}).schedule_lag_p50, -1);
}

}  // namespace
}  // namespace tt::trial
