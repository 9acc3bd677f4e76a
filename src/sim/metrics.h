// The pages on which a simulated engine tells of itself: its own names, types, labels and buckets,
// on its own path. Read from the engines' sources; which names, by the version it plays.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/protocol.h"
#include "sim/meters.h"
#include "sim/profile.h"

namespace tt::sim {

/// Whoever asks for a page.
struct MetricsQuery {
  std::string_view path;    // without its query
  std::string_view accept;  // the Accept header
  Nanos now = 0;            // on the clock of the model
};

/// All that an engine counts. One thread.
class Metrics {
 public:
  /// `model`: the name that labels carry. `replicas` as the model has them; engines whose labels
  /// cannot tell them apart add them up.
  Metrics(const Profile& profile, engine::EngineKind kind, std::string model,
          std::uint16_t replicas);

  Meters& of(std::uint16_t replica) {
    return *meters_[std::min<std::size_t>(replica, meters_.size() - 1)];
  }
  /// A request came, for generation.
  void arrived() { ++requests_; }
  /// It was refused before any work.
  void refused(engine::ServerFault::Kind kind);
  /// An answer to `method` on `path` began with this status.
  void answered(std::string_view method, std::string_view path, int status);
  void steps(std::span<const StepRecord> records, const Model& model);

  /// The engine's answer where it serves metrics on this path; nullopt: ask elsewhere.
  std::optional<engine::ServerReply> page(const MetricsQuery& query, const Model& model);

 private:
  struct Served {
    std::string method;
    std::string path;
    int status;
    auto operator<=>(const Served&) const = default;
  };
  struct Iteration {
    StepRecord step;
    Load load;
    std::uint64_t number;
  };

  std::uint16_t replica_count() const { return static_cast<std::uint16_t>(meters_.size()); }
  Labels labels(std::string_view replica) const;
  Load load_of(const Model& model, std::uint16_t replica) const;
  Dialect python_dialect(std::string_view accept) const;
  engine::ServerReply reply(Dialect dialect, std::string body) const;

  std::string vllm(Dialect dialect, const Model& model) const;
  void vllm_gauges(Exposition& out, const Model& model) const;
  void vllm_old_gauges(Exposition& out) const;
  void vllm_counters(Exposition& out, const Model& model) const;
  void vllm_speculative(Exposition& out) const;
  void vllm_histograms(Exposition& out) const;
  std::string sglang(Dialect dialect, const Model& model, Nanos now);
  void sglang_gauges(Exposition& out, const Model& model) const;
  void sglang_counters(Exposition& out, const Model& model) const;
  void sglang_histograms(Exposition& out) const;
  std::string tgi(const Model& model) const;
  std::string llamacpp(const Model& model);
  std::string trtllm(Dialect dialect, const Model& model) const;
  std::string trtllm_iterations();
  std::string triton(const Model& model) const;
  void triton_model(Exposition& out) const;
  void triton_batcher(Exposition& out, const Model& model) const;
  void append_process(Exposition& out) const;

  /// A family with one value for each replica, with the replica's label where the engine has one.
  template <class Value>
  void each(Exposition& out, std::string_view name, Exposition::Type type, std::string_view help,
            Value value, const Labels& extra = {}) const;

  const Profile profile_;
  engine::EngineKind kind_;
  std::string model_;
  std::uint32_t version_;  // whose names are exposed
  double began_s_;         // seconds since 1970
  std::vector<std::unique_ptr<Meters>> meters_;
  std::vector<std::string> replica_names_;
  std::map<Served, std::uint64_t> served_;
  std::uint64_t requests_ = 0;
  std::uint64_t refused_overloaded_ = 0;
  std::uint64_t refused_invalid_ = 0;
  std::uint64_t failed_ = 0;
  std::deque<Iteration> iterations_;  // TensorRT-LLM; emptied by reading
  std::uint64_t iteration_number_ = 0;
  struct Scraped {  // llama.cpp: what the last scrape saw
    std::uint64_t prompt_tokens = 0;
    double prompt_seconds = 0;
    std::uint64_t tokens = 0;
    double seconds = 0;
  } scraped_;
};

}  // namespace tt::sim
