#include "record/file.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace tt::record {
namespace {

std::string_view remedy(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "; make room, or choose another place (--results, or --output of a document)";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; choose a place that you may write (--results, or --output of a document)";
    case ENOTDIR:
      return "; a part of the path is a file, not a folder";
    case EFBIG:
      return "; raise the file size limit (ulimit -f)";
    default:
      return "";
  }
}

Result<void> sync_path(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return std::unexpected(io_error("cannot open", path, errno));
  // Some file systems cannot sync a folder (EINVAL); then there is nothing to do.
  const int why = ::fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  ::close(fd);
  if (why != 0) return std::unexpected(io_error("cannot write to disk", path, why));
  return {};
}

Result<void> write_all(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::unexpected(io_error("cannot write", path, errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

// A device or a pipe: what is there stays there.
Result<void> write_into(const std::string& path, std::string_view bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(io_error("cannot open", path, errno));
  auto written = write_all(fd, path, bytes);
  ::close(fd);
  return written;
}

}  // namespace

Error io_error(std::string_view what, const std::string& path, int error_number) {
  return {error_number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          fmt::format("{}: {}{}", what, std::generic_category().message(error_number),
                      remedy(error_number)),
          path};
}

Result<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(io_error("cannot open", path, errno));
  std::string bytes;
  constexpr std::size_t kStep = 64 << 10;
  for (;;) {
    const std::size_t have = bytes.size();
    bytes.resize(have + kStep);
    const ssize_t n = ::read(fd, bytes.data() + have, kStep);
    const int why = errno;
    bytes.resize(have + static_cast<std::size_t>(n > 0 ? n : 0));
    if (n > 0 || (n < 0 && why == EINTR)) continue;
    ::close(fd);
    if (n < 0) return std::unexpected(io_error("cannot read", path, why));
    return bytes;
  }
}

Result<void> write_file_atomically(const std::string& path, std::string_view bytes) {
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) return write_into(path, bytes);
  // Of its own for each writer, and never through a link that somebody put there.
  static std::atomic<unsigned> number = 0;
  std::string temporary;
  int fd = -1;
  do {
    temporary = fmt::format("{}.{}-{}.tmp", path, ::getpid(), ++number);
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EEXIST);
  if (fd < 0) return std::unexpected(io_error("cannot create", path, errno));
  const auto written = write_all(fd, path, bytes);
  ::close(fd);
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return publish_file(temporary, path);
}

Result<void> publish_file(const std::string& temporary, const std::string& path) {
  if (auto synced = sync_path(temporary, O_RDONLY); !synced) {
    ::unlink(temporary.c_str());
    return synced;
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int why = errno;
    ::unlink(temporary.c_str());
    return std::unexpected(io_error("cannot rename", path, why));
  }
  const auto folder = std::filesystem::path(path).parent_path();
  return sync_path(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

Result<std::uint64_t> free_space(const std::string& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) {
    return std::unexpected(io_error("cannot ask for free space", path, errno));
  }
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

}  // namespace tt::record
