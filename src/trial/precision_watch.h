// Ends a load early: hears every row, and knows which targets' figures are narrow enough.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "analysis/until.h"
#include "plan/plan.h"
#include "record/stream.h"

namespace tt::trial {

class PrecisionWatch final : public record::Listener {
 public:
  explicit PrecisionWatch(const plan::Plan& plan);

  /// On the collector's thread: only copies what a look needs.
  void on_row(const record::Row& row) override;

  /// True once every figure of the target is as narrow as the plan asks, and it was measured for
  /// at least the plan's time. Takes a look where one is due. From one thread at a time, any but
  /// the collector's. A target that was given up keeps nobody waiting: of it always true.
  bool reached(std::uint32_t target);
  bool all_reached();
  /// No more will come of this target. From the same thread.
  void give_up(std::uint32_t target) { seats_[target].given_up = true; }

  /// For the manifest: what the last looks found, a line a target and figure.
  std::vector<std::string> notes() const;

 private:
  struct Seat {
    std::vector<analysis::PrecisionRule> rules;
    std::vector<Nanos> from;  // by block: first send and last end
    std::vector<Nanos> to;
    bool reached = false;
    bool given_up = false;
  };
  bool measured_enough(const Seat& seat) const;

  const plan::Stop& stop_;
  std::vector<std::string> names_;
  std::vector<Seat> seats_;
  std::vector<record::Row> waiting_;  // without their chunks
  std::mutex mutex_;                  // of waiting_
};

}  // namespace tt::trial
