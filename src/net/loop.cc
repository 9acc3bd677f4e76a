#include "net/loop.h"

#include <array>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <sys/epoll.h>
#include <unistd.h>

namespace tt::net {
namespace {

// The coroutine that waits. Naming the type, rather than erasing it, keeps a wait free of
// allocations beyond asio's own recycled coroutine frame.
using Waiter = asio::async_result<asio::use_awaitable_t<>, void(bool)>::handler_type;

constexpr int kBatch = 256;
constexpr std::uint32_t kBits[2] = {EPOLLIN, EPOLLOUT};
constexpr std::uint32_t kWakes[2] = {EPOLLIN | EPOLLHUP | EPOLLERR, EPOLLOUT | EPOLLHUP | EPOLLERR};

struct Slot {
  int fd = -1;
  std::uint32_t generation = 0;
  std::uint32_t armed = 0;  // what epoll watches for us; 0: not in the set
  std::array<std::optional<Waiter>, 2> waiters;
};

/// Resumes a coroutine from the loop, never from inside the call that ended its wait.
void post_result(Waiter waiter, bool ready) {
  auto executor = asio::get_associated_executor(waiter);
  asio::post(executor, [w = std::move(waiter), ready]() mutable { std::move(w)(ready); });
}

}  // namespace

asio::execution_context::id Loop::id;

struct Loop::Impl {
  explicit Impl(asio::execution_context& context)
      : epoll_fd(::epoll_create1(EPOLL_CLOEXEC)), epoll(static_cast<asio::io_context&>(context)) {
    boost::system::error_code ec;
    if (epoll_fd < 0) {
      trouble = errno;
    } else {
      epoll.assign(epoll_fd, ec);
      trouble = ec.value();
    }
    usable = trouble == 0;
  }

  Slot* find(Watch watch) {
    const std::size_t index = static_cast<std::uint32_t>(watch);
    if (index == 0 || index > slots.size()) return nullptr;
    Slot& slot = slots[index - 1];
    return slot.fd >= 0 && slot.generation == watch >> 32 ? &slot : nullptr;
  }

  Watch id_of(const Slot& slot) const {
    const auto index = static_cast<std::uint64_t>(&slot - slots.data());
    return std::uint64_t{slot.generation} << 32 | (index + 1);
  }

  /// Makes epoll watch for exactly `interest`. A socket nobody waits for leaves the set, because
  /// epoll reports hang-ups whether or not they were asked for.
  bool arm(Slot& slot, std::uint32_t interest) {
    if (slot.armed == interest) return true;
    epoll_event event{};
    event.events = interest;
    event.data.u64 = id_of(slot);
    const int op = interest == 0 ? EPOLL_CTL_DEL : slot.armed == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(epoll_fd, op, slot.fd, &event) != 0) {
      trouble = errno;
      return false;
    }
    slot.armed = interest;
    return true;
  }

  void start(Watch watch, Direction direction, Waiter waiter);
  void end_waits(Slot& slot);
  /// With nobody left to wait for, the io_context must be free to run out of work.
  void stop_when_idle() {
    if (waiting == 0 && watching && !shut_down) epoll.cancel();
  }
  void watch_set();
  void serve();
  void wake(const epoll_event& event);
  std::optional<Waiter> take(Slot& slot, Direction direction, std::uint32_t happened);

  int epoll_fd;
  asio::posix::stream_descriptor epoll;
  bool usable = false;
  int trouble = 0;
  bool watching = false;  // asio waits for the set
  bool serving = false;   // serve() is on the stack and will watch again
  bool shut_down = false;
  std::size_t waiting = 0;  // waiters in all slots
  std::vector<Slot> slots;
  std::vector<std::uint32_t> free_slots;
  std::array<epoll_event, kBatch> events;
};

void Loop::Impl::start(Watch watch, Direction direction, Waiter waiter) {
  const auto side = static_cast<std::size_t>(direction);
  Slot* slot = find(watch);
  if (slot == nullptr || slot->waiters[side] || !usable || shut_down ||
      !arm(*slot, slot->armed | kBits[side])) {
    post_result(std::move(waiter), false);
    return;
  }
  if (auto cancellation = asio::get_associated_cancellation_slot(waiter);
      cancellation.is_connected()) {
    cancellation.assign([this, watch, side](asio::cancellation_type) {
      Slot* cancelled = find(watch);
      if (cancelled == nullptr || !cancelled->waiters[side]) return;
      --waiting;
      post_result(*std::exchange(cancelled->waiters[side], std::nullopt), false);
      stop_when_idle();
    });
  }
  slot->waiters[side].emplace(std::move(waiter));
  ++waiting;
  watch_set();
}

