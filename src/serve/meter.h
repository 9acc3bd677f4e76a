// What the server counts of itself, for /metrics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

namespace tt::serve {

/// From any thread.
struct Meter {
  std::array<std::atomic<std::uint64_t>, 6> answers{};  // by hundreds of the status
  std::atomic<std::uint64_t> answer_micros{0};          // in all, from the header's end on
  std::atomic<std::uint64_t> body_bytes_in{0};
  std::atomic<std::uint64_t> body_bytes_out{0};
  std::atomic<std::uint64_t> refused_sockets{0};  // over the limit
  std::atomic<std::uint64_t> timed_out{0};        // too slow
  std::atomic<std::uint64_t> live_messages{0};    // sent over WebSockets
  std::atomic<std::int64_t> sockets{0};           // open now
  std::atomic<std::int64_t> live_sockets{0};      // of them WebSockets
};

/// What others know of the process.
struct Gauges {
  std::uint64_t queued_jobs = 0;
  bool job_running = false;
  std::uint64_t live_number = 0;  // of the hub's last message
};

/// In Prometheus' text format, with the process' CPU time and memory.
std::string meter_text(const Meter& meter, const Gauges& gauges);

}  // namespace tt::serve
