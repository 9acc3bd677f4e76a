#include "net/system_error.h"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "net/fetch.h"
#include "net/test_io.h"

namespace tt::net {
namespace {

/// While it lives, this process may open `more` files and no further one.
class FewFiles {
 public:
  explicit FewFiles(unsigned more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int free = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
    ::close(free);
    const rlimit few{static_cast<rlim_t>(free) + more, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~FewFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  FewFiles(const FewFiles&) = delete;
  FewFiles& operator=(const FewFiles&) = delete;

 private:
  rlimit before_{};
};

/// How opening a connection fails, on a loop that has all it needs already.
NetError failure_without_files(const std::string& host) {
  Pair pair;
  NetError error{Status::kOk, ""};
  const FewFiles none(0);
  go(pair.io, [&]() -> asio::awaitable<void> {
    const Endpoint endpoint = endpoint_of(pair.listener->port(), host);
    const auto opened = co_await Connection::open(endpoint, steady_now() + 60 * kSecond);
    if (!opened) error = opened.error();
  });
  pair.run();
  return error;
}

TEST(SystemError, WithoutFilesAConnectionFailsByTheClientsLimit) {
  const NetError error = failure_without_files("127.0.0.1");
  EXPECT_EQ(error.status, Status::kClientLimit);
  EXPECT_NE(error.message.find("ulimit -n"), std::string::npos) << error.message;
}

TEST(SystemError, SoDoesALookup) {
  const NetError error = failure_without_files("localhost");
  EXPECT_EQ(error.status, Status::kClientLimit) << error.message;
}

// Wherever the files end (loop, lookup, socket), it is an error of this status, never an exception.
TEST(SystemError, AFetchNeverThrowsHoweverFewFilesThereAre) {
  Status first = Status::kOk;
  Status last = Status::kOk;
  for (unsigned more = 0; more < 8; ++more) {
    asio::io_context io{1};
    const auto listener = Listener::open(io, "127.0.0.1", 0);
    ASSERT_TRUE(listener.has_value());
    const Endpoint endpoint = endpoint_of((*listener)->port());
    const FewFiles few(more);
    // Nobody answers: with files enough it is the timeout that ends it.
    const auto reply = fetch_now(endpoint, {.timeout = 20 * kMillisecond});
    ASSERT_FALSE(reply.has_value());
    const Status status = reply.error().status;
    EXPECT_TRUE(status == Status::kClientLimit || status == Status::kTotalTimeout)
        << more << ": " << status_name(status) << ", " << reply.error().message;
    first = more == 0 ? status : first;
    last = status;
  }
  EXPECT_EQ(first, Status::kClientLimit);
  EXPECT_EQ(last, Status::kTotalTimeout);
}

TEST(SystemError, PortsThatRanOutAreTheClientsLimitAndAMissingAddressIsNot) {
  const Address loopback = *Address::numeric("127.0.0.1", 80);
  EXPECT_EQ(connect_error(loopback, EADDRNOTAVAIL).status, Status::kClientLimit);
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM}) {
    EXPECT_EQ(connect_error(loopback, error).status, Status::kClientLimit) << error;
    EXPECT_TRUE(is_client_limit(error));
  }
  EXPECT_EQ(connect_error(loopback, EHOSTUNREACH).status, Status::kConnectFailed);
  EXPECT_EQ(connect_error(loopback, ECONNREFUSED).status, Status::kConnectRefused);
  // Multicast of one link, without saying which: no address of ours leads there.
  const Address nowhere = *Address::numeric("fe80::1", 80);
  EXPECT_EQ(connect_error(nowhere, EADDRNOTAVAIL).status, Status::kConnectFailed);
}

}  // namespace
}  // namespace tt::net
