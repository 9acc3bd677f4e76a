#include "net/receive_stamp.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tt::net {
namespace {

TEST(ReceiveStamp, AMessageWithoutControlDataHasNone) {
  char control[1];
  msghdr message{};
  EXPECT_EQ(receive_stamp(message), kNever);
  message.msg_control = control;
  EXPECT_EQ(receive_stamp(message), kNever);
}

TEST(ReceiveStamp, WhereStampingIsOnASecondKeeperSeesIt) {
  const StampKeeper first;
  const StampKeeper second;
  EXPECT_TRUE(second.stamping() || !first.stamping());
}

TEST(ReceiveStamp, WhatIsNoSocketIsLeftAlone) { ask_for_receive_stamps(-1); }

}  // namespace
}  // namespace tt::net
