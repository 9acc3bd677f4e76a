#include "record/folder_lock.h"

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "record/file.h"

namespace tt::record {

Result<FolderLock> FolderLock::lock(const std::string& folder, int how) {
  FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.fd_ < 0) return std::unexpected(io_error("cannot open", folder, errno));
  while (::flock(lock.fd_, how) != 0) {
    if (errno == EWOULDBLOCK) return fail(ErrorCode::kUnavailable, "is in use", folder);
    if (errno != EINTR) return std::unexpected(io_error("cannot lock", folder, errno));
  }
  return lock;
}

Result<FolderLock> FolderLock::take(const std::string& folder) { return lock(folder, LOCK_EX); }

Result<FolderLock> FolderLock::try_take(const std::string& folder) {
  constexpr int kTries = 5;
  constexpr std::chrono::milliseconds kPause{2};
  for (int i = 1;; ++i) {
    auto taken = lock(folder, LOCK_EX | LOCK_NB);
    // Who only looks (is_held) holds it for an instant.
    if (taken || taken.error().code != ErrorCode::kUnavailable || i == kTries) return taken;
    std::this_thread::sleep_for(kPause);
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

bool is_held(const std::string& folder) {
  const auto looked = FolderLock::lock(folder, LOCK_SH | LOCK_NB);
  return !looked && looked.error().code == ErrorCode::kUnavailable;
}

}  // namespace tt::record
