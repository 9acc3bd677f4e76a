// What the program costs around the measuring: how long `tokentrial version` takes, and how much of
// the client's CPU time the live display takes. Runs the built program itself, on a terminal of its
// own where the display is wanted.
//   bench_program [--json] [--repeats N]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench_kit.h"
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/server.h"

namespace tt::bench {
namespace {

constexpr int kUsers = 100;
constexpr const char* kDuration = "8s";

void serve(int ready_fd) {
  pin_to_core(1, "simulator");
  auto options =
      sim::make_server_options({.engine = "vllm", .fixed = "ttft=50ms,itl=10ms,tokens=100"});
  if (!options) give_up(options.error().text());
  options->port = 0;
  boost::asio::io_context context(1);
  auto server = sim::Server::start(context, *options);
  if (!server) give_up(server.error().text());
  dprintf(ready_fd, "%u\n", (*server)->port());
  context.run();
}

struct Cost {
  double wall_s = 0;
  double cpu_s = 0;
};

// Runs the program on a terminal of 120 columns and reads what it draws, or with its output thrown
// away.
Cost run_program(std::vector<std::string> words, bool on_terminal) {
  words.insert(words.begin(), TT_PROGRAM);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  winsize size{.ws_row = 40, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const Nanos began = steady_now();
  const pid_t pid = on_terminal ? forkpty(&terminal, nullptr, nullptr, &size) : fork();
  if (pid < 0) give_up("fork failed");
  if (pid == 0) {
    setenv("TERM", "xterm-256color", 1);
    if (!on_terminal) {
      const int nowhere = open("/dev/null", O_WRONLY);
      dup2(nowhere, 1);
      dup2(nowhere, 2);
    }
    execv(TT_PROGRAM, arguments.data());
    _exit(127);
  }
  if (on_terminal) {
    char buffer[4096];
    while (read(terminal, buffer, sizeof buffer) > 0) continue;
    close(terminal);
  }
  int status = 0;
  rusage usage{};
  wait4(pid, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    give_up(fmt::format("tokentrial {} ended with status {}", words[1], WEXITSTATUS(status)));
  }
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return {to_seconds(steady_now() - began), seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

Cost play(std::uint16_t port, const std::string& results, bool display) {
  std::vector<std::string> words = {"run",
                                    "--target",
                                    fmt::format("vllm=http://127.0.0.1:{}", port),
                                    "--concurrency",
                                    std::to_string(kUsers),
                                    "--duration",
                                    kDuration,
                                    "--input-tokens",
                                    "64",
                                    "--output-tokens",
                                    "100",
                                    "--results",
                                    results};
  if (!display) words.push_back("--no-progress");
  return run_program(std::move(words), true);
}

}  // namespace
}  // namespace tt::bench

int main(int argc, char** argv) {
  using namespace tt::bench;
  int repeats = 3;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--repeats") == 0) repeats = std::max(1, std::atoi(argv[i + 1]));
  }
  std::vector<double> starts;
  for (int i = 0; i < 21; ++i) starts.push_back(run_program({"version"}, false).wall_s * 1e3);

  ServerProcess server(serve);
  const std::string results =
      (std::filesystem::temp_directory_path() / fmt::format("tokentrial-bench-{}", getpid()))
          .string();
  std::vector<double> with, without, share;
  for (int i = 0; i < repeats; ++i) {  // in turns, so that a drift favours neither
    without.push_back(play(server.port(), results, false).cpu_s);
    with.push_back(play(server.port(), results, true).cpu_s);
    share.push_back((with.back() - without.back()) / with.back());
  }
  std::filesystem::remove_all(results);
  if (wants_json(argc, argv)) {
    std::printf(
        "{\"start_ms\":%.2f,\"display\":{\"repeats\":%d,\"cpu_without_s\":%.3f,\"cpu_with_s\":%.3f,"
        "\"share\":%.4f}}\n",
        median(starts), repeats, median(without), median(with), median(share));
    return 0;
  }
  std::printf("tokentrial version: %.1f ms (median of 21 starts)\n\n", median(starts));
  std::printf("%d streams of 100 tokens/s for %s; medians of %d runs.\n", kUsers, kDuration,
              repeats);
  Table table({"", "CPU time"});
  table.add({"without the live display", fmt::format("{:.2f} s", median(without))});
  table.add({"with it", fmt::format("{:.2f} s", median(with))});
  table.add({"the display's share", fmt::format("{:.1f}%", median(share) * 100)});
  table.print();
  return 0;
}