void Loop::Impl::end_waits(Slot& slot) {
  for (auto& waiter : slot.waiters) {
    if (!waiter) continue;
    --waiting;
    post_result(*std::exchange(waiter, std::nullopt), false);
  }
  stop_when_idle();
}

void Loop::Impl::watch_set() {
  if (watching || serving || waiting == 0 || shut_down) return;
  watching = true;
  epoll.async_wait(asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& ec) {
                     watching = false;
                     if (shut_down) return;
                     if (!ec) serve();
                     watch_set();
                   });
}

void Loop::Impl::serve() {
  const int count = ::epoll_wait(epoll_fd, events.data(), kBatch, 0);
  struct Serving {  // a coroutine's exception may pass through
    Impl& impl;
    explicit Serving(Impl& i) : impl(i) { impl.serving = true; }
    ~Serving() {
      impl.serving = false;
      impl.watch_set();
    }
  } guard(*this);
  for (int i = 0; i < count; ++i) wake(events[static_cast<std::size_t>(i)]);
}

void Loop::Impl::wake(const epoll_event& event) {
  Slot* slot = find(event.data.u64);
  if (slot == nullptr) return;  // removed earlier in this batch
  // Stays armed while somebody comes back for more; only an event that nobody wants disarms.
  std::uint32_t unwanted = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    if ((event.events & kWakes[side]) != 0 && !slot->waiters[side]) unwanted |= kBits[side];
  }
  if (unwanted != 0) arm(*slot, slot->armed & ~unwanted);
  // Both are taken before either runs: what runs may remove the slot.
  auto reader = take(*slot, Direction::kRead, event.events);
  auto writer = take(*slot, Direction::kWrite, event.events);
  if (reader) std::move (*reader)(true);
  if (writer) std::move (*writer)(true);
}

std::optional<Waiter> Loop::Impl::take(Slot& slot, Direction direction, std::uint32_t happened) {
  const auto side = static_cast<std::size_t>(direction);
  if ((happened & kWakes[side]) == 0 || !slot.waiters[side]) return std::nullopt;
  --waiting;
  return std::exchange(slot.waiters[side], std::nullopt);
}

Loop& Loop::of(asio::execution_context& context) { return asio::use_service<Loop>(context); }

Loop& Loop::of(const asio::any_io_executor& executor) {
  return of(asio::query(executor, asio::execution::context));
}

Loop::Loop(asio::execution_context& context)
    : asio::execution_context::service(context), impl_(std::make_unique<Impl>(context)) {}

Loop::~Loop() = default;

void Loop::shutdown() {
  impl_->shut_down = true;
  // Destroying a waiter destroys its coroutine, and with it connections that call remove().
  std::vector<Waiter> waiters;
  for (Slot& slot : impl_->slots) {
    for (auto& waiter : slot.waiters) {
      if (waiter) waiters.push_back(*std::exchange(waiter, std::nullopt));
    }
  }
  impl_->waiting = 0;
}

Loop::Watch Loop::add(int fd) {
  if (impl_->free_slots.empty()) {
    impl_->slots.emplace_back();
    impl_->free_slots.push_back(static_cast<std::uint32_t>(impl_->slots.size() - 1));
  }
  Slot& slot = impl_->slots[impl_->free_slots.back()];
  impl_->free_slots.pop_back();
  slot.fd = fd;
  ++slot.generation;
  return impl_->id_of(slot);
}

void Loop::remove(Watch watch) {
  Slot* slot = impl_->find(watch);
  if (slot == nullptr) return;
  impl_->arm(*slot, 0);
  slot->armed = 0;
  slot->fd = -1;
  impl_->free_slots.push_back(static_cast<std::uint32_t>(slot - impl_->slots.data()));
  impl_->end_waits(*slot);
}

void Loop::cancel(Watch watch) {
  if (Slot* slot = impl_->find(watch)) impl_->end_waits(*slot);
}

int Loop::trouble() const { return impl_->trouble; }

asio::awaitable<bool> Loop::wait(Watch watch, Direction direction) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
      [impl = impl_.get(), watch, direction](auto&& waiter) {
        impl->start(watch, direction, std::forward<decltype(waiter)>(waiter));
      },
      asio::use_awaitable);
}

}  // namespace tt::net
