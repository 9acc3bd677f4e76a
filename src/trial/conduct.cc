#include "trial/conduct.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "analysis/summary.h"
#include "base/text.h"
#include "load/load.h"
#include "net/receive_stamp.h"
#include "record/parquet.h"
#include "record/recorder.h"
#include "trial/journal_sink.h"
#include "trial/manifest_of.h"
#include "trial/open_files.h"
#include "trial/precision_watch.h"
#include "trial/stored_run.h"
#include "trial/target_tokenizers.h"
#include "trial/telemetry_of.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::trial {
namespace {

using load::StopMode;

constexpr std::chrono::milliseconds kProgressEvery{200};

// A list of faults as one error, a line each.
Error joined(std::vector<std::string> faults) {
  return {ErrorCode::kInvalidInput, fmt::format("{}", fmt::join(faults, "\n"))};
}

// Everything that is known before the load starts.
struct Prepared {
  plan::Plan plan;  // resolved: engines and models named
  std::vector<ProbedTarget> targets;
  std::unique_ptr<workload::PromptSource> prompts;
  workload::Schedule schedule;
  std::vector<load::Round> rounds;
  std::vector<std::string> notes;
  std::uint32_t workers = 1;
};

// How long the load takes, where durations tell it; 0 where only the answers can.
Nanos expected_length(const plan::Plan& plan, const workload::Schedule& schedule,
                      const std::vector<load::Round>& rounds) {
  if (schedule.open_loop && !schedule.requests.empty()) {
    const Nanos each = schedule.duration > 0 ? schedule.duration : schedule.requests.back().at;
    const bool together = plan.order == plan::Order::kTogether;
    return together ? each : each * static_cast<Nanos>(plan.targets.size());
  }
  Nanos total = 0;
  for (const load::Round& round : rounds) {
    const load::Stint& stint = round.front();
    if (stint.duration == 0) return 0;
    total += stint.warmup.duration + stint.duration;
  }
  return total;
}

// Targets that take turns must all have had the same number when the load ends, so an early end
// needs turns that are short beside the longest load.
void more_turns(plan::Plan& plan) {
  constexpr Nanos kTurn = 20 * kSecond;
  constexpr Nanos kMost = 30;
  if (plan.order != plan::Order::kInterleaved || plan.targets.size() < 2) return;
  const Nanos turns = std::min(plan.stop.duration.value_or(0) / kTurn, kMost);
  plan.blocks = std::max(plan.blocks, static_cast<std::uint32_t>(turns));
}

class Conductor {
 public:
  Conductor(const RunRequest& request, Audience& audience, const StopSwitch& stop)
      : request_(request), audience_(audience), stop_(stop) {
    progress_.targets.resize(request.plan.targets.size());
  }

  Result<RunOutcome> run();

 private:
  Result<void> check_plan();
  Result<record::RunFolder> make_folder() const;
  Result<void> prepare();
  Result<void> probe();
  Result<void> go_on() const;
  void calibrate();
  void note_priorities();
  Result<RunOutcome> perform(record::RunFolder folder);
  std::unique_ptr<telemetry::Sampler> start_sampler(JournalSink& sink,
                                                    record::Manifest& manifest) const;
  void play(load::Load& load, JournalSink& sink);
  void follow(load::Load& load, JournalSink& sink);
  void play_rounds(load::Load& load, JournalSink& sink);
  bool known_well(const load::Load& load, std::size_t next);
  bool in_turns() const;
  void announce(Progress::Phase phase);
  Result<RunOutcome> finish(record::Recorder& recorder, record::Manifest manifest,
                            const load::ClientMeasure& measure);
  record::RunStatus status_after(const load::Load& load, const JournalSink& sink) const;

