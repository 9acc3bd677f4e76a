// A family of metrics with a sample for each replica. For the pages' sources alone.
#pragma once

#include <type_traits>

#include "sim/metrics.h"

namespace tt::sim {

/// Label of the replica, and the model's.
inline Labels Metrics::labels(std::string_view replica) const {
  switch (kind_) {
    case engine::EngineKind::kVllm:
      // Early engines had one process, and no label for it.
      if (version_ < 901) return {{"model_name", model_}};
      return {{"engine", replica}, {"model_name", model_}};
    case engine::EngineKind::kSglang: {
      Labels all{{"model_name", model_},
                 {"engine_type", "unified"},
                 {"tp_rank", "0"},
                 {"pp_rank", "0"},
                 {"moe_ep_rank", "0"}};
      if (meters_.size() > 1) all.emplace_back("dp_rank", replica);
      return all;
    }
    case engine::EngineKind::kTensorRtLlm:
      return {{"model_name", model_}, {"engine_type", "trtllm"}};
    default:
      return {};
  }
}

/// `value(meters, replica)` is a number or a histogram.
template <class Value>
void Metrics::each(Exposition& out, std::string_view name, Exposition::Type type,
                   std::string_view help, Value value, const Labels& extra) const {
  out.family(name, type, help);
  for (std::uint16_t i = 0; i < replica_count(); ++i) {
    Labels all = labels(replica_names_[i]);
    all.insert(all.end(), extra.begin(), extra.end());
    decltype(auto) read = value(*meters_[i], i);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(read)>, Histogram>) {
      out.sample(all, read);
    } else {
      out.sample(all, static_cast<double>(read));
    }
  }
}

}  // namespace tt::sim
