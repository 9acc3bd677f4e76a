// GuideLLM's benchmarks.json: a list of benchmarks, each a run with its requests by outcome.
#include <array>

#include <fmt/format.h>

#include "import/document.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

constexpr double kMs = 1e-3;

// The first of these members that is there.
Nanos first_instant(const dom::object& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const Nanos at = instant_at(object, key); at != kNever) return at;
  }
  return kNever;
}

void read_timings(const dom::object& request, Sample& s) {
  dom::object info;
  dom::object timings;
  if (object_at(request, "info", info) && object_at(info, "timings", timings)) {
    s.planned = instant_at(timings, "targeted_start");
    s.first_token = first_instant(timings, {"first_token_iteration", "first_iteration"});
    s.last_token = first_instant(timings, {"last_token_iteration", "last_iteration"});
    if (s.start == kNever) s.start = instant_at(timings, "request_start");
    if (s.end == kNever) s.end = instant_at(timings, "request_end");
  }
  if (s.first_token == kNever) s.first_token = instant_at(request, "first_token_time");
  if (s.last_token == kNever) s.last_token = instant_at(request, "last_token_time");
}

void read_request(const dom::object& request, Sample& s) {
  s.id = text_at(request, "request_id");
  s.start = first_instant(request, {"request_start_time", "start_time"});
  s.end = first_instant(request, {"request_end_time", "end_time"});
  read_timings(request, s);
  s.e2e = number_at(request, "request_latency");
  s.ttft = number_at(request, "time_to_first_token_ms") * kMs;
  s.tpot = number_at(request, "time_per_output_token_ms") * kMs;
  s.itl = number_at(request, "inter_token_latency_ms") * kMs;
  s.input_tokens = number_at(request, "prompt_tokens");
  s.output_tokens = number_at(request, "output_tokens");
  s.answer = text_at(request, "output");
}

void read_error(const dom::object& request, Sample& s) {
  dom::object info;
  s.error = text_at(request, "error");
  if (s.error.empty() && object_at(request, "info", info)) s.error = text_at(info, "error");
}

constexpr std::array<std::string_view, 3> kOutcomes = {"successful", "incomplete", "errored"};

DocumentRun::Next requests_of(const dom::object& requests) {
  return [requests, outcome = std::size_t{0}, at = dom::array::iterator(),
          end = dom::array::iterator(), opened = false](Sample& s, dom::element& record) mutable {
    while (!opened || at == end) {
      if (opened) ++outcome;
      if (outcome == kOutcomes.size()) return false;
      dom::array list;
      opened = array_at(requests, kOutcomes[outcome], list);
      if (!opened) {
        ++outcome;
        if (outcome == kOutcomes.size()) return false;
        continue;
      }
      at = list.begin();
      end = list.end();
    }
    record = *at;
    ++at;
    dom::object request;
    if (record.get(request) != simdjson::SUCCESS) {
      s.blame(Fault::kBroken, {}, "not an object");
      return true;
    }
    read_request(request, s);
    s.cancelled = kOutcomes[outcome] == "incomplete";
    s.failed = kOutcomes[outcome] == "errored";
    if (s.failed) read_error(request, s);
    if (!s.failed && !s.cancelled && !is_told(s.e2e)) {
      s.blame(Fault::kMissingValue, "request_latency", {});
    }
    return true;
  };
}

// Where the strategy stands has changed between versions.
void read_strategy(const dom::object& benchmark, DocumentRun& run) {
  dom::object config;
  dom::object strategy;
  if (!object_at(benchmark, "config", config) && !object_at(benchmark, "args", config)) return;
  if (!object_at(config, "strategy", strategy)) return;
  const std::string_view type = text_at(strategy, "type_");
  double streams = number_at(strategy, "streams");
  if (!is_told(streams)) streams = number_at(strategy, "max_concurrency");
  const double rate = number_at(strategy, "rate");
  run.label = fmt::format("{}{}", type.empty() ? "benchmark" : type,
                          is_told(rate)      ? fmt::format("-{:g}", rate)
                          : is_told(streams) ? fmt::format("-{:g}", streams)
                                             : "");
  run.load_text = is_told(rate) ? load_words(kNotTold, rate) : load_words(streams, kNotTold);
  if (run.load_text.empty()) run.load_text = type;
  run.open_loop = type == "constant" || type == "poisson" || type == "async";
}

}  // namespace

void read_guidellm(const dom::object& root, std::vector<DocumentRun>& runs) {
  dom::array benchmarks;
  if (!array_at(root, "benchmarks", benchmarks)) return;
  dom::object args;
  std::string_view model;
  if (object_at(root, "args", args)) model = text_at(args, "model");
  if (model.empty() && object_at(root, "config", args)) model = text_at(args, "model");
  for (const dom::element item : benchmarks) {
    dom::object benchmark;
    if (item.get(benchmark) != simdjson::SUCCESS) continue;
    DocumentRun& run = runs.emplace_back();
    run.model = model;
    run.started = instant_at(benchmark, "start_time");
    read_strategy(benchmark, run);
    dom::object part;
    if (object_at(benchmark, "metrics", part)) add_figures(part, "", run.figures);
    if (object_at(benchmark, "requests", part)) {
      run.has_rows = true;
      run.open = [part] { return requests_of(part); };
    }
  }
}

}  // namespace tt::import