  net::StampKeeper stamps_;  // first: stamping is on by the time the load begins
  const RunRequest& request_;
  Audience& audience_;
  const StopSwitch& stop_;
  const Stopped stopped_ = [this] { return stop_.load() != StopMode::kPlay; };
  Prepared ready_;
  Nanos epoch_ = 0;
  std::optional<PrecisionWatch> watch_;  // where figures end the load
  bool turns_over_ = false;              // of targets in turns: no cycle is needed any more
  std::mutex watch_mutex_;               // of these two
  Progress progress_;
  std::mutex progress_mutex_;  // of progress_.round and .playing, which the rounds' thread sets
};

void Conductor::announce(Progress::Phase phase) {
  progress_.phase = phase;
  audience_.on_progress(progress_);
}

Result<RunOutcome> Conductor::run() {
  if (auto good = check_plan(); !good) return std::unexpected(std::move(good.error()));
  // No server is asked anything for a run that cannot be recorded. But the folder stays only once
  // there is something to record: what ends before, even by kill -9, leaves no run.
  auto folder = make_folder();
  if (!folder) return std::unexpected(std::move(folder.error()));
  std::error_code ignored;
  std::filesystem::remove(folder->path(), ignored);
  if (auto ready = prepare(); !ready) return std::unexpected(std::move(ready.error()));
  folder = make_folder();
  if (!folder) return std::unexpected(std::move(folder.error()));
  return perform(std::move(*folder));
}

Result<record::RunFolder> Conductor::make_folder() const {
  return record::RunFolder::create(request_.results_dir, request_.plan.name, realtime_now());
}

Result<void> Conductor::check_plan() {
  ready_.plan = request_.plan;
  ready_.notes = request_.plan.warnings;
  std::vector<std::string> faults;
  for (const Error& fault : plan::check_plan(ready_.plan)) faults.push_back(fault.text());
  if (!faults.empty()) return std::unexpected(joined(std::move(faults)));
  if (!ready_.plan.stop.until.empty()) more_turns(ready_.plan);
  return check_open_files(ready_.plan, open_files_limit());
}

Result<void> Conductor::prepare() {
  const auto tokenizers = load_tokenizers(ready_.plan);
  if (!tokenizers) return std::unexpected(tokenizers.error());
  announce(Progress::Phase::kProbing);
  if (auto probed = probe(); !probed) return probed;
  for (std::size_t i = 0; i < tokenizers->size(); ++i) {
    ready_.targets[i].load->fit.exact = (*tokenizers)[i];
  }

  announce(Progress::Phase::kScheduling);
  auto prompts = workload::make_prompts(ready_.plan);
  if (!prompts) return std::unexpected(std::move(prompts.error()));
  ready_.prompts = std::move(*prompts);
  auto schedule = workload::make_schedule(ready_.plan, *ready_.prompts);
  if (!schedule) return std::unexpected(std::move(schedule.error()));
  ready_.schedule = std::move(*schedule);
  ready_.rounds = load::cut_into_rounds(ready_.plan, ready_.schedule);
  ready_.workers = load::workers_for(ready_.plan, std::thread::hardware_concurrency());
  note_priorities();
  if (ready_.prompts->synthetic()) {
    announce(Progress::Phase::kCalibrating);
    calibrate();
  }
  return go_on();
}

Result<void> Conductor::go_on() const {
  if (stop_.load() == StopMode::kPlay) return {};
  return fail(ErrorCode::kCancelled, "stopped before the load began; nothing was recorded");
}

Result<void> Conductor::probe() {
  ready_.targets = probe_targets(ready_.plan.targets, {.ca_file = ready_.plan.ca_file,
                                                       .insecure = ready_.plan.insecure,
                                                       .timeout = request_.probe_timeout,
                                                       .stopped = stopped_});
  if (auto wanted = go_on(); !wanted) return wanted;  // what was not heard is no fault of a target
  std::vector<TargetReport> reports;
  std::vector<std::string> faults;
  for (std::size_t i = 0; i < ready_.targets.size(); ++i) {
    const TargetReport& report = ready_.targets[i].report;
    reports.push_back(report);
    if (!report.ok()) {
      faults.push_back(fmt::format("{} ({}): {}{}{}", report.name, report.url, report.problem,
                                   report.remedy.empty() ? "" : "; ", report.remedy));
      continue;
    }
    plan::Target& target = ready_.plan.targets[i];
    target.engine = ready_.targets[i].load->engine->name;
    target.model = report.model;
    target.protocol = report.protocol;
  }
  audience_.on_probed(reports);
  if (!faults.empty()) {
    Error error = joined(std::move(faults));
    error.code = ErrorCode::kUnavailable;
    return std::unexpected(std::move(error));
  }
  return {};
}

void Conductor::note_priorities() {
  if (ready_.plan.workload.priorities.empty()) return;
  for (const ProbedTarget& target : ready_.targets) {
    if (target.load->engine->priority) continue;
    ready_.notes.push_back(fmt::format("{}: {} takes no priority, so none was sent",
                                       target.report.name, target.load->engine->title));
  }
}

// Targets are asked at the same time: nothing is measured yet.
void Conductor::calibrate() {
  std::vector<Result<workload::WordFit>> fits(ready_.targets.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < fits.size(); ++i) {
      threads.emplace_back(
          [&, i] { fits[i] = fit_words(*ready_.targets[i].load, ready_.plan, stopped_); });
    }
  }
  for (std::size_t i = 0; i < fits.size(); ++i) {
    auto& fit = ready_.targets[i].load->fit;
    if (fits[i]) {
      fit = *fits[i];
    } else if (fit.exact) {
      ready_.notes.push_back(fmt::format(
          "{}: input lengths are by the tokenizer alone, without what the server adds ({})",
          ready_.targets[i].report.name, fits[i].error().message));
    } else {
      ready_.notes.push_back(
          fmt::format("{}: input lengths are estimates, its tokens could not be counted ({})",
                      ready_.targets[i].report.name, fits[i].error().message));
    }
    const auto note = exactness_note(ready_.schedule, *ready_.prompts, fit);
    if (!note.empty()) {
      ready_.notes.push_back(fmt::format("{}: {}", ready_.targets[i].report.name, note));
    }
  }
}

