// A lookup that hangs: neither a deadline, nor a stop, nor the loop's end waits for it.
#include <atomic>
#include <string_view>

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include "net/fetch.h"
#include "net/test_io.h"

namespace {
std::atomic<int> hanging{0};       // lookups that hang now
std::atomic<bool> release{false};  // they may end
}  // namespace

// In place of the system's, in this test program: the name "hangs.invalid" is answered when told.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Function = decltype(&::getaddrinfo);
  static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (host == nullptr || std::string_view(host) != "hangs.invalid") {
    return real(host, service, hints, found);
  }
  ++hanging;
  hanging.notify_all();
  release.wait(false);
  --hanging;
  hanging.notify_all();
  return EAI_NONAME;
}

namespace tt::net {
namespace {

/// Lets the lookups of a test go at its end, and waits until they went.
struct LookupsHang {
  LookupsHang() { release = false; }
  ~LookupsHang() {
    release = true;
    release.notify_all();
    for (int n = hanging; n != 0; n = hanging) hanging.wait(n);
  }
};

TEST(Resolve, ADeadlineDoesNotWaitForALookupThatHangs) {
  const LookupsHang hang;
  const auto reply = fetch_now(endpoint_of(80, "hangs.invalid"), {.timeout = 20 * kMillisecond});
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().status, Status::kConnectTimeout);
  EXPECT_NE(reply.error().message.find("hangs.invalid"), std::string::npos);
}

TEST(Resolve, AStopDoesNotWaitForALookupThatHangs) {
  const LookupsHang hang;
  const auto reply = fetch_now(endpoint_of(80, "hangs.invalid"), {.timeout = 0},
                               [] { return hanging.load() > 0; });
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().status, Status::kCancelled);
}

TEST(Resolve, ALoopThatEndsLeavesItsLookupsBehind) {
  const LookupsHang hang;
  {
    asio::io_context io{1};
    go(io, [&]() -> asio::awaitable<void> {
      co_await resolve("hangs.invalid", 80);
      ADD_FAILURE() << "it was answered";
    });
    while (hanging.load() == 0) io.poll();
  }
  EXPECT_EQ(hanging.load(), 1) << "the loop is gone, the lookup is not";
}

TEST(Resolve, ANameIsAnsweredFromTheThreadBeside) {
  asio::io_context io{1};
  go(io, [&]() -> asio::awaitable<void> {
    const auto first = co_await resolve("localhost", 80);
    EXPECT_TRUE(first.has_value() && !first->empty());
    const auto second = co_await resolve("localhost", 81);  // the same thread takes both
    EXPECT_TRUE(second.has_value() && !second->empty());
    const auto none = co_await resolve("no such name", 80);
    EXPECT_FALSE(none.has_value());
    if (none) co_return;
    EXPECT_EQ(none.error().status, Status::kDns);
  });
  io.run();
}

}  // namespace
}  // namespace tt::net
