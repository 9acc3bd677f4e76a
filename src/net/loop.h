// What all connections of one asio::io_context share: a poll set and a stamp clock.
//
// Asio re-arms epoll once a wait (epoll_ctl), which at one wait an event costs as much as the read.
// So sockets are watched by an epoll set of our own, level-triggered and armed once a socket; asio
// waits for that set as a whole, and each time it is ready all ready sockets are served in a batch.
//
// The io_context must be run by one thread at a time; nothing here is thread-safe.
#pragma once

#include <cstdint>
#include <memory>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/stamp_clock.h"

namespace tt::net {

namespace asio = boost::asio;

/// A service of the io_context: made on first use, and told by it when to let go of waiters.
class Loop final : public asio::execution_context::service {
 public:
  using key_type = Loop;
  static asio::execution_context::id id;

  /// The loop of an io_context.
  static Loop& of(asio::execution_context& context);
  /// The loop that the calling coroutine runs on.
  static Loop& of(const asio::any_io_executor& executor);

  explicit Loop(asio::execution_context& context);
  ~Loop() override;

  StampClock& stamps() { return stamps_; }

  /// A watched file descriptor. Ids are never used twice.
  using Watch = std::uint64_t;
  static constexpr Watch kNoWatch = 0;
  enum class Direction : std::uint8_t { kRead, kWrite };

  /// Begins to watch a non-blocking descriptor; remove() it before closing it.
  Watch add(int fd);
  /// Ends its waits, each with false.
  void remove(Watch watch);
  /// Ends its waits, each with false; it stays watched.
  void cancel(Watch watch);
  /// True when the descriptor is ready (or has failed or hung up); false when cancelled, removed,
  /// or where the system cannot watch it. At most one wait a direction at a time: a second one ends
  /// at once with false. Honours the coroutine's cancellation slot.
  asio::awaitable<bool> wait(Watch watch, Direction direction);
  /// Why the system could last not watch something, as errno; 0: it always could.
  int trouble() const;

 private:
  void shutdown() override;

  struct Impl;
  StampClock stamps_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::net
