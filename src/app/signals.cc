#include "app/signals.h"

namespace tt::app {
namespace {

static_assert(trial::StopSwitch::is_always_lock_free, "set from a signal handler");
trial::StopSwitch stop_switch{load::StopMode::kPlay};

void on_signal(int) {
  const auto now = stop_switch.load(std::memory_order_relaxed);
  stop_switch.store(now == load::StopMode::kPlay ? load::StopMode::kDrain : load::StopMode::kAbort,
                    std::memory_order_relaxed);
}

}  // namespace

StopOnSignals::StopOnSignals() {
  stop_switch.store(load::StopMode::kPlay);
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

StopOnSignals::~StopOnSignals() {
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

const trial::StopSwitch& StopOnSignals::stop() const { return stop_switch; }

}  // namespace tt::app
