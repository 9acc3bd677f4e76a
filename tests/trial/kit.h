// What the tests of this folder share: quick simulated engines, small plans, an audience that
// remembers, folders that vanish.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "sim/server.h"
#include "trial/conduct.h"
#include "trial/stored_run.h"

namespace tt::trial {

/// A fresh folder, removed at the end.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "trial_XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// An environment variable that is set while this lives.
class EnvVariable {
 public:
  EnvVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~EnvVariable() { ::unsetenv(name_.c_str()); }
  EnvVariable(const EnvVariable&) = delete;
  EnvVariable& operator=(const EnvVariable&) = delete;

 private:
  std::string name_;
};

inline constexpr const char* kModel = "test-model";

/// An engine that answers in a fixed, quick rhythm: first token after 2 ms, 0.2 ms a token.
inline sim::ServerOptions quick(engine::EngineKind kind) {
  sim::ServerOptions options;
  options.profile = sim::find_profile(std::string(sim::default_profile(kind))).value();
  options.profile.fixed = sim::FixedTiming{.ttft = 2 * kMillisecond, .itl = 200 * kMicrosecond};
  options.engine = kind;
  options.models = {kModel};
  return options;
}

inline std::unique_ptr<sim::ServerThread> start(sim::ServerOptions options) {
  auto server = sim::ServerThread::start(std::move(options));
  EXPECT_TRUE(server.has_value()) << (server ? "" : server.error().text());
  return server ? std::move(*server) : nullptr;
}

inline plan::Target target_at(std::string name, const std::string& url, std::string engine = "") {
  plan::Target target;
  target.name = std::move(name);
  target.url = url;
  target.engine = std::move(engine);
  return target;
}

/// `requests` requests for 5 tokens, 4 at a time.
inline plan::Plan small_plan(std::vector<plan::Target> targets, std::uint64_t requests = 10) {
  plan::Plan plan;
  plan.name = "trial";
  plan.targets = std::move(targets);
  plan.workload.prompts = plan::SyntheticPrompts{.input = {.mean = 20}};
  plan.workload.output = {.mean = 5};
  plan.load = plan::Concurrency{4};
  plan.stop = {.duration = {}, .requests = requests};
  plan.blocks = 1;
  plan.workers = 1;
  return plan;
}

/// Remembers what it heard, and does what a test asks of it.
class Witness final : public Audience {
 public:
  void on_row(const record::Row& row) override {
    rows.push_back(row);
    if (at_row) at_row(row);
  }
  void on_event(const record::Event& event) override { events.push_back(event); }
  void on_progress(const Progress& progress) override {
    phases.push_back(progress.phase);
    if (at_progress) at_progress(progress);
  }
  void on_started(const std::string& run_id, const std::string&) override { run = run_id; }

  std::vector<record::Row> rows;
  std::vector<record::Event> events;
  std::vector<Progress::Phase> phases;
  std::string run;
  std::function<void(const record::Row&)> at_row;
  std::function<void(const Progress&)> at_progress;
};

/// A run that is over, read back from its folder.
struct Conducted {
  RunOutcome outcome;
  StoredRun stored;

  std::vector<record::Row> rows_of(std::uint32_t target) const {
    std::vector<record::Row> mine;
    for (const record::Row& row : stored.rows) {
      if (row.target == target) mine.push_back(row);
    }
    return mine;
  }
};

/// Plays a plan into `folder` and reads the run back.
inline Conducted conducted(const plan::Plan& plan, const TempFolder& folder, Witness& witness,
                           const StopSwitch& stop) {
  RunRequest request;
  request.plan = plan;
  request.results_dir = folder.path();
  Conducted done;
  auto outcome = conduct(request, witness, stop);
  EXPECT_TRUE(outcome.has_value()) << (outcome ? "" : outcome.error().text());
  if (!outcome) return done;
  done.outcome = std::move(*outcome);
  auto stored = open_run(folder.path(), done.outcome.run_id);
  EXPECT_TRUE(stored.has_value()) << (stored ? "" : stored.error().text());
  if (stored) done.stored = std::move(*stored);
  EXPECT_EQ(done.stored.rows.size(), witness.rows.size()) << "the audience hears every row once";
  return done;
}

inline Conducted conducted(const plan::Plan& plan, const TempFolder& folder) {
  Witness witness;
  const StopSwitch stop{load::StopMode::kPlay};
  return conducted(plan, folder, witness, stop);
}

}  // namespace tt::trial
