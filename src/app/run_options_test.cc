#include "app/run_options.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace tt::app {
namespace {

using plan::Plan;

class RunOptions : public testing::Test {
 protected:
  Result<Plan> plan(std::vector<std::string> words) {
    words_ = std::move(words);
    const std::vector<std::string_view> views(words_.begin(), words_.end());
    const auto arguments = parse_arguments(views, options_);
    if (!arguments) return std::unexpected(arguments.error());
    return plan_of(*arguments);
  }
  Result<Plan> with_target(std::vector<std::string> words) {
    words.insert(words.begin(), {"--target", "vllm=http://h:8000"});
    return plan(std::move(words));
  }
  std::string fault(std::vector<std::string> words) {
    const auto made = with_target(std::move(words));
    return made ? "" : made.error().text();
  }
  std::string file(const std::string& yaml) {
    path_ = testing::TempDir() + "run_options_" + std::to_string(getpid()) + ".yaml";
    std::ofstream(path_) << yaml;
    return path_;
  }
  void TearDown() override {
    if (!path_.empty()) std::filesystem::remove(path_);
  }

  std::vector<Option> options_ = plan_options();
  std::vector<std::string> words_;
  std::string path_;
};

TEST_F(RunOptions, DefaultsToAMinute) {
  const auto p = with_target({});
  ASSERT_TRUE(p) << p.error().text();
  EXPECT_EQ(p->stop.duration, 60 * kSecond);
  EXPECT_EQ(p->stop.requests, std::nullopt);
  EXPECT_EQ(p->targets.at(0).engine, "vllm");
}

TEST_F(RunOptions, NeedsATarget) {
  const auto p = plan({});
  ASSERT_FALSE(p);
  EXPECT_EQ(p.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(p.error().text().find("tokentrial demo"), std::string::npos);
}

TEST_F(RunOptions, TellsTargetsOfOneNameApart) {
  const auto p = plan({"--target", "vllm=http://a:1", "--target", "vllm=http://b:1"});
  ASSERT_TRUE(p) << p.error().text();
  EXPECT_EQ(p->targets[0].name, "vllm");
  EXPECT_EQ(p->targets[1].name, "vllm-2");
}

TEST_F(RunOptions, GivesAModelToAllOrToOne) {
  const auto p = plan({"--target", "vllm=http://a:1", "--target", "ollama=http://b:1", "--model",
                       "llama", "--model", "ollama=llama3.1:8b"});
  ASSERT_TRUE(p) << p.error().text();
  EXPECT_EQ(p->targets[0].model, "llama");
  EXPECT_EQ(p->targets[1].model, "llama3.1:8b");
  // A name that is no target's belongs to the model.
  EXPECT_EQ(with_target({"--model", "a=b"})->targets[0].model, "a=b");
}

TEST_F(RunOptions, ReadsTheLoad) {
  const auto closed = with_target({"--concurrency", "16"});
  EXPECT_EQ(std::get<plan::Concurrency>(closed->load).users, 16u);
  const auto open =
      with_target({"--rate", "4.5", "--arrivals", "constant", "--max-in-flight", "9"});
  const auto& rate = std::get<plan::Rate>(open->load);
  EXPECT_EQ(rate.per_second, 4.5);
  EXPECT_EQ(rate.arrivals, plan::Rate::Arrivals::kConstant);
  EXPECT_EQ(rate.max_in_flight, 9u);
  const auto gamma = with_target({"--rate", "4", "--burstiness", "0.5"});
  EXPECT_EQ(std::get<plan::Rate>(gamma->load).arrivals, plan::Rate::Arrivals::kGamma);
}

TEST_F(RunOptions, ReadsRampsAndTraces) {
  const auto ramp = with_target({"--rate", "2", "--to", "20", "--duration", "30s"});
  ASSERT_TRUE(ramp) << ramp.error().text();
  EXPECT_EQ(std::get<plan::Rate>(ramp->load).stages,
            (std::vector<plan::Stage>{{.from = 2, .to = 20}}));
  EXPECT_EQ(ramp->blocks, 1u) << "a shape is played whole";
  EXPECT_EQ(with_target({"--rate", "2", "--to", "20", "--blocks", "3"})->blocks, 3u);
  const auto users = with_target({"--concurrency", "2", "--to", "8"});
  EXPECT_EQ(std::get<plan::Concurrency>(users->load).stages.front().to, 8);
  const auto trace = with_target({"--trace", "t.csv", "--speed", "4", "--max-in-flight", "7"});
  ASSERT_TRUE(trace) << trace.error().text();
  const auto& replay = std::get<plan::TraceReplay>(trace->load);
  EXPECT_EQ(replay.path, "t.csv");
  EXPECT_EQ(replay.speed, 4);
  EXPECT_EQ(replay.max_in_flight, 7u);
  EXPECT_FALSE(trace->stop.duration) << "a trace has its own end";
}

TEST_F(RunOptions, RefusesWhatContradictsItself) {
  EXPECT_EQ(fault({"--to", "4"}), "--to: needs --rate or --concurrency, where the load begins");
  EXPECT_EQ(fault({"--speed", "4"}), "--speed: needs --trace");
  EXPECT_EQ(fault({"--trace", "t.csv", "--concurrency", "4"}),
            "--trace: cannot stand beside --concurrency; choose one");
  EXPECT_EQ(fault({"--rate", "4", "--concurrency", "2"}),
            "--rate: cannot stand beside --concurrency; choose one");
  EXPECT_EQ(fault({"--arrivals", "gamma"}), "--arrivals: needs --rate");
  EXPECT_EQ(fault({"--max-in-flight", "3"}), "--max-in-flight: needs --rate");
  EXPECT_EQ(fault({"--rate", "4", "--arrivals", "poisson", "--burstiness", "2"}),
            "--burstiness: needs --arrivals gamma");
  EXPECT_EQ(fault({"--prompts", "a.txt", "--input-tokens", "5"}),
            "--prompts: cannot stand beside --input-tokens; choose one");
}

TEST_F(RunOptions, SaysWhichValueIsBad) {
  EXPECT_TRUE(fault({"--concurrency", "0"}).starts_with("--concurrency: 0 is not from 1"));
  EXPECT_TRUE(fault({"--rate", "0"}).starts_with("--rate: 0 is not above 0"));
  EXPECT_TRUE(fault({"--duration", "soon"}).starts_with("--duration: 'soon' is not a duration"));
  EXPECT_TRUE(fault({"--duration", "0"}).starts_with("--duration: 0 is no duration"));
  EXPECT_TRUE(fault({"--input-tokens", "many"}).starts_with("--input-tokens: "));
  EXPECT_TRUE(fault({"--slo", "ttft=fast"}).starts_with("--slo: "));
  EXPECT_TRUE(fault({"--warmup", "x"}).starts_with("--warmup: "));
  EXPECT_TRUE(fault({"--order", "random"}).starts_with("--order: 'random' is none of"));
  EXPECT_FALSE(plan({"--target", "=http://h"}));
}

TEST_F(RunOptions, NeverRepeatsAHeaderThatMayBeASecret) {
  const auto text = fault({"--header", "sk-secret"});
  EXPECT_TRUE(text.starts_with("--header: "));
  EXPECT_EQ(text.find("sk-secret"), std::string::npos);
}

TEST_F(RunOptions, ReadsWarmupAsCountOrTime) {
  const auto count = with_target({"--warmup", "5"});
  ASSERT_TRUE(count) << count.error().text();
  EXPECT_EQ(count->warmup, (plan::Warmup{.requests = 5}));
  const auto time = with_target({"--warmup", "5s"});
  ASSERT_TRUE(time) << time.error().text();
  EXPECT_EQ(time->warmup, (plan::Warmup{.duration = 5 * kSecond}));
}

TEST_F(RunOptions, ReadsTheRest) {
  const auto p = with_target({"--header",        "X-Team: blue",
                              "--timeout-gap",   "3s",
                              "--timeout-total", "0",
                              "--no-reuse",      "--ca",
                              "ca.pem",          "--keep-texts",
                              "--seed",          "7",
                              "--workers",       "2",
                              "--blocks",        "3",
                              "--order",         "together",
                              "--output-tokens", "uniform(10,20)",
                              "--name",          "x",
                              "--slo",           "ttft_p99=500ms",
                              "--slo",           "success_rate=99%"});
  ASSERT_TRUE(p) << p.error().text();
  EXPECT_EQ(p->targets[0].headers.at("X-Team"), "blue");
  EXPECT_EQ(p->timeouts.gap, 3 * kSecond);
  EXPECT_EQ(p->timeouts.total, 0);
  EXPECT_FALSE(p->reuse_connections);
  EXPECT_EQ(p->ca_file, "ca.pem");
  EXPECT_TRUE(p->keep_texts);
  EXPECT_EQ(p->seeds, (plan::Seeds{7, 8, 9}));
  EXPECT_EQ(p->workers, 2u);
  EXPECT_EQ(p->blocks, 3u);
  EXPECT_EQ(p->order, plan::Order::kTogether);
  EXPECT_EQ(p->workload.output.kind, plan::Lengths::Kind::kUniform);
  EXPECT_EQ(p->name, "x");
  EXPECT_EQ(p->slos.size(), 2u);
}

TEST_F(RunOptions, ReadsTelemetry) {
  EXPECT_TRUE(with_target({})->telemetry.enabled);
  EXPECT_FALSE(with_target({"--telemetry", "off"})->telemetry.enabled);
  const auto p = with_target({"--telemetry", "250ms", "--gpu", "http://h:9400/metrics", "--metrics",
                              "http://h:8002/metrics"});
  ASSERT_TRUE(p) << p.error().text();
  EXPECT_EQ(p->telemetry.interval, 250 * kMillisecond);
  EXPECT_EQ(p->telemetry.gpu, std::vector<std::string>{"http://h:9400/metrics"});
  EXPECT_EQ(p->targets[0].metrics, "http://h:8002/metrics");
  EXPECT_FALSE(with_target({"--telemetry", "often"}));
  EXPECT_FALSE(with_target({"--telemetry", "1ms"}));
  EXPECT_FALSE(with_target({"--gpu", "h:9400"}));
  EXPECT_FALSE(with_target({"--metrics", "metrics"}));
}

TEST_F(RunOptions, VerifiesCertificatesUnlessAskedNotTo) {
  EXPECT_FALSE(with_target({})->insecure);
  EXPECT_TRUE(with_target({"--insecure"})->insecure);
  EXPECT_FALSE(with_target({"--insecure", "--ca", "ca.pem"}));
}

TEST_F(RunOptions, GoesOverTheFile) {
  const auto path = file(
      "name: filed\n"
      "targets:\n  - name: old\n    url: http://old:1\n"
      "load:\n  rate: 3\n  arrivals: constant\n"
      "stop:\n  requests: 50\n"
      "slo:\n  - ttft_p99=1s\n");
  const auto same = plan({path});
  ASSERT_TRUE(same) << same.error().text();
  EXPECT_EQ(same->targets.at(0).name, "old");
  EXPECT_EQ(same->name, "filed");
  const auto p = plan({path, "--target", "vllm=http://new:2", "--rate", "5", "--duration", "10s",
                       "--slo", "e2e_p50=2s"});
  ASSERT_TRUE(p) << p.error().text();
  ASSERT_EQ(p->targets.size(), 1u);
  EXPECT_EQ(p->targets[0].name, "vllm");
  EXPECT_EQ(std::get<plan::Rate>(p->load).per_second, 5);
  EXPECT_EQ(std::get<plan::Rate>(p->load).arrivals, plan::Rate::Arrivals::kConstant);
  EXPECT_EQ(p->stop, (plan::Stop{.duration = 10 * kSecond, .requests = std::nullopt}));
  ASSERT_EQ(p->slos.size(), 1u);
  EXPECT_EQ(p->slos[0].metric, "e2e");
}

TEST_F(RunOptions, ReportsTheFilesFaultsWithTheirPlaces) {
  const auto path = file("nam: x\n");
  const auto p = plan({path});
  ASSERT_FALSE(p);
  EXPECT_EQ(p.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(p.error().text().find(".yaml:1:1"), std::string::npos) << p.error().text();
  EXPECT_FALSE(plan({"/nowhere/plan.yaml"}));
}

}  // namespace
}  // namespace tt::app
