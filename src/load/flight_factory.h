// Makes flights: the request of a schedule's index, written for one target, ready to send.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "load/flight.h"
#include "load/session_pacer.h"
#include "net/http_message.h"
#include "net/tls.h"
#include "net/url.h"
#include "plan/plan.h"
#include "workload/prompts.h"
#include "workload/schedule.h"

namespace tt::load {

/// A target, resolved: everything that is needed to send to it. Immutable during a run.
struct LoadTarget {
  std::uint32_t index = 0;  // in the manifest
  net::Url url;
  std::shared_ptr<const net::TlsContext> tls;  // where the URL asks for it
  const engine::Protocol* protocol = nullptr;
  const engine::EngineTraits* engine = nullptr;
  std::string model;
  /// Sent with every request; may hold secrets, so never recorded.
  std::vector<net::Header> headers;
  std::string extra_body;
  workload::WordFit fit;
};

/// Checks what would make every request of a target fail: headers that cannot be sent.
Result<void> check_target(const LoadTarget& target);

/// A flight for one request to a target, ready to send, with `headers` beside the target's.
/// Instants and place are the player's.
std::unique_ptr<Flight> make_flight(const LoadTarget& target, const engine::GenerateRequest& ask,
                                    std::string request_id, bool keep_alive,
                                    std::vector<net::Header> headers = {});

/// Pure but for what it is given; safe to share between threads.
class FlightFactory {
 public:
  /// All arguments must outlive the factory. `id_prefix` begins every X-Request-Id.
  FlightFactory(const plan::Plan& plan, const workload::Schedule& schedule,
                const workload::PromptSource& prompts, std::string id_prefix);

  std::unique_ptr<Flight> make(const LoadTarget& target, std::uint64_t index) const;
  /// The same for a turn of a session.
  std::unique_ptr<Flight> make_turn(const LoadTarget& target, std::uint64_t index,
                                    const SessionTurn& turn) const;

 private:
  std::unique_ptr<Flight> finish(const LoadTarget& target, std::uint64_t index,
                                 const engine::Prompt& prompt,
                                 const workload::PlannedRequest& planned,
                                 std::uint32_t input_tokens) const;
  std::vector<net::Header> headers_of(const LoadTarget& target, std::uint64_t index,
                                      const workload::PlannedRequest& planned) const;

  const plan::Plan& plan_;
  const workload::Schedule& schedule_;
  const workload::PromptSource& prompts_;
  std::string id_prefix_;
};

}  // namespace tt::load
