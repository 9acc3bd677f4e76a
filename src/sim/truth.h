// What really happened, for checking clients: when each request reached the kernel, and when each
// header and token was handed to it. All instants are nanoseconds on CLOCK_MONOTONIC.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::sim {

struct TruthRecord {
  std::string id;            // the client's X-Request-Id, else the server's own "sim-N"
  std::uint64_t number = 0;  // requests in the order of arrival, from 0
  Nanos received = kNever;   // kernel receive stamp of the request's last bytes (user-space instant
                             // where the kernel gave none)
  Nanos header = kNever;     // right before the send() that began with the header
  Nanos end = kNever;        // right before the send() that ended the answer; kNever: it was cut
  struct Event {
    Nanos at;  // right before the send() that held it
    std::uint32_t tokens;
  };
  std::vector<Event> events;

  std::uint64_t tokens() const;
};

/// Keeps records in memory and writes them as JSON lines when told. Not thread-safe.
class TruthWriter {
 public:
  /// Makes or empties the file.
  static Result<std::unique_ptr<TruthWriter>> open(const std::string& path);
  /// Writes what is left.
  ~TruthWriter();
  TruthWriter(const TruthWriter&) = delete;
  TruthWriter& operator=(const TruthWriter&) = delete;

  void add(TruthRecord record) { records_.push_back(std::move(record)); }
  bool empty() const { return records_.empty(); }
  /// Formats and writes. Call it when nobody is waiting for the thread.
  Result<void> flush();

 private:
  TruthWriter(std::FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  std::FILE* file_;
  std::string path_;
  std::vector<TruthRecord> records_;
};

}  // namespace tt::sim
