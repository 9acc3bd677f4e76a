#include "app/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tt::app {
namespace {

// Between fork and exec: only calls that a signal handler might make.
[[noreturn]] void become(const char* program, char* const* words, int out, pid_t parent) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before we asked to be told
  std::signal(SIGPIPE, SIG_DFL);
  dup2(out, STDOUT_FILENO);
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  execv(program, words);
  _exit(127);
}

}  // namespace

Result<Child> Child::start(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    return fail(ErrorCode::kIo, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(program.c_str(), words.data(), pipe_ends[1], parent);
  const int problem = errno;
  ::close(pipe_ends[1]);
  if (pid < 0) {
    ::close(pipe_ends[0]);
    return fail(ErrorCode::kIo,
                fmt::format("cannot start {}: {}", program, std::strerror(problem)));
  }
  return Child(pid, pipe_ends[0]);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      buffer_(std::move(other.buffer_)) {}

Child::~Child() {
  if (out_ >= 0) ::close(out_);
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<std::string> Child::read_line(Nanos patience) {
  const Nanos until = steady_now() + patience;
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    const Nanos left = until - steady_now();
    pollfd wait{.fd = out_, .events = POLLIN, .revents = 0};
    const int ready = left <= 0 ? 0 : poll(&wait, 1, static_cast<int>(left / kMillisecond) + 1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return fail(ErrorCode::kUnavailable, "it said nothing in time");
    std::array<char, 4096> bytes{};
    const ssize_t n = ::read(out_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorCode::kUnavailable, "it ended at once");
    buffer_.append(bytes.data(), static_cast<std::size_t>(n));
  }
}

std::string own_path() {
  std::error_code ignored;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return path.empty() ? "/proc/self/exe" : path.string();
}

}  // namespace tt::app