Result<RunOutcome> Conductor::perform(record::RunFolder folder) {
  record::Manifest manifest =
      manifest_of(ready_.plan, ready_.schedule, ready_.targets, ready_.workers);
  manifest.run_id = folder.id();
  manifest.group = request_.group;
  manifest.notes = ready_.notes;
  manifest.started_realtime = realtime_now();
  epoch_ = steady_now();
  manifest.anchor_realtime = realtime_now();
  const std::string path = folder.path();
  auto recorder =
      record::Recorder::start(std::move(folder), manifest, secrets_of(ready_.plan, ready_.targets));
  if (!recorder) return std::unexpected(std::move(recorder.error()));
  recorder->add_listener(&audience_);
  if (!ready_.plan.stop.until.empty()) {
    watch_.emplace(ready_.plan);
    recorder->add_listener(&*watch_);
  }
  audience_.on_started(manifest.run_id, path);

  load::ClientMeasure measure;
  {
    JournalSink sink(*recorder, epoch_);
    load::LoadSetup setup{.plan = ready_.plan,
                          .schedule = ready_.schedule,
                          .prompts = *ready_.prompts,
                          .targets = {},
                          .id_prefix = manifest.run_id,
                          .workers = ready_.workers,
                          .epoch = epoch_};
    for (const ProbedTarget& target : ready_.targets) setup.targets.push_back(*target.load);
    auto sampler = start_sampler(sink, manifest);
    std::optional<load::Load> load(std::in_place, std::move(setup), sink);
    play(*load, sink);
    manifest.status = status_after(*load, sink);
    measure = load->measure();
    load.reset();  // the collector has written its last row
    manifest.duration = steady_now() - epoch_;
    if (sampler) {
      for (const auto& silent : sampler->stop().silent) {
        manifest.notes.push_back("no metrics were read of " + silent);
      }
      sink.on_pass();  // in the collector's place: its thread has ended
    }
    if (sink.error()) manifest.notes.push_back("recording failed: " + sink.error()->text());
  }
  if (watch_) {
    for (auto& note : watch_->notes()) manifest.notes.push_back(std::move(note));
  }
  manifest.stamps.offset_samples = measure.clock_samples;
  return finish(*recorder, std::move(manifest), measure);
}

