#include "load/pacer.h"

#include <deque>

namespace tt::load {
namespace {

// How many of `count` requests dealt out from the first one fall to the worker that is `ahead` of
// it; nullopt where nothing limits them.
std::optional<std::uint64_t> quota_of(std::uint64_t count, WorkerShare share, std::uint64_t ahead) {
  if (count == 0) return std::nullopt;
  return count / share.count + (ahead < count % share.count ? 1 : 0);
}

class ClosedPacer final : public Pacer {
 public:
  ClosedPacer(const Stint& stint, WorkerShare share, std::uint32_t users, std::uint64_t first,
              Nanos start)
      : warmup_(stint.warmup),
        duration_(stint.duration),
        step_(share.count),
        next_(own_index(first, share)),
        quota_(quota_of(stint.count, share, next_ - first)),
        start_(start),
        free_(users, start) {}

  void shift(Nanos by) override {
    start_ += by;
    for (Nanos& at : free_) at += by;
  }
  std::optional<Due> take(Nanos now) override {
    if (free_.empty() || exhausted(now)) return std::nullopt;
    Due due{.index = next_, .planned = free_.front()};
    due.warmup = workload::in_warmup(warmup_, next_, now - start_);
    if (!due.warmup) {
      if (end_ == kNever && duration_ > 0) end_ = now + duration_;
      if (quota_) --*quota_;
    }
    free_.pop_front();
    next_ += step_;
    return due;
  }
  void ended(Nanos now) override { free_.push_back(now); }
  Nanos next_due() const override { return free_.empty() ? kNever : free_.front(); }
  bool exhausted(Nanos now) const override {
    return quota_ == 0u || (end_ != kNever && now >= end_);
  }
  std::optional<std::uint64_t> upcoming(std::size_t ahead) const override {
    return quota_ && *quota_ <= ahead ? std::nullopt : std::optional(next_ + ahead * step_);
  }
  std::optional<Due> give_up(Nanos now) override {
    if (!quota_ || *quota_ == 0) return std::nullopt;
    // How long a warm-up by time would have been in requests, nobody knows.
    const bool warmup = next_ < warmup_.requests;
    if (!warmup) --*quota_;
    Due due{.index = next_, .planned = now, .warmup = warmup, .dropped = true};
    next_ += step_;
    return due;
  }

 private:
  plan::Warmup warmup_;
  Nanos duration_;
  std::uint64_t step_;
  std::uint64_t next_;
  std::optional<std::uint64_t> quota_;  // measured requests still to send; none: no limit
  Nanos start_;
  Nanos end_ = kNever;      // known once the first measured request has left
  std::deque<Nanos> free_;  // when each free slot came free, oldest first
};

// Users come and go: places are counted, not kept. What is in flight beyond the number of users is
// never cut short.
class ShapedPacer final : public Pacer {
 public:
  ShapedPacer(const Stint& stint, WorkerShare share, std::span<const plan::UserChange> users,
              std::uint64_t first, Nanos start)
      : stint_(stint),
        share_(share),
        users_(users),
        next_(own_index(first, share)),
        quota_(quota_of(stint.count, share, next_ - first)),
        start_(start),
        warm_(stint.warmup.requests > 0 || stint.warmup.duration > 0) {
    if (!warm_) origin_ = start;
    follow(start);
  }

  void shift(Nanos by) override {
    start_ += by;
    if (!warm_) origin_ += by;
    for (Nanos& at : free_) at += by;
  }
  std::optional<Due> take(Nanos now) override {
    follow(now);
    if (free_.empty() || exhausted(now)) return std::nullopt;
    Due due{.index = next_, .planned = free_.front()};
    due.warmup = workload::in_warmup(stint_.warmup, next_, now - start_);
    if (!due.warmup) {
      if (origin_ == kNever) origin_ = now;
      if (quota_) --*quota_;
    }
    free_.pop_front();
    ++in_flight_;
    next_ += share_.count;
    return due;
  }
  void ended(Nanos now) override {
    follow(now);
    --in_flight_;
    if (in_flight_ + free_.size() < present_) free_.push_back(now);
  }
  Nanos next_due() const override {
    if (!free_.empty()) return free_.front();
    return origin_ == kNever || at_ >= users_.size() ? kNever : origin_ + users_[at_].at;
  }
  bool exhausted(Nanos now) const override {
    return quota_ == 0U || (origin_ != kNever && now - origin_ >= stint_.duration);
  }
  std::optional<std::uint64_t> upcoming(std::size_t ahead) const override {
    return quota_ && *quota_ <= ahead ? std::nullopt : std::optional(next_ + ahead * share_.count);
  }
  std::optional<Due> give_up(Nanos now) override {
    if (!quota_ || *quota_ == 0) return std::nullopt;
    const bool warmup = next_ < stint_.warmup.requests;
    if (!warmup) --*quota_;
    Due due{.index = next_, .planned = now, .warmup = warmup, .dropped = true};
    next_ += share_.count;
    return due;
  }

