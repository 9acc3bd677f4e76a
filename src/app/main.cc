#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "app/program.h"

namespace {

using tt::app::ExitCode;

// The soft limit of 1,024 that shells set is for programs that use select(); a load of thousands of
// connections needs what the system really allows.
void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// A reader that left early (`| head`) has seen what it wanted; a full disk has not.
ExitCode after_writing(ExitCode code, const tt::app::Printer& out, tt::app::Printer& err) {
  if (out.failure() == 0 || out.failure() == EPIPE) return code;
  err.line(std::string("tokentrial: the output cannot be written: ") +
           std::strerror(out.failure()));
  return code == ExitCode::kGood ? ExitCode::kFailed : code;
}

}  // namespace

int main(int argc, char** argv) {
  raise_open_files();
  // A reader that leaves early (`| head`) must not end a run: writes fail instead.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // likewise of a file that may grow no more (ulimit -f)
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  tt::app::Printer out(STDOUT_FILENO, tt::app::look_of(STDOUT_FILENO, false));
  tt::app::Printer err(STDERR_FILENO, tt::app::look_of(STDERR_FILENO, false));
  tt::app::Session session{.out = out, .err = err};
  try {
    return static_cast<int>(after_writing(tt::app::run_program(words, session), out, err));
  } catch (const std::exception& thrown) {  // out of memory, files or threads: nothing can go on
    err.line(std::string("tokentrial: the system refuses what is needed: ") + thrown.what() +
             "; see ulimit -a");
    return static_cast<int>(ExitCode::kFailed);
  }
}
