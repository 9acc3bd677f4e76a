#include "sim/core.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sim/answer.h"
#include "sim/session.h"

namespace tt::sim {
namespace {

// The truth is formatted when nothing has been going on for so long.
constexpr auto kIdleBeforeFlush = std::chrono::milliseconds(200);

std::chrono::steady_clock::time_point time_point(Nanos at) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(at));
}

}  // namespace

Core::Core(boost::asio::io_context& context, ServerOptions options,
           std::unique_ptr<TruthWriter> truth)
    : context_(context),
      options_(std::move(options)),
      habits_(habits(options_.engine)),
      model_(make_model(options_.profile, options_.seed)),
      metrics_(options_.profile, options_.engine, options_.models.front(), model_->replicas()),
      truth_(std::move(truth)),
      timer_(context),
      idle_timer_(context),
      began_(steady_now()) {
  identity_ = {.kind = options_.engine,
               .models = options_.models,
               .version = options_.profile.engine_version,
               .max_length = options_.profile.limits.max_model_tokens};
  if (options_.profile.limits.max_concurrent > 0) {
    identity_.max_concurrent = options_.profile.limits.max_concurrent;
  }
}

std::uint64_t Core::enter(Answer& answer) {
  const std::uint32_t index = answers_.take();
  answers_[index].answer = &answer;
  return answers_.id(index);
}

void Core::forget(std::uint64_t tag) {
  const std::uint32_t index = answers_.find(tag);
  if (index == kNoSlot) return;
  answers_.give(index);
  if (answers_.in_use() == 0) flush_when_idle();
}

Answer* Core::find(std::uint64_t tag) const {
  const std::uint32_t index = answers_.find(tag);
  return index == kNoSlot ? nullptr : answers_[index].answer;
}

std::expected<RequestId, Refusal> Core::submit(Submission submission) {
  auto id = model_->submit(std::move(submission));
  arm();
  return id;
}

bool Core::loaded() const {
  return habits_.loading == Habits::Loading::kOnDemand ||
         steady_now() >= began_ + options_.profile.cold_start.load;
}

Nanos Core::schedulable(Nanos received) {
  const ColdStart& cold = options_.profile.cold_start;
  if (habits_.loading != Habits::Loading::kOnDemand || cold.load == 0) return received;
  const bool unloaded =
      cold.keep_alive > 0 && answers_.in_use() == 0 && received - last_use_ > cold.keep_alive;
  if (ready_ == kNever || unloaded) ready_ = received + cold.load;
  return std::max(ready_, received);
}

void Core::cancel(RequestId id) { model_->cancel(id); }

void Core::wake_at(Nanos at, std::uint64_t tag, Wake wake) {
  waits_.emplace(at, Wait{tag, wake});
  arm();
}

void Core::arm() {
  if (ticking_ || stopped_) return;  // tick() arms at its end
  Nanos next = model_->next_event();
  if (!waits_.empty() && (next == kNever || waits_.begin()->first < next)) {
    next = waits_.begin()->first;
  }
  if (next == armed_for_) return;
  armed_for_ = next;
  if (next == kNever) {
    timer_.cancel();
    return;
  }
  timer_.expires_at(time_point(next));
  timer_.async_wait([self = weak_from_this()](const boost::system::error_code& ec) {
    const auto core = self.lock();
    if (!ec && core != nullptr) core->tick();
  });
}

/// One pass over all that is due: each stream's event is handed to the kernel as it is made.
void Core::tick() {
  if (stopped_) return;
  armed_for_ = kNever;
  ticking_ = true;
  const Nanos now = steady_now();
  wake_due(now);
  for (const Emission& emission : model_->advance(now)) {
    if (Answer* answer = find(emission.tag)) answer->take(emission);
  }
  metrics_.steps(model_->steps(), *model_);
  ticking_ = false;
  arm();
}

void Core::wake_due(Nanos now) {
  while (!waits_.empty() && waits_.begin()->first <= now) {
    const Wait wait = waits_.begin()->second;
    waits_.erase(waits_.begin());
    Answer* answer = find(wait.tag);
    if (answer == nullptr) continue;
    if (wait.wake == Wake::kPing) {
      answer->ping();
    } else {
      answer->release();
    }
  }
}

void Core::flush_when_idle() {
  if (truth_ == nullptr || stopped_) return;
  idle_timer_.expires_after(kIdleBeforeFlush);
  idle_timer_.async_wait([self = weak_from_this()](const boost::system::error_code& ec) {
    const auto core = self.lock();
    // A failure shows again at stop(), where somebody listens.
    if (!ec && core != nullptr && core->answers_.in_use() == 0) (void)core->truth_->flush();
  });
}

void Core::stop() {
  if (std::exchange(stopped_, true)) return;
  timer_.cancel();
  idle_timer_.cancel();
  for (Session* session : sessions_) session->drop(false);
}

}  // namespace tt::sim