// Telemetry reads from before the load until after it; nothing where the plan asks for none.
std::unique_ptr<telemetry::Sampler> Conductor::start_sampler(JournalSink& sink,
                                                             record::Manifest& manifest) const {
  if (!ready_.plan.telemetry.enabled) return nullptr;
  TelemetryPlanned planned = telemetry_of(ready_.plan, ready_.targets);
  for (std::string& note : planned.notes) manifest.notes.push_back(std::move(note));
  planned.setup.epoch = epoch_;
  auto sampler = telemetry::Sampler::start(std::move(planned.setup), sink);
  if (sampler) return std::move(*sampler);
  manifest.notes.push_back(sampler.error().message);
  return nullptr;
}

record::RunStatus Conductor::status_after(const load::Load& load, const JournalSink& sink) const {
  if (sink.failed()) return record::RunStatus::kPartial;
  if (stop_.load() != StopMode::kPlay) return record::RunStatus::kAborted;
  for (std::uint32_t i = 0; i < ready_.targets.size(); ++i) {
    if (load.given_up(i)) return record::RunStatus::kPartial;
  }
  return record::RunStatus::kCompleted;
}

void Conductor::play(load::Load& load, JournalSink& sink) {
  progress_.phase = Progress::Phase::kPlaying;
  progress_.rounds = ready_.rounds.size();
  if (ready_.plan.stop.requests) {
    progress_.expected_requests = *ready_.plan.stop.requests * ready_.targets.size();
  }
  progress_.expected = expected_length(ready_.plan, ready_.schedule, ready_.rounds);
  std::mutex mutex;
  std::condition_variable ended;
  bool playing = true;
  std::jthread thread([&] {
    play_rounds(load, sink);
    const std::lock_guard lock(mutex);
    playing = false;
    ended.notify_one();
  });
  std::unique_lock lock(mutex);
  while (playing) {
    ended.wait_for(lock, kProgressEvery, [&] { return !playing; });
    lock.unlock();
    follow(load, sink);
    lock.lock();
  }
}

// Relays stops to the load and the load's counters to the audience.
void Conductor::follow(load::Load& load, JournalSink& sink) {
  load.stop(sink.failed() ? StopMode::kAbort : stop_.load());
  Progress now;
  {
    const std::lock_guard lock(progress_mutex_);
    now = progress_;
  }
  // Targets in turns are looked at between rounds, when each has had as many as the others.
  if (watch_ && !in_turns() && known_well(load, now.round)) load.end_round(now.round);
  now.now = steady_now() - epoch_;
  for (std::size_t i = 0; i < now.targets.size(); ++i) {
    const load::LiveCounters& counters = load.counters()[i];
    now.targets[i].sent = counters.sent.load(std::memory_order_relaxed);
    now.targets[i].in_flight = counters.in_flight.load(std::memory_order_relaxed);
    now.targets[i].tokens = counters.tokens.load(std::memory_order_relaxed);
    now.targets[i].given_up = load.given_up(static_cast<std::uint32_t>(i));
  }
  audience_.on_progress(now);
}

bool Conductor::in_turns() const {
  return ready_.plan.order == plan::Order::kInterleaved && ready_.targets.size() > 1;
}

