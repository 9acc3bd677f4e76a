// The whole of the dashboard's server, put together: docs/decisions/0011-dashboard-server.md shows
// how.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "serve/server.h"
#include "serve/studio.h"

namespace tt::serve {

struct DashboardOptions {
  ServerOptions server;
  std::string results_dir = "results";
  std::string plans_dir = ".";     // where plans are looked for
  std::string access_token;        // empty: this machine alone; see Guard
  std::vector<std::string> shown;  // ids of runs that the user named
};

class Dashboard {
 public:
  /// Takes the port and begins to answer, on threads of its own. `studio` must outlive this.
  static Result<std::unique_ptr<Dashboard>> start(const DashboardOptions& options, Studio& studio);
  /// stop().
  ~Dashboard();
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  std::uint16_t port() const;
  /// Takes no more jobs and lets the one under way end, the first time gracefully. Does not wait.
  void stop_jobs(bool at_once);
  /// A job is under way.
  bool busy() const;
  /// Both, and waits; see Server::stop.
  void stop();

 private:
  struct Impl;
  explicit Dashboard(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tt::serve
