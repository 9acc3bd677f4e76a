#include "app/signals.h"

#include <string_view>

#include <unistd.h>

#include "app/command.h"

namespace tt::app {
namespace {

static_assert(trial::StopSwitch::is_always_lock_free, "set from a signal handler");
trial::StopSwitch stop_switch{load::StopMode::kPlay};
std::atomic<bool> something_to_lose{false};

void on_signal(int) {
  const auto now = stop_switch.load(std::memory_order_relaxed);
  if (now != load::StopMode::kPlay && !something_to_lose.load(std::memory_order_relaxed)) {
    constexpr std::string_view kShowCursor = "\x1b[?25h";
    if (isatty(STDERR_FILENO) == 1) {
      (void)!write(STDERR_FILENO, kShowCursor.data(), kShowCursor.size());
    }
    _exit(static_cast<int>(ExitCode::kFailed));
  }
  stop_switch.store(now == load::StopMode::kPlay ? load::StopMode::kDrain : load::StopMode::kAbort,
                    std::memory_order_relaxed);
}

}  // namespace

StopOnSignals::StopOnSignals() {
  stop_switch.store(load::StopMode::kPlay);
  something_to_lose.store(false);
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

void StopOnSignals::load_began() { something_to_lose.store(true); }

const trial::StopSwitch& StopOnSignals::stop() const { return stop_switch; }

}  // namespace tt::app
