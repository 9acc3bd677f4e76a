// Name lookups. The system's own blocks and cannot be stopped, so a thread beside the loop asks it,
// and neither a deadline, nor a stop, nor the loop's end waits for that thread.
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/connection.h"
#include "net/system_error.h"

namespace tt::net {
namespace {

using Addresses = NetResult<std::vector<Address>>;

/// The coroutine that waits for a lookup, on its loop.
struct Waiter {
  asio::any_io_executor executor;
  asio::steady_timer done;  // expires at the deadline, is cancelled by the answer
};

/// Shared by the thread and the coroutine; under the desk's mutex.
struct Question {
  std::string host;
  std::uint16_t port = 0;
  Waiter* waiter = nullptr;  // null: nobody waits any more
  std::optional<Addresses> answer;
};

/// What this machine lacks for a lookup, as errno; 0: nothing, or it does not show.
int shortage(int failure, int error_number) {
  if (failure == EAI_MEMORY) return ENOMEM;
  if (failure == EAI_SYSTEM && is_client_limit(error_number)) return error_number;
  // The resolver hides what it lacked behind other errors, so whether a socket is to be had is
  // tried.
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return is_client_limit(errno) ? errno : 0;
  ::close(fd);
  return 0;
}

Addresses failed_lookup(const std::string& host, int failure, int error_number) {
  if (const int lacking = shortage(failure, error_number); lacking != 0) {
    return net_fail(Status::kClientLimit, "cannot look up '" + host +
                                              "': " + std::strerror(lacking) +
                                              (lacking == EMFILE ? "; see ulimit -n" : ""));
  }
  const char* why = failure == EAI_SYSTEM ? std::strerror(error_number) : ::gai_strerror(failure);
  return net_fail(Status::kDns, "the name '" + host + "' does not resolve (" + why +
                                    "); check its spelling and the DNS set-up");
}

/// Asks the system; may block for long.
Addresses ask_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  const int failure = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found);
  if (failure != 0) return failed_lookup(host, failure, errno);
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address address;
    if (entry->ai_addrlen > sizeof address.bytes) continue;
    address.size = entry->ai_addrlen;
    std::memcpy(address.bytes, entry->ai_addr, entry->ai_addrlen);
    addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return failed_lookup(host, EAI_NONAME, 0);
  return addresses;
}

/// Takes a loop's questions to the system, one after the other.
class Desk : public std::enable_shared_from_this<Desk> {
 public:
  /// Throws std::system_error where the system gives no thread.
  void ask(std::shared_ptr<Question> question) {
    const std::lock_guard lock(mutex_);
    if (!running_) std::thread([self = shared_from_this()] { self->run(); }).detach();
    running_ = true;
    questions_.push_back(std::move(question));
    news_.notify_one();
  }
  /// The answer, if it came. The waiter may go then.
  std::optional<Addresses> leave(Question& question) {
    const std::lock_guard lock(mutex_);
    question.waiter = nullptr;
    return std::move(question.answer);
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    news_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      news_.wait(lock, [this] { return closed_ || !questions_.empty(); });
      if (closed_) return;
      const std::shared_ptr<Question> question = std::move(questions_.front());
      questions_.pop_front();
      if (question->waiter == nullptr) continue;
      lock.unlock();
      Addresses answer = ask_system(question->host, question->port);
      lock.lock();
      question->answer = std::move(answer);
      // A waiter that is still there keeps its loop alive while the lock is held.
      if (question->waiter == nullptr) continue;
      asio::post(question->waiter->executor, [question] {
        if (question->waiter != nullptr) question->waiter->done.cancel();
      });
    }
  }

  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::shared_ptr<Question>> questions_;
  bool running_ = false;
  bool closed_ = false;
};

/// A loop's desk, closed with it.
class DeskService final : public asio::execution_context::service {
 public:
  using key_type = DeskService;
  static asio::execution_context::id id;
  explicit DeskService(asio::execution_context& context)
      : asio::execution_context::service(context) {}
  const std::shared_ptr<Desk>& desk() const { return desk_; }

 private:
  void shutdown() override { desk_->close(); }
  std::shared_ptr<Desk> desk_ = std::make_shared<Desk>();
};
asio::execution_context::id DeskService::id;

/// Forgets the waiter when its coroutine ends, and however it ends.
class Waiting {
 public:
  Waiting(Desk& desk, Question& question) : desk_(desk), question_(question) {}
  ~Waiting() { desk_.leave(question_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Desk& desk_;
  Question& question_;
};

}  // namespace

asio::awaitable<Addresses> resolve(std::string host, std::uint16_t port, Nanos deadline) {
  if (auto numeric = Address::numeric(host, port)) co_return std::vector<Address>(1, *numeric);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto desk = asio::use_service<DeskService>(executor.context()).desk();
  using Instant = asio::steady_timer::time_point;
  Waiter waiter{executor,
                asio::steady_timer(executor, deadline == kNever
                                                 ? Instant::max()
                                                 : Instant(std::chrono::nanoseconds(deadline)))};
  const auto question = std::make_shared<Question>(host, port, &waiter);
  const Waiting waiting(*desk, *question);
  try {
    desk->ask(question);
  } catch (const std::system_error& thrown) {  // no thread to be had
    co_return net_fail(Status::kClientLimit,
                       "cannot look up '" + host + "': " + thrown.what() + "; see ulimit -u");
  }
  boost::system::error_code woken;
  co_await waiter.done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  if (auto answer = desk->leave(*question)) co_return std::move(*answer);
  if (woken) co_return net_fail(Status::kCancelled, "the lookup of '" + host + "' was cancelled");
  co_return net_fail(Status::kConnectTimeout,
                     "the name '" + host + "' was not resolved in time; check the DNS set-up");
}

}  // namespace tt::net
