// What the whole-program benchmarks share: child processes on cores of their own, and tables.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "base/time.h"

namespace tt::bench {

/// Ends the program with a message: benchmarks have nobody to report an error to.
[[noreturn]] void give_up(const std::string& what);

/// Binds the calling process to one core (modulo their number), and names it for profilers.
void pin_to_core(unsigned core, const char* name);

/// Raises the limit on open files as far as allowed; gives up below `wanted`.
void allow_files(std::uint64_t wanted);

/// Runs `work` in a child process and returns what it wrote to the given descriptor. A child that
/// fails ends the benchmark.
std::string in_child(const std::function<void(int result_fd)>& work);

/// A server in a child process, killed with its parent. `serve` gets a descriptor to which it must
/// write "PORT\n" once it listens, and runs until it gets SIGTERM.
class ServerProcess {
 public:
  explicit ServerProcess(const std::function<void(int ready_fd)>& serve);
  ~ServerProcess();  // stop()
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  std::uint16_t port() const { return port_; }
  /// SIGTERM, then waits for its end.
  void stop();

 private:
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

struct ProgramCost {
  double seconds = 0;
  double cpu_s = 0;  // user and system, of all threads
  double peak_mb = 0;
};
/// Runs a program to its end, its output thrown away; one that fails ends the benchmark.
ProgramCost run_program(const std::vector<std::string>& command);

/// The greatest resident memory of this process so far, in bytes.
std::uint64_t peak_memory();
/// CPU time of this process, user and system.
Nanos process_cpu();

double median(std::vector<double> values);
/// Type 7; 0 for an empty list.
double quantile(std::vector<double> values, double p);

/// Aligned columns of text, the first to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// True where the program was called with --json: print JSON in place of the table.
bool wants_json(int argc, char** argv);

}  // namespace tt::bench
