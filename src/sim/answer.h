// One request for generation, from its admission to the last byte of its answer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "engine/protocol.h"
#include "sim/core.h"
#include "sim/meters.h"

namespace tt::sim {

/// What the session knows of a request when it makes its answer.
struct AnswerSetup {
  const engine::Protocol* protocol = nullptr;
  engine::ServerRequest request;
  std::string id;            // X-Request-Id, or the server's own
  std::uint64_t number = 0;  // of the request
  Nanos received = 0;
  bool keep_alive = true;
  Fate fate;
};

/// Owned by its session, which it writes through.
class Answer {
 public:
  Answer(Core& core, Session& session, AnswerSetup setup);
  ~Answer();
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  /// Counts, checks and submits the request. A fault to answer with instead, where it is refused.
  std::optional<engine::ServerFault> admit();
  /// Sends what leaves before the first token.
  void begin();

  void take(const Emission& emission);
  /// The socket takes bytes again.
  void pump();
  /// A stall or a slow header is over.
  void release();
  /// A comment line, where the engine breaks silences.
  void ping();
  /// The client has left: the request leaves the model.
  void abandon();

  bool over() const { return over_; }
  const AnswerSetup& setup() const { return setup_; }

 private:
  std::uint32_t choose_lengths();
  std::optional<engine::ServerFault> fault_of_request(std::uint32_t allowed) const;
  void pump_stream();
  void pump_whole();
  bool header_is_due() const;
  void append_header();
  void append_event();
  void append_finish();
  void append_framed(std::string_view bytes);
  /// Plays the fault of mid-stream. False: the stream does not go on now.
  bool play_fault();
  void hold(Nanos duration);
  void send(std::uint32_t tokens, bool ends);
  void end(bool whole);
  void measure(const Emission& emission);
  engine::ServerUsage usage() const;
  EngineTimings timings() const;
  std::string_view reason() const { return ends_by_itself_ ? "stop" : "length"; }

  Core& core_;
  Session& session_;
  AnswerSetup setup_;
  std::uint64_t tag_ = 0;
  RequestId id_ = 0;
  bool submitted_ = false;
  std::unique_ptr<engine::StreamWriter> writer_;
  Rng rng_;  // of odd chunks
  std::uint64_t text_seed_;

  std::uint32_t prompt_tokens_ = 0;
  std::uint32_t output_tokens_ = 0;
  std::uint32_t event_tokens_ = 1;  // tokens an event where nothing is merged
  std::uint32_t fault_at_ = 0;      // tokens before the fault of mid-stream
  bool ends_by_itself_ = false;     // before max_tokens

  std::uint32_t pending_ = 0;  // tokens made and not sent
  std::uint32_t written_ = 0;
  bool held_ = false;
  bool header_sent_ = false;
  bool fault_played_ = false;
  bool made_ = false;  // the model has given all tokens
  bool over_ = false;
  RequestMeter meter_;
  Nanos load_ = 0;  // spent on loading the model for it
  std::uint16_t replica_ = 0;
  Nanos last_write_ = kNever;

  std::string out_;    // what the next send() takes
  std::string event_;  // the event being written
  std::vector<std::string_view> pieces_;
  TruthRecord truth_;
};

}  // namespace tt::sim