// Whether round `next` need not be played (to its end): of targets in turns only where a cycle is
// over and all are known well. Nothing more will be known of a target that was given up.
bool Conductor::known_well(const load::Load& load, std::size_t next) {
  if (next >= ready_.rounds.size()) return false;
  const std::lock_guard lock(watch_mutex_);
  for (std::uint32_t t = 0; t < ready_.targets.size(); ++t) {
    if (load.given_up(t)) watch_->give_up(t);
  }
  if (in_turns()) {
    if (next % ready_.targets.size() == 0) turns_over_ = next > 0 && watch_->all_reached();
    return turns_over_;
  }
  return std::ranges::all_of(
      ready_.rounds[next], [&](const load::Stint& stint) { return watch_->reached(stint.target); });
}

void Conductor::play_rounds(load::Load& load, JournalSink& sink) {
  for (std::size_t i = 0; i < ready_.rounds.size(); ++i) {
    if (load.stop_mode() != StopMode::kPlay) return;
    if (watch_ && known_well(load, i)) continue;
    const load::Round& round = ready_.rounds[i];
    {
      const std::lock_guard lock(progress_mutex_);
      progress_.round = i;
      for (auto& target : progress_.targets) target.playing = false;
      for (const load::Stint& stint : round) progress_.targets[stint.target].playing = true;
    }
    for (const load::Stint& stint : round) {
      sink.event({.at = steady_now() - epoch_,
                  .type = "phase",
                  .fields_json =
                      fmt::format(R"("phase":"load","target":{},"block":{},"round":{},"rounds":{})",
                                  json_string(ready_.plan.targets[stint.target].name), stint.block,
                                  i, ready_.rounds.size())});
    }
    load.play(round, i);
  }
}

Result<RunOutcome> Conductor::finish(record::Recorder& recorder, record::Manifest manifest,
                                     const load::ClientMeasure& measure) {
  announce(Progress::Phase::kFinishing);
  manifest.client.cpu_share = measure.cpu_share;
  auto folded = recorder.finish(manifest);
  if (!folded) return std::unexpected(std::move(folded.error()));
  manifest = std::move(folded->manifest);

  // What only the finished rows tell.
  const std::string path = recorder.folder().path();
  auto rows = record::read_rows(recorder.folder().file(record::kRequestsFile));
  if (!rows) return std::unexpected(std::move(rows.error()));
  auto input = analysis_input(manifest);
  if (!input) return std::unexpected(std::move(input.error()));
  manifest.client = client_health(measure, analysis::summarise(*input, *rows), *rows);
  manifest.stamps.kernel_share = kernel_stamp_share(*rows);
  const bool nothing_came = manifest.counts.ok == 0;
  if (nothing_came && manifest.status != record::RunStatus::kAborted) {
    manifest.status = record::RunStatus::kFailed;
  }
  const auto saved = record::save_manifest(recorder.folder().file(record::kManifestFile), manifest);
  if (!saved) return std::unexpected(saved.error());
  announce(Progress::Phase::kDone);
  return RunOutcome{manifest.run_id, path, std::move(manifest)};
}

}  // namespace

std::string_view phase_name(Progress::Phase phase) {
  switch (phase) {
    case Progress::Phase::kProbing:
      return "probing";
    case Progress::Phase::kCalibrating:
      return "calibrating";
    case Progress::Phase::kScheduling:
      return "scheduling";
    case Progress::Phase::kPlaying:
      return "playing";
    case Progress::Phase::kFinishing:
      return "finishing";
    case Progress::Phase::kDone:
      return "done";
  }
  return "";
}

Result<RunOutcome> conduct(const RunRequest& request, Audience& audience, const StopSwitch& stop) {
  try {
    return Conductor(request, audience, stop).run();
  } catch (
      const std::exception& thrown) {  // loops and threads ask the system for what it may refuse
    return fail(ErrorCode::kIo, std::string("the system refuses what the load needs: ") +
                                    thrown.what() + "; see ulimit -n and ulimit -u");
  }
}

}  // namespace tt::trial
