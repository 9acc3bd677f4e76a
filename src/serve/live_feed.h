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

/// What the machines said last: the GPUs under one target, or the machine that measures.
class MachineGauges {
 public:
  /// As of EngineGauges.
  bool is_due(Nanos at) const;
  void hear(const record::Sample& sample);
  /// {"timestamp", "target", "cpu", "memory", "gpu", "gpu_memory", "gpu_power_watts"}: shares from
  /// 0 to 1, of the busiest GPU; null where nobody tells.
  std::string json(const std::string& target_json);

 private:
  std::optional<double> latest(const std::string& name) const;
  std::optional<double> share(const std::string& used, const std::string& total) const;

  std::map<std::string, std::map<std::string, double>> latest_;  // by name and labels
  Nanos at_ = kNever;
  Nanos told_at_ = kNever;
};

/// {"request_index", "target", "ttft_ms", "at_ms": [...], "tokens": [...]}: when the tokens of one
/// request came after it was sent; at most kMostChunks of them.
std::string token_stream_json(const record::Row& row, const std::string& target);

/// A target, as the page names it.
struct FeedTarget {
  std::string name;
  std::string engine = {};  // "vllm"; empty where not known
  std::string model = {};
  std::string url = {};
  std::string version = {};  // empty: it does not tell
};

/// Rows come from the recorder's thread, the rest from the one that conducts.
class LiveFeed final : public trial::Audience {
 public:
  static constexpr std::size_t kMostItems = 500;   // in one message
  static constexpr std::size_t kMostChunks = 400;  // of a token_stream
  static constexpr std::size_t kMostText = 4000;   // bytes of a prompt or an answer

  /// `name` stands for the run until it has an id: "job-3".
  LiveFeed(Hub& hub, std::string name, std::string workload);

  void on_probed(const std::vector<trial::TargetReport>& reports) override;
  void on_started(const std::string& run_id, const std::string& folder) override;
  void on_progress(const trial::Progress& progress) override;
  void on_row(const record::Row& row) override;
  void on_text(const record::TextRow& text) override;
  void on_event(const record::Event& event) override;
  void on_samples(std::span<const record::Sample> samples) override;

  /// For one that is played again, in place of on_probed.
  void name_targets(const std::vector<FeedTarget>& targets);
  void say(std::string_view level, std::string_view words);
  void phase(std::string_view name, std::string_view data_json);
  /// The answer, as JSON; then the end.
  void end(std::string_view summary_json);
  void fail(std::string_view words);

 private:
  void publish(std::string type, std::string members, std::vector<std::string> items = {});
  void flush();
  void tell_tokens(const record::Row& row);
  void tell_machine(const record::Sample& sample);

  Hub& hub_;
  const std::string workload_;
  std::mutex mutex_;
  std::string run_;
  std::string folder_;
  bool began_ = false;
  std::vector<std::string> targets_;
  std::string targets_json_ = "[]";
  std::vector<EngineGauges> gauges_;
  std::vector<MachineGauges> machines_;  // a target each, then the one that measures
  std::vector<Nanos> tokens_told_;       // by target
  std::vector<std::optional<std::uint64_t>> stream_told_;  // by target: whose tokens, last
  std::vector<std::string> rows_;                          // not yet told
  std::optional<trial::Progress::Phase> said_;
};

}  // namespace tt::serve
