// A run, and one that is told once more.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "report/summary_json.h"
#include "serve/job_kinds.h"
#include "serve/live_feed.h"
#include "trial/group_run.h"

namespace tt::serve {
namespace {

// The feed, and what the job's own status takes from the same words.
class RunAudience final : public trial::Audience {
 public:
  RunAudience(LiveFeed& feed, const JobReport& report) : feed_(feed), report_(report) {}

  void on_probed(const std::vector<trial::TargetReport>& reports) override {
    feed_.on_probed(reports);
  }
  void on_started(const std::string& run_id, const std::string& folder) override {
    report_([&](JobStatus& status) { status.runs = {run_id}; });
    feed_.on_started(run_id, folder);
  }
  void on_progress(const trial::Progress& p) override {
    feed_.on_progress(p);
    const auto second = p.now / kSecond;
    if (p.phase == said_ && second == said_at_) return;
    said_ = p.phase;
    said_at_ = second;
    report_([&](JobStatus& status) {
      status.phase = std::string(trial::phase_name(p.phase));
      if (p.phase != trial::Progress::Phase::kPlaying || p.expected <= 0) return;
      status.share = std::clamp(to_seconds(p.now) / to_seconds(p.expected), 0.0, 1.0);
    });
  }
  void on_row(const record::Row& row) override { feed_.on_row(row); }
  void on_text(const record::TextRow& text) override { feed_.on_text(text); }
  void on_event(const record::Event& event) override { feed_.on_event(event); }
  void on_samples(std::span<const record::Sample> samples) override { feed_.on_samples(samples); }

 private:
  LiveFeed& feed_;
  const JobReport& report_;
  std::optional<trial::Progress::Phase> said_;
  Nanos said_at_ = -1;
};

class RunJob : public Job {
 public:
  RunJob(plan::Plan plan, std::string results_dir, Hub& hub)
      : plan_(std::move(plan)), results_dir_(std::move(results_dir)), hub_(hub) {}

  std::string kind() const override { return "run"; }
  std::string title() const override { return plan_.name; }

  Result<void> play(std::uint64_t id, const JobReport& report) override {
    return play_plan(plan_, id, report);
  }

  void stop(bool at_once) override {
    stop_.store(at_once || stop_.load() != load::StopMode::kPlay ? load::StopMode::kAbort
                                                                 : load::StopMode::kDrain);
  }

 protected:
  Result<void> play_plan(const plan::Plan& plan, std::uint64_t id, const JobReport& report) {
    LiveFeed feed(hub_, fmt::format("job-{}", id), trial::workload_text(plan));
    RunAudience audience(feed, report);
    const auto outcome =
        trial::conduct({.plan = plan, .results_dir = results_dir_}, audience, stop_);
    if (!outcome) {
      feed.fail(outcome.error().text());
      return std::unexpected(outcome.error());
    }
    const auto run = trial::open_run(results_dir_, outcome->folder);
    if (!run) {
      feed.fail(run.error().text());
      return std::unexpected(run.error());
    }
    feed.end(report::summary_json(run->summary()));
    if (outcome->manifest.status == record::RunStatus::kAborted) {
      return fail(ErrorCode::kCancelled, "the run was stopped; what was measured is kept");
    }
    return {};
  }

 private:
  const plan::Plan plan_;
  const std::string results_dir_;
  Hub& hub_;
  trial::StopSwitch stop_{load::StopMode::kPlay};
};

class DemoJob final : public RunJob {
 public:
  DemoJob(Studio& studio, std::string results_dir, Hub& hub)
      : RunJob(plan::Plan{.name = "demo"}, std::move(results_dir), hub), studio_(studio) {}

  Result<void> play(std::uint64_t id, const JobReport& report) override {
    const auto demo = studio_.start_demo();
    if (!demo) return std::unexpected(demo.error());
    return play_plan(demo->plan, id, report);
  }

 private:
  Studio& studio_;
};

// Each run of a group is told like one alone; the job counts them.
class StepAudience final : public trial::GroupAudience {
 public:
  StepAudience(const plan::Plan& plan, const std::string& results_dir, std::uint64_t id, Hub& hub,
               const JobReport& report)
      : plan_(plan), results_dir_(results_dir), id_(id), hub_(hub), report_(report) {}

