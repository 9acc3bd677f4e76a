#include "app/open_page.h"

#include <array>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tt::app {

namespace {

#ifdef __APPLE__
constexpr const char* kOpener = "open";
constexpr bool kAlwaysScreen = true;
#else
constexpr const char* kOpener = "xdg-open";
constexpr bool kAlwaysScreen = false;
#endif

}  // namespace

bool has_screen() {
  return kAlwaysScreen || std::getenv("DISPLAY") != nullptr ||
         std::getenv("WAYLAND_DISPLAY") != nullptr;
}

bool open_page(const std::string& url) {
  if (!has_screen()) return false;
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&quiet, fd, "/dev/null", O_RDWR, 0);
  }
  std::string program = kOpener;
  std::string page = url;
  std::array<char*, 3> words = {program.data(), page.data(), nullptr};
  pid_t pid = -1;
  const int failed = posix_spawnp(&pid, program.c_str(), &quiet, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&quiet);
  if (failed != 0) return false;
  // Whoever ends it must be waited for, however long the browser stays.
  std::thread([pid] { ::waitpid(pid, nullptr, 0); }).detach();
  return true;
}

}  // namespace tt::app