 private:
  // Brings the number of users up to date. Who has come since asks from the instant of the change.
  void follow(Nanos now) {
    if (at_ == 0) change(start_);
    while (origin_ != kNever && at_ < users_.size() && origin_ + users_[at_].at <= now) {
      change(origin_ + users_[at_].at);
    }
  }
  void change(Nanos at) {
    present_ = share_of(users_[at_++].users, share_);
    while (in_flight_ + free_.size() < present_) free_.push_back(at);
    while (!free_.empty() && in_flight_ + free_.size() > present_) free_.pop_back();
  }

  Stint stint_;
  WorkerShare share_;
  std::span<const plan::UserChange> users_;
  std::uint64_t next_;
  std::optional<std::uint64_t> quota_;
  Nanos start_;
  bool warm_;
  Nanos origin_ = kNever;    // of the shape; with a warm-up: once the first measured request left
  std::size_t at_ = 0;       // the next change
  std::size_t present_ = 0;  // users of this worker
  std::size_t in_flight_ = 0;
  std::deque<Nanos> free_;  // when each user who does not wait for an answer came free
};

class OpenPacer final : public Pacer {
 public:
  OpenPacer(const Stint& stint, WorkerShare share,
            std::span<const workload::PlannedRequest> schedule, std::uint32_t max_in_flight,
            Nanos start)
      : warmup_(stint.warmup),
        schedule_(schedule),
        step_(share.count),
        next_(own_index(stint.first, share)),
        last_(stint.last),
        offset_(start - stint.origin),
        cap_(max_in_flight) {}

  void shift(Nanos by) override { offset_ += by; }
  std::optional<Due> take(Nanos now) override {
    if (next_ >= last_) return std::nullopt;
    if (planned() > now) return std::nullopt;
    Due due = due_now(cap_ > 0 && in_flight_ >= cap_);
    next_ += step_;
    if (!due.dropped) ++in_flight_;
    return due;
  }
  void ended(Nanos) override { --in_flight_; }
  Nanos next_due() const override { return next_ >= last_ ? kNever : planned(); }
  bool exhausted(Nanos) const override { return next_ >= last_; }
  std::optional<std::uint64_t> upcoming(std::size_t ahead) const override {
    const std::uint64_t index = next_ + ahead * step_;
    return index < last_ ? std::optional(index) : std::nullopt;
  }
  std::optional<Due> give_up(Nanos) override {
    if (next_ >= last_) return std::nullopt;
    Due due = due_now(true);
    next_ += step_;
    return due;
  }

 private:
  Nanos planned() const { return schedule_[next_].at + offset_; }
  Due due_now(bool dropped) const {
    return {.index = next_,
            .planned = planned(),
            .warmup = workload::in_warmup(warmup_, next_, schedule_[next_].at),
            .dropped = dropped};
  }

  plan::Warmup warmup_;
  std::span<const workload::PlannedRequest> schedule_;
  std::uint64_t step_;
  std::uint64_t next_;
  std::uint64_t last_;
  Nanos offset_;
  std::uint32_t cap_;
  std::uint32_t in_flight_ = 0;
};

}  // namespace

std::unique_ptr<Pacer> make_closed_pacer(const Stint& stint, WorkerShare share, std::uint32_t users,
                                         std::uint64_t first, Nanos start) {
  return std::make_unique<ClosedPacer>(stint, share, users, first, start);
}

std::unique_ptr<Pacer> make_shaped_pacer(const Stint& stint, WorkerShare share,
                                         std::span<const plan::UserChange> users,
                                         std::uint64_t first, Nanos start) {
  return std::make_unique<ShapedPacer>(stint, share, users, first, start);
}

std::unique_ptr<Pacer> make_open_pacer(const Stint& stint, WorkerShare share,
                                       std::span<const workload::PlannedRequest> schedule,
                                       std::uint32_t max_in_flight, Nanos start) {
  return std::make_unique<OpenPacer>(stint, share, schedule, max_in_flight, start);
}

std::uint64_t own_index(std::uint64_t first, WorkerShare share) {
  const std::uint64_t ahead = (share.index + share.count - first % share.count) % share.count;
  return first + ahead;
}

}  // namespace tt::load