  void on_step(const record::Group& group, std::size_t step, std::size_t of) override {
    step_ = step;
    of_ = of;
    feed_.emplace(hub_, fmt::format("job-{}", id_), trial::workload_text(plan_));
    const auto axis = plan_.sweep ? plan_.sweep->over : plan_.capacity->over;
    feed_->phase("sweep_iteration",
                 fmt::format(R"({{"iteration": {}, "total": {}, "params": {{"{}": {}}}}})",
                             step + 1, of == 0 ? "null" : std::to_string(of), plan::axis_name(axis),
                             group.steps[step].load));
    audience_.emplace(*feed_, step_report_);
  }
  void on_step_done(const record::Group& group, std::size_t step) override {
    const auto& done = group.steps[step];
    audience_.reset();
    if (!feed_) return;
    const auto run = trial::open_run(results_dir_, done.run_id);
    if (!done.problem.empty() || !run) {
      feed_->fail(done.problem.empty() ? run.error().text() : done.problem);
    } else {
      feed_->end(report::summary_json(run->summary()));
    }
    feed_.reset();
  }
  void on_probed(const std::vector<trial::TargetReport>& reports) override {
    if (audience_) audience_->on_probed(reports);
  }
  void on_started(const std::string& run_id, const std::string& folder) override {
    if (audience_) audience_->on_started(run_id, folder);
  }
  void on_progress(const trial::Progress& progress) override {
    if (audience_) audience_->on_progress(progress);
  }
  void on_row(const record::Row& row) override {
    if (audience_) audience_->on_row(row);
  }
  void on_event(const record::Event& event) override {
    if (audience_) audience_->on_event(event);
  }
  void on_samples(std::span<const record::Sample> samples) override {
    if (audience_) audience_->on_samples(samples);
  }

 private:
  // What a run says of itself, as a part of the whole.
  void tell(const std::function<void(JobStatus&)>& change) {
    JobStatus one;
    change(one);
    report_([&](JobStatus& whole) {
      if (!one.phase.empty()) {
        whole.phase = of_ > 0 ? fmt::format("run {} of {}: {}", step_ + 1, of_, one.phase)
                              : fmt::format("run {}: {}", step_ + 1, one.phase);
      }
      if (of_ > 0 && one.share) {
        whole.share = (static_cast<double>(step_) + *one.share) / static_cast<double>(of_);
      }
      whole.runs.insert(whole.runs.end(), one.runs.begin(), one.runs.end());
    });
  }

  const plan::Plan& plan_;
  const std::string& results_dir_;
  const std::uint64_t id_;
  Hub& hub_;
  const JobReport& report_;
  const JobReport step_report_ = [this](const auto& change) { tell(change); };
  std::size_t step_ = 0;
  std::size_t of_ = 0;
  std::optional<LiveFeed> feed_;
  std::optional<RunAudience> audience_;
};

// A sweep, or a search for capacity.
class GroupJob final : public Job {
 public:
  GroupJob(plan::Plan plan, std::string results_dir, Hub& hub)
      : plan_(std::move(plan)), results_dir_(std::move(results_dir)), hub_(hub) {}

  std::string kind() const override { return plan_.sweep ? "sweep" : "capacity"; }
  std::string title() const override { return plan_.name; }

  Result<void> play(std::uint64_t id, const JobReport& report) override {
    StepAudience audience(plan_, results_dir_, id, hub_, report);
    const trial::GroupRequest request{.plan = plan_, .results_dir = results_dir_};
    const auto stage = trial::real_stage();
    const auto group = plan_.sweep ? trial::conduct_sweep(request, audience, stop_, stage)
                                   : trial::conduct_capacity(request, audience, stop_, stage);
    if (!group) return std::unexpected(group.error());
    report([&](JobStatus& status) {
      status.result_json = fmt::format("{{\"group\": {}}}", json_string(group->id));
    });
    if (stop_.load() != load::StopMode::kPlay) {
      return fail(ErrorCode::kCancelled,
                  fmt::format("stopped; tokentrial {} --resume {} goes on", kind(), group->id));
    }
    return {};
  }

  void stop(bool at_once) override {
    stop_.store(at_once || stop_.load() != load::StopMode::kPlay ? load::StopMode::kAbort
                                                                 : load::StopMode::kDrain);
  }

 private:
  const plan::Plan plan_;
  const std::string results_dir_;
  Hub& hub_;
  trial::StopSwitch stop_{load::StopMode::kPlay};
};

class ReplayJob final : public Job {
 public:
  ReplayJob(std::string results_dir, record::RunFolder folder, double speed, Hub& hub)
      : results_dir_(std::move(results_dir)),
        folder_(std::move(folder)),
        speed_(speed),
        hub_(hub) {}

  std::string kind() const override { return "replay"; }
  std::string title() const override { return folder_.id(); }

