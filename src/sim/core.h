// What all connections of a simulated engine share: the model driven by real time, the faults, the
// truth. Lives on one io_context; not thread-safe.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/probe.h"
#include "sim/habits.h"
#include "sim/metrics.h"
#include "sim/server.h"
#include "sim/slots.h"
#include "sim/truth.h"

namespace tt::sim {

class Answer;
class Session;

class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(boost::asio::io_context& context, ServerOptions options, std::unique_ptr<TruthWriter> truth);

  const ServerOptions& options() const { return options_; }
  const Habits& habit() const { return habits_; }
  const engine::ServerIdentity& identity() const { return identity_; }
  boost::asio::io_context& context() { return context_; }
  ServerStats& stats() { return stats_; }
  const Model& model() const { return *model_; }
  Metrics& metrics() { return metrics_; }
  TruthWriter* truth() { return truth_.get(); }
  std::uint64_t next_number() { return stats_.requests++; }
  /// For one read; its content is gone at the next.
  std::span<char> read_buffer() { return read_buffer_; }

  /// A tag under which the model's emissions and after() find this answer until forget().
  std::uint64_t enter(Answer& answer);
  void forget(std::uint64_t tag);
  std::expected<RequestId, Refusal> submit(Submission submission);
  void cancel(RequestId id);
  /// Calls Answer::release() at `at`, or Answer::ping().
  enum class Wake : std::uint8_t { kRelease, kPing };
  void wake_at(Nanos at, std::uint64_t tag, Wake wake);

  /// False while a server that loads at its start has not finished.
  bool loaded() const;
  /// When a request that came at `received` can be scheduled: at once, but where the model must be
  /// loaded for it, or is being loaded for another.
  Nanos schedulable(Nanos received);
  /// An answer was written to at `at`: the model is in use.
  void used(Nanos at) { last_use_ = at; }

  void add(Session& session) { sessions_.insert(&session); }
  void remove(Session& session) { sessions_.erase(&session); }
  std::size_t sessions() const { return sessions_.size(); }
  /// Closes all connections and stands still.
  void stop();
  bool stopped() const { return stopped_; }

 private:
  struct Entry {
    Answer* answer = nullptr;
  };
  struct Wait {
    std::uint64_t tag;
    Wake wake;
  };
  void arm();
  void tick();
  void wake_due(Nanos now);
  void flush_when_idle();
  Answer* find(std::uint64_t tag) const;

  boost::asio::io_context& context_;
  ServerOptions options_;
  const Habits& habits_;
  engine::ServerIdentity identity_;
  std::unique_ptr<Model> model_;
  Metrics metrics_;
  std::unique_ptr<TruthWriter> truth_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer idle_timer_;
  Nanos armed_for_ = kNever;
  SlotPool<Entry> answers_;
  std::multimap<Nanos, Wait> waits_;
  std::unordered_set<Session*> sessions_;
  std::array<char, 65536> read_buffer_;
  ServerStats stats_;
  Nanos began_;           // when the server was made
  Nanos ready_ = kNever;  // on demand: when the model was or will be loaded
  Nanos last_use_ = 0;    // on demand: when an answer was last written to
  bool ticking_ = false;
  bool stopped_ = false;
};

}  // namespace tt::sim
