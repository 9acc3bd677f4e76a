// A child process that dies with its parent.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "base/error.h"
#include "base/time.h"

namespace tt::app {

/// Owns the process: the destructor kills it and waits. It is also killed when the thread that
/// started it ends, however that happens (kill -9 included). Ctrl-C at the terminal does not reach
/// it: it has a process group of its own.
class Child {
 public:
  /// Starts `program` with these arguments. Its stdout comes to read_line, its stderr goes where
  /// ours goes.
  static Result<Child> start(const std::string& program, const std::vector<std::string>& arguments);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  /// The next line of its stdout, without the line end. kUnavailable where it ended or stayed
  /// silent for `patience`.
  Result<std::string> read_line(Nanos patience);
  pid_t pid() const { return pid_; }

 private:
  Child(pid_t pid, int out) : pid_(pid), out_(out) {}

  pid_t pid_ = -1;
  int out_ = -1;
  std::string buffer_;
};

/// The path of the program that runs now.
std::string own_path();

}  // namespace tt::app
