// A run, or one that is played again, as messages of the live channel. The names and fields of
// gpu_sample and request_complete are those of docs/dashboard.md.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "record/row.h"
#include "record/telemetry.h"
#include "serve/hub.h"
#include "trial/conduct.h"

namespace tt::serve {

/// {"request_index", "ttft_ms", ...}: a finished request; null where it has no such figure.
std::string request_json(const record::Row& row, const std::vector<std::string>& targets);

/// What one target's engine said last, and how fast its counters rise.
class EngineGauges {
 public:
  /// True where `at` is a new instant, and what was heard up to now is a second or more newer than
  /// what was told last: then json() is due before it is heard.
  bool is_due(Nanos at) const;
  void hear(const record::Sample& sample);
  /// {"timestamp", "target", "kv_cache_usage", ...}; null where the engine does not tell. Remembers
  /// that it was told.
  std::string json(const std::string& target);
  bool empty() const { return latest_.empty(); }

 private:
  std::optional<double> latest(const std::string& name) const;
  std::optional<double> rate(const std::string& name);

  struct Counter {
    Nanos at = 0;
    double value = 0;
  };
  std::map<std::string, double> latest_;  // by name
  std::map<std::string, Counter> told_;   // counters as they were when last told
  Nanos at_ = kNever;
  Nanos told_at_ = kNever;
};

/// Rows come from the recorder's thread, the rest from the one that conducts.
class LiveFeed final : public trial::Audience {
 public:
  static constexpr std::size_t kMostItems = 500;  // in one message

  /// `name` stands for the run until it has an id: "job-3".
  LiveFeed(Hub& hub, std::string name, std::string workload);

  void on_probed(const std::vector<trial::TargetReport>& reports) override;
  void on_started(const std::string& run_id, const std::string& folder) override;
  void on_progress(const trial::Progress& progress) override;
  void on_row(const record::Row& row) override;
  void on_event(const record::Event& event) override;
  void on_samples(std::span<const record::Sample> samples) override;

  /// For one that is played again, in place of on_probed.
  void name_targets(std::vector<std::string> names);
  void say(std::string_view level, std::string_view words);
  void phase(std::string_view name, std::string_view data_json);
  /// The answer, as JSON; then the end.
  void end(std::string_view summary_json);
  void fail(std::string_view words);

 private:
  void publish(std::string type, std::string members, std::vector<std::string> items = {});
  void flush();

  Hub& hub_;
  const std::string workload_;
  std::mutex mutex_;
  std::string run_;
  std::string folder_;
  bool began_ = false;
  std::vector<std::string> targets_;
  std::vector<EngineGauges> gauges_;
  std::vector<std::string> rows_;  // not yet told
  std::optional<trial::Progress::Phase> said_;
};

}  // namespace tt::serve
