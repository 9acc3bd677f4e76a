// A server that does no work: it answers every request with the same stream, as fast as the sockets
// take it. For measuring clients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tt::bench {

struct NullServer {
  int events_per_write = 1;
  int writes = 100;  // a stream: then its end mark
  unsigned core = 1;

  /// Head, one write's bytes, and the end: what a bare reader has to count.
  std::string head() const;
  std::string chunk() const;
  std::string tail() const;
  std::size_t bytes_a_stream() const;
  std::uint64_t events_a_stream() const {
    return static_cast<std::uint64_t>(events_per_write) * static_cast<std::uint64_t>(writes);
  }

  /// Serves on 127.0.0.1 until SIGTERM; writes "PORT\n" to `ready_fd`.
  void serve(int ready_fd) const;
};

}  // namespace tt::bench
