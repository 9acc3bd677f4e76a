#include "load/flight_factory.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "net/http_client.h"
#include "plan/header_text.h"
#include "workload/client.h"
#include "workload/conversation.h"
#include "workload/exact_text.h"
#include "workload/prefix.h"

namespace tt::load {
namespace {

std::string write_request(const LoadTarget& target, const engine::HttpRequest& http,
                          const std::string& request_id, bool keep_alive,
                          std::vector<net::Header> more) {
  std::vector<net::Header> headers = target.headers;
  std::ranges::move(more, std::back_inserter(headers));
  headers.push_back({"Content-Type", "application/json"});
  headers.push_back({"X-Request-Id", request_id});
  // check_target has tried these headers, so this cannot fail; if it did, the server would refuse
  // the empty request and the row would say so.
  return net::format_request(http.method, target.url, http.path, headers, http.body, keep_alive)
      .value_or("");
}

}  // namespace

Result<void> check_target(const LoadTarget& target) {
  const auto request = net::format_request("POST", target.url, "/", target.headers, "");
  if (!request) return std::unexpected(request.error());
  return {};
}

std::unique_ptr<Flight> make_flight(const LoadTarget& target, const engine::GenerateRequest& ask,
                                    std::string request_id, bool keep_alive,
                                    std::vector<net::Header> headers) {
  const engine::HttpRequest http = target.protocol->build(ask, *target.engine);
  auto flight = std::make_unique<Flight>();
  flight->request = write_request(target, http, request_id, keep_alive, std::move(headers));
  flight->reader = target.protocol->reader(*target.engine);
  flight->row.target = target.index;
  flight->row.request_id = std::move(request_id);
  flight->row.planned_output_tokens = ask.max_tokens;
  return flight;
}

FlightFactory::FlightFactory(const plan::Plan& plan, const workload::Schedule& schedule,
                             const workload::PromptSource& prompts, std::string id_prefix)
    : plan_(plan), schedule_(schedule), prompts_(prompts), id_prefix_(std::move(id_prefix)) {}

std::unique_ptr<Flight> FlightFactory::make(const LoadTarget& target, std::uint64_t index) const {
  const workload::PlannedRequest planned = index < schedule_.requests.size()
                                               ? schedule_.requests[index]
                                               : workload::request_at(plan_, prompts_, index);
  engine::Prompt prompt = prompts_.prompt(planned.prompt, planned.input_tokens, target.fit);
  std::uint32_t input_tokens = planned.input_tokens;
  if (const auto prefix = workload::prefix_of(plan_.workload, plan_.seeds, index)) {
    workload::add_prefix(prompt, *prefix, plan_.seeds, target.fit);
    if (input_tokens > 0) input_tokens += prefix->tokens;
  }
  return finish(target, index, prompt, planned, input_tokens);
}

std::unique_ptr<Flight> FlightFactory::make_turn(const LoadTarget& target, std::uint64_t index,
                                                 const SessionTurn& turn) const {
  const workload::SessionPlace& place = turn.place;
  const engine::Prompt prompt =
      prompts_.conversations()->prompt(place.number, place.turn, turn.answers, target.fit);
  workload::PlannedRequest planned{.output_tokens = turn.output_tokens};
  workload::draw_client(plan_, place.number, planned);  // one client has the whole session
  auto flight = finish(target, index, prompt, planned, turn.input_tokens);
  flight->row.session = place.number + 1;
  flight->row.turn = place.turn + 1;
  if (plan_.workload.sessions->replay == plan::Sessions::Replay::kEngine) {
    flight->reader->keep_text(&flight->answer);
  }
  return flight;
}

std::vector<net::Header> FlightFactory::headers_of(const LoadTarget& target, std::uint64_t index,
                                                   const workload::PlannedRequest& planned) const {
  std::vector<net::Header> headers;
  if (plan_.workload.headers.empty()) return headers;
  const plan::HeaderFacts facts{.index = index,
                                .user = workload::user_of(plan_, index),
                                .target = target.index,
                                .priority = planned.priority,
                                .seed = plan_.seeds.prompts};
  for (const auto& [name, text] : plan_.workload.headers) {
    headers.push_back({name, plan::fill_header(text, facts)});
  }
  return headers;
}

std::unique_ptr<Flight> FlightFactory::finish(const LoadTarget& target, std::uint64_t index,
                                              const engine::Prompt& prompt,
                                              const workload::PlannedRequest& planned,
                                              std::uint32_t input_tokens) const {
  engine::GenerateRequest ask;
  ask.model = target.model;
  ask.prompt = &prompt;
  ask.max_tokens = planned.output_tokens;
  ask.force_length = plan_.workload.force_length;
  ask.temperature = plan_.workload.temperature;
  std::string extra = plan_.workload.extra_body;
  if (!extra.empty() && !target.extra_body.empty()) extra += ',';
  extra += target.extra_body;
  ask.extra_body = extra;
  if (!plan_.workload.priorities.empty()) ask.priority = planned.priority;
  auto flight = make_flight(target, ask, fmt::format("{}-{}-{}", id_prefix_, target.index, index),
                            plan_.reuse_connections, headers_of(target, index, planned));
  flight->leave_after = planned.leave_after;
  flight->leave_tokens = planned.leave_tokens;
  if (ask.priority) flight->row.priority = std::to_string(planned.priority);
  flight->row.index = index;
  flight->row.planned_input_tokens = input_tokens;
  if (target.fit.exact) {
    flight->tokenizer = &target.fit.exact->tokenizer();
    // A file's prompts were counted by the workload's tokenizer, not by a target's own.
    flight->input_counted = prompts_.synthetic() || plan_.targets[target.index].tokenizer.empty();
  }
  if (plan_.keep_texts) flight->prompt = prompt.joined();
  if (plan_.keep_texts || flight->tokenizer != nullptr) {
    flight->reader->keep_text(&flight->answer);
  }
  return flight;
}

}  // namespace tt::load
