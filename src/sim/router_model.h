// Several replicas of an engine behind one address: a router gives each request to one of them.
#pragma once

#include <memory>
#include <vector>

#include "sim/model.h"

namespace tt::sim {

class RouterModel final : public Model {
 public:
  /// At least one replica.
  RouterModel(RouterPolicy policy, std::vector<std::unique_ptr<Model>> replicas);

  std::expected<RequestId, Refusal> submit(Submission submission) override;
  std::uint32_t cached_tokens(const Submission& submission) const override;
  void cancel(RequestId id) override;
  Nanos next_event() const override;
  std::span<const Emission> advance(Nanos t) override;
  std::span<const StepRecord> steps() const override { return records_; }
  Load load() const override;
  std::uint16_t replicas() const override;
  Load replica_load(std::uint16_t replica) const override;
  std::uint16_t replica_of(RequestId id) const override;

 private:
  std::size_t choose(const Submission& submission);
  std::size_t least_loaded() const;

  RouterPolicy policy_;
  std::vector<std::unique_ptr<Model>> replicas_;
  std::size_t next_ = 0;  // of the round
  std::vector<Emission> emissions_;
  std::vector<StepRecord> records_;
};

}  // namespace tt::sim
