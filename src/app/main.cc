#include <csignal>
#include <vector>

#include <unistd.h>

#include "app/program.h"

int main(int argc, char** argv) {
  // A reader that leaves early (`| head`) must not end a run: writes fail instead.
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  tt::app::Printer out(STDOUT_FILENO, tt::app::look_of(STDOUT_FILENO, false));
  tt::app::Printer err(STDERR_FILENO, tt::app::look_of(STDERR_FILENO, false));
  tt::app::Session session{.out = out, .err = err};
  return static_cast<int>(tt::app::run_program(words, session));
}
