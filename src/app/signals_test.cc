#include "app/signals.h"

#include <csignal>

#include <gtest/gtest.h>

#include "app/command.h"

namespace tt::app {
namespace {

using load::StopMode;

TEST(StopOnSignals, OnceDrainsAndTwiceAborts) {
  StopOnSignals signals;
  EXPECT_EQ(signals.stop().load(), StopMode::kPlay);
  signals.load_began();
  std::raise(SIGINT);
  EXPECT_EQ(signals.stop().load(), StopMode::kDrain);
  std::raise(SIGTERM);
  EXPECT_EQ(signals.stop().load(), StopMode::kAbort);
  std::raise(SIGINT);  // and goes on: what was recorded is being written
  EXPECT_EQ(signals.stop().load(), StopMode::kAbort);
}

TEST(StopOnSignals, AnotherRunStartsAfresh) {
  {
    StopOnSignals signals;
    signals.load_began();
    std::raise(SIGINT);
  }
  const StopOnSignals signals;
  EXPECT_EQ(signals.stop().load(), StopMode::kPlay);
}

TEST(StopOnSignalsDeathTest, TwiceBeforeTheLoadLeavesAtOnce) {
  EXPECT_EXIT(
      {
        const StopOnSignals signals;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      testing::ExitedWithCode(static_cast<int>(ExitCode::kFailed)), "");
}

TEST(StopOnSignalsDeathTest, WhatASignalDidBeforeItDoesAfterwards) {
  EXPECT_EXIT(
      {
        std::signal(SIGTERM, SIG_DFL);
        {
          const StopOnSignals signals;
        }
        std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace tt::app