  // The rows are read when its turn comes: those of many that wait would fill the memory.
  Result<void> play(std::uint64_t id, const JobReport& report) override {
    const auto run = trial::open_run(results_dir_, folder_.path());
    if (!run) return std::unexpected(run.error());
    LiveFeed feed(hub_, fmt::format("job-{}", id), run->input.workload_text);
    std::vector<FeedTarget> targets;
    for (const auto& target : run->manifest.targets) {
      targets.push_back({.name = target.name,
                         .engine = target.engine,
                         .model = target.model,
                         .url = target.url,
                         .version = target.server_version});
    }
    feed.name_targets(targets);
    RunAudience audience(feed, report);
    if (!replay(*run, audience, [this](Nanos time) { return wait(time); })) {
      feed.fail("the replay was stopped");
      return fail(ErrorCode::kCancelled, "the replay was stopped");
    }
    feed.end(report::summary_json(run->summary()));
    return {};
  }

  void stop(bool) override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    news_.notify_all();
  }

 private:
  bool wait(Nanos time) {
    std::unique_lock lock(mutex_);
    if (speed_ > 0) {
      const auto real =
          std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(time) / speed_));
      news_.wait_for(lock, real, [this] { return stopped_; });
    }
    return !stopped_;
  }

  const std::string results_dir_;
  const record::RunFolder folder_;
  const double speed_;
  Hub& hub_;
  std::mutex mutex_;
  std::condition_variable news_;
  bool stopped_ = false;
};

constexpr Nanos kTick = kSecond / 5;  // as often as a run tells of its progress

std::vector<record::Sample> readings(const record::Telemetry& telemetry) {
  std::vector<record::Sample> all;
  for (const auto& points : telemetry.series) {
    const auto series = std::make_shared<const record::Series>(points.series);
    for (std::size_t i = 0; i < points.at.size(); ++i) {
      all.push_back({.at = points.at[i], .series = series, .value = points.value[i]});
    }
  }
  std::ranges::stable_sort(all, {}, &record::Sample::at);
  return all;
}

// A row is heard when it has ended; one that was never sent, when it should have been.
Nanos heard_at(const record::Row& row) {
  for (const Nanos at : {row.end, row.sent, row.planned}) {
    if (at != kNever) return at;
  }
  return 0;
}

}  // namespace

bool replay(const trial::StoredRun& run, trial::Audience& audience,
            const std::function<bool(Nanos)>& wait) {
  std::vector<const record::Row*> rows;
  for (const auto& row : run.rows) rows.push_back(&row);
  std::ranges::stable_sort(rows, {}, [](const record::Row* row) { return heard_at(*row); });
  const auto samples = readings(run.telemetry);
  Nanos end = run.manifest.duration;
  if (!rows.empty()) end = std::max(end, heard_at(*rows.back()));

  audience.on_started(run.manifest.run_id, run.folder);
  trial::Progress progress{
      .phase = trial::Progress::Phase::kPlaying, .expected = end, .expected_requests = rows.size()};
  progress.targets.resize(run.input.targets.size());
  std::size_t row = 0;
  std::size_t sample = 0;
  for (Nanos now = 0;; now += kTick) {
    std::vector<record::Sample> heard;
    for (; sample < samples.size() && samples[sample].at <= now; ++sample) {
      heard.push_back(samples[sample]);
    }
    if (!heard.empty()) audience.on_samples(heard);
    for (; row < rows.size() && heard_at(*rows[row]) <= now; ++row) {
      audience.on_row(*rows[row]);
      if (rows[row]->target >= progress.targets.size()) continue;
      auto& target = progress.targets[rows[row]->target];
      ++target.sent;
      target.tokens += rows[row]->output_tokens;
    }
    progress.now = std::min(now, end);
    audience.on_progress(progress);
    if (row == rows.size() && now >= end) return true;
    if (!wait(kTick)) return false;
  }
}

std::unique_ptr<Job> demo_job(Studio& studio, std::string results_dir, Hub& hub) {
  return std::make_unique<DemoJob>(studio, std::move(results_dir), hub);
}

std::unique_ptr<Job> run_job(plan::Plan plan, std::string results_dir, Hub& hub) {
  if (plan.sweep || plan.capacity) {
    return std::make_unique<GroupJob>(std::move(plan), std::move(results_dir), hub);
  }
  return std::make_unique<RunJob>(std::move(plan), std::move(results_dir), hub);
}

std::unique_ptr<Job> replay_job(std::string results_dir, record::RunFolder folder, double speed,
                                Hub& hub) {
  return std::make_unique<ReplayJob>(std::move(results_dir), std::move(folder), speed, hub);
}

}  // namespace tt::serve
