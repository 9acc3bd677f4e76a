// Tools that stamp each request in a record of its own: AIPerf and inference-perf.
#include <array>
#include <cmath>

#include "import/document.h"
#include "import/number.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

double seconds_in(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 9> kUnits = {{{"ns", 1e-9},
                                                                          {"us", 1e-6},
                                                                          {"ms", 1e-3},
                                                                          {"s", 1},
                                                                          {"sec", 1},
                                                                          {"seconds", 1},
                                                                          {"milliseconds", 1e-3},
                                                                          {"microseconds", 1e-6},
                                                                          {"nanoseconds", 1e-9}}};
  for (const auto& [name, seconds] : kUnits) {
    if (name == unit) return seconds;
  }
  return kNotTold;
}

// A metric's value in seconds; NaN where it is not there or its unit is none that we know.
double duration_at(const dom::object& metrics, std::string_view tag) {
  dom::object metric;
  if (!object_at(metrics, tag, metric)) return kNotTold;
  return number_at(metric, "value") * seconds_in(text_at(metric, "unit"));
}

double count_at(const dom::object& metrics, std::string_view tag) {
  dom::object metric;
  return object_at(metrics, tag, metric) ? number_at(metric, "value") : kNotTold;
}

Nanos nanos_at(const dom::object& object, std::string_view key) {
  std::int64_t value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : kNever;
}

void read_gaps(const dom::object& metrics, Sample& s) {
  dom::object metric;
  dom::array list;
  if (!object_at(metrics, "inter_chunk_latency", metric) || !array_at(metric, "value", list)) {
    return;
  }
  const double unit = seconds_in(text_at(metric, "unit"));
  for (const dom::element item : list) {
    double value = 0;
    if (item.get(value) != simdjson::SUCCESS || !is_told(unit)) {
      s.gaps.clear();
      return s.blame(Fault::kWrongType, "inter_chunk_latency", {});
    }
    s.gaps.push_back(value * unit);
  }
}

void read_aiperf_outcome(const dom::object& line, const dom::object& metadata, Sample& s) {
  bool cancelled = false;
  if (metadata["was_cancelled"].get(cancelled) == simdjson::SUCCESS) s.cancelled = cancelled;
  dom::object error;
  if (!object_at(line, "error", error)) return;
  s.failed = true;
  s.status_code = number_at(error, "code");
  s.error = text_at(error, "message");
  if (s.error.empty()) s.error = text_at(error, "type");
}

}  // namespace

void read_aiperf_line(const dom::object& line, Sample& s) {
  dom::object metadata;
  dom::object metrics;
  if (!object_at(line, "metadata", metadata)) return s.blame(Fault::kMissingValue, "metadata", {});
  s.id = text_at(metadata, "x_request_id");
  s.user = text_at(metadata, "conversation_id");
  s.warmup = text_at(metadata, "benchmark_phase") == "warmup";
  s.planned = nanos_at(metadata, "credit_issued_ns");
  s.start = nanos_at(metadata, "request_start_ns");
  s.end = nanos_at(metadata, "request_end_ns");
  read_aiperf_outcome(line, metadata, s);
  if (!object_at(line, "metrics", metrics)) return;
  s.ttft = duration_at(metrics, "time_to_first_token");
  s.tpot = duration_at(metrics, "inter_token_latency");
  s.e2e = duration_at(metrics, "request_latency");
  s.input_tokens = count_at(metrics, "input_sequence_length");
  s.output_tokens = count_at(metrics, "output_sequence_length");
  s.reasoning_tokens = count_at(metrics, "reasoning_token_count");
  read_gaps(metrics, s);
  if (s.failed || s.cancelled) return;
  if (!is_told(s.e2e)) return s.blame(Fault::kMissingValue, "request_latency", {});
  // By definition the request ends with its last content; request_end_ns may be later.
  if (s.start != kNever && is_told(s.ttft)) s.last_token = s.start + from_seconds(s.e2e);
}

void read_inference_perf_request(const dom::object& request, Sample& s) {
  s.start = instant_at(request, "start_time");
  s.end = instant_at(request, "end_time");
  dom::object error;
  if (object_at(request, "error", error)) {
    s.failed = true;
    s.error = text_at(error, "error_msg");
    if (s.error.empty()) s.error = text_at(error, "error_type");
  }
  if (s.start != kNever && s.end != kNever) s.e2e = to_seconds(s.end - s.start);
  dom::object info;
  if (!object_at(request, "info", info)) {
    if (!s.failed) s.blame(Fault::kMissingValue, "info", {});
    return;
  }
  s.input_tokens = number_at(info, "input_tokens");
  s.output_tokens = number_at(info, "output_tokens");
  dom::array times;
  if (s.failed || !array_at(info, "output_token_times", times)) return;
  double before = kNotTold;
  for (const dom::element item : times) {
    double at = 0;
    if (item.get(at) != simdjson::SUCCESS || !(std::abs(at) < 9e9))
      return s.blame(Fault::kWrongType, "output_token_times", {});
    if (is_told(before)) s.gaps.push_back(at - before);
    if (!is_told(before)) s.first_token = nanos_of_seconds(at);
    s.last_token = nanos_of_seconds(at);
    before = at;
  }
  if (s.start != kNever && s.first_token != kNever) s.ttft = to_seconds(s.first_token - s.start);
}

}  // namespace tt::import
