#include "net/loop.h"

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/test_io.h"

namespace tt::net {
namespace {

/// Two ends of a local stream, watched at one end.
struct Pipe {
  explicit Pipe(Loop& l) : loop(&l) {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()) != 0) throw errno;
    watch = loop->add(ends[0]);
  }
  ~Pipe() {
    loop->remove(watch);
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void put() const { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void take() const {
    char c;
    EXPECT_EQ(::read(ends[0], &c, 1), 1);
  }
  Loop* loop;
  std::array<int, 2> ends{};
  Loop::Watch watch;
};

TEST(Loop, IsOnePerContext) {
  asio::io_context a;
  asio::io_context b;
  EXPECT_EQ(&Loop::of(a), &Loop::of(asio::any_io_executor(a.get_executor())));
  EXPECT_NE(&Loop::of(a), &Loop::of(b));
}

TEST(Loop, WakesManyInOneRun) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  std::vector<std::unique_ptr<Pipe>> pipes;
  int events = 0;
  constexpr int kPipes = 400;  // more than one batch
  constexpr int kEvents = 5;
  for (int i = 0; i < kPipes; ++i) {
    pipes.push_back(std::make_unique<Pipe>(loop));
    go(io, [&, pipe = pipes.back().get()]() -> asio::awaitable<void> {
      for (int k = 0; k < kEvents; ++k) {
        EXPECT_TRUE(co_await loop.wait(pipe->watch, Loop::Direction::kRead));
        pipe->take();
        ++events;
        if (k + 1 < kEvents) pipe->put();
      }
    });
    pipes.back()->put();
  }
  io.run();
  EXPECT_EQ(events, kPipes * kEvents);
}

TEST(Loop, ReadyButUnwantedDoesNotSpin) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  Pipe loud(loop);
  Pipe other(loop);
  int wakes = 0;
  go(io, [&]() -> asio::awaitable<void> {
    // Armed once, then left ready, and then hung up, without a waiter.
    loud.put();
    EXPECT_TRUE(co_await loop.wait(loud.watch, Loop::Direction::kRead));
    ::close(std::exchange(loud.ends[1], -1));
    other.put();
    EXPECT_TRUE(co_await loop.wait(other.watch, Loop::Direction::kRead));
    other.take();
    ++wakes;
    EXPECT_FALSE(co_await loop.wait(other.watch, Loop::Direction::kRead));
    ++wakes;
    // It can be waited for again, and is ready at once.
    EXPECT_TRUE(co_await loop.wait(loud.watch, Loop::Direction::kRead));
    ++wakes;
  });
  std::size_t turns = 0;
  while (wakes == 0 && io.run_one() != 0) ++turns;
  for (int i = 0; i < 10; ++i) turns += io.poll();
  EXPECT_LT(turns, 20U);
  loop.cancel(other.watch);
  io.run();
  EXPECT_EQ(wakes, 3);
}

TEST(Loop, RemovingALaterOneOfTheSameBatchIsSafe) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  auto a = std::make_unique<Pipe>(loop);
  auto b = std::make_unique<Pipe>(loop);
  int ready = 0;
  int gone = 0;
  const auto waiter = [&](std::unique_ptr<Pipe>& mine, std::unique_ptr<Pipe>& other) {
    go(io, [&]() -> asio::awaitable<void> {
      const bool woken = co_await loop.wait(mine->watch, Loop::Direction::kRead);
      ++(woken ? ready : gone);
      if (woken) other.reset();
    });
  };
  waiter(a, b);
  waiter(b, a);
  a->put();
  b->put();
  io.run();
  EXPECT_EQ(ready, 1);
  EXPECT_EQ(gone, 1);
}

TEST(Loop, ASecondWaitOfTheSameKindIsRefused) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  Pipe pipe(loop);
  std::vector<bool> results;
  for (int i = 0; i < 2; ++i) {
    go(io, [&]() -> asio::awaitable<void> {
      results.push_back(co_await loop.wait(pipe.watch, Loop::Direction::kRead));
      if (results.size() == 1) pipe.put();
    });
  }
  io.run();
  EXPECT_EQ(results, (std::vector<bool>{false, true}));
}

TEST(Loop, ReadAndWriteWaitsAreApart) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  Pipe pipe(loop);
  bool wrote = false;
  go(io, [&]() -> asio::awaitable<void> {
    EXPECT_TRUE(co_await loop.wait(pipe.watch, Loop::Direction::kRead));
    EXPECT_TRUE(wrote);
  });
  go(io, [&]() -> asio::awaitable<void> {
    EXPECT_TRUE(co_await loop.wait(pipe.watch, Loop::Direction::kWrite));
    wrote = true;
    pipe.put();
  });
  io.run();
  EXPECT_TRUE(wrote);
}

TEST(Loop, UnknownWatchesEndAtOnce) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  Loop::Watch old = Loop::kNoWatch;
  {
    Pipe pipe(loop);
    old = pipe.watch;
  }
  Pipe successor(loop);  // takes the same slot under a new id
  EXPECT_NE(successor.watch, old);
  loop.cancel(old);
  loop.remove(old);
  int refused = 0;
  go(io, [&]() -> asio::awaitable<void> {
    if (!co_await loop.wait(old, Loop::Direction::kRead)) ++refused;
    if (!co_await loop.wait(Loop::kNoWatch, Loop::Direction::kRead)) ++refused;
  });
  io.run();
  EXPECT_EQ(refused, 2);
}

TEST(Loop, HonoursTheCancellationSlot) {
  asio::io_context io{1};
  Loop& loop = Loop::of(io);
  Pipe pipe(loop);
  asio::cancellation_signal signal;
  std::optional<bool> ready;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        ready = co_await loop.wait(pipe.watch, Loop::Direction::kRead);
      },
      asio::bind_cancellation_slot(signal.slot(), asio::detached));
  io.poll();
  EXPECT_FALSE(ready.has_value());
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(ready, false);
}

TEST(Loop, ContextThatEndsWithWaitersFreesThem) {
  auto token = std::make_shared<int>(0);
  {
    asio::io_context io{1};
    Loop& loop = Loop::of(io);
    for (int i = 0; i < 3; ++i) {
      go(io, [&loop, token]() -> asio::awaitable<void> {
        auto pipe = std::make_unique<Pipe>(loop);
        co_await loop.wait(pipe->watch, Loop::Direction::kRead);
      });
    }
    io.poll();
    EXPECT_GT(token.use_count(), 1);
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace tt::net
