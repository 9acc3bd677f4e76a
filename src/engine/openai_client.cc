// The client's half of what chat and text completions share.
#include "engine/openai_wire.h"

namespace tt::engine {
namespace {

using simdjson::error_code;
using simdjson::SUCCESS;

error_code see_details(json::value& details, std::string_view name,
                       std::optional<std::uint32_t>& count) {
  return each_member(details, [&](json::raw_json_string key, json::value value) {
    if (key == name) count = count_of(value);
    return SUCCESS;
  });
}

error_code see_usage(json::value& usage, Sight& sight) {
  if (kind_of(usage) != '{') return SUCCESS;
  TokenCounts& counts = sight.usage.emplace();
  return each_member(usage, [&](json::raw_json_string key, json::value value) {
    if (key == "prompt_tokens") {
      counts.input = count_of(value);
    } else if (key == "completion_tokens") {
      counts.output = count_of(value);
    } else if (key == "prompt_tokens_details") {
      return see_details(value, "cached_tokens", counts.cached);
    } else if (key == "completion_tokens_details") {
      return see_details(value, "reasoning_tokens", counts.reasoning);
    } else if (key == "reasoning_tokens") {  // SGLang
      counts.reasoning = count_of(value);
    }
    return SUCCESS;
  });
}

// llama.cpp: prompt_n counts what was computed, cache_n what was reused.
error_code see_timings(json::value& timings, Sight& sight) {
  if (kind_of(timings) != '{') return SUCCESS;
  TokenCounts& counts = sight.engine.emplace();
  EngineTimings& times = sight.timings.emplace();
  std::optional<std::uint32_t> computed;
  const error_code error = each_member(timings, [&](json::raw_json_string key, json::value value) {
    if (key == "prompt_n") {
      computed = count_of(value);
    } else if (key == "cache_n") {
      counts.cached = count_of(value);
    } else if (key == "prompt_ms") {
      times.prefill_ns = millis_of(value);
    } else if (key == "predicted_n") {
      counts.output = count_of(value);
    } else if (key == "predicted_ms") {
      times.decode_ns = millis_of(value);
    }
    return SUCCESS;
  });
  // Before 2025-09 there is no cache_n, and what was reused is not told.
  if (computed) counts.input = *computed + counts.cached.value_or(0);
  return error;
}

// vLLM with --enable-per-request-metrics. Its time to first token counts from the first schedule,
// so it is the prefill; its generation time runs from the first token to the last.
error_code see_metrics(json::value& metrics, Sight& sight) {
  if (kind_of(metrics) != '{') return SUCCESS;
  EngineTimings& times = sight.timings.emplace();
  return each_member(metrics, [&](json::raw_json_string key, json::value value) {
    if (key == "queue_time_ms") {
      times.queue_ns = millis_of(value);
    } else if (key == "time_to_first_token_ms") {
      times.prefill_ns = millis_of(value);
    } else if (key == "generation_time_ms") {
      times.decode_ns = millis_of(value);
    }
    return SUCCESS;
  });
}

}  // namespace

void add_openai_options(ObjectWriter& body, const GenerateRequest& request,
                        const EngineTraits& engine, std::string_view max_tokens) {
  if (request.max_tokens > 0) {
    body.number(max_tokens, std::int64_t{request.max_tokens});
    if (request.force_length && engine.min_tokens) {
      body.number("min_tokens", std::int64_t{request.max_tokens});
    }
    // Without a limit an ignored end would never come.
    if (request.force_length && engine.ignore_eos) body.flag("ignore_eos", true);
  }
  if (request.temperature) body.number("temperature", *request.temperature);
  if (request.priority && engine.priority) {
    body.number("priority", std::int64_t{*request.priority});
  }
  if (request.seed) body.raw("seed", std::to_string(*request.seed));
  body.flag("stream", true);
  body.raw("stream_options", engine.continuous_usage
                                 ? R"({"include_usage":true,"continuous_usage_stats":true})"
                                 : R"({"include_usage":true})");
}

error_code see_openai_event(json::object event, Sight& sight,
                            error_code (*see_choice)(json::value&, Sight&)) {
  return each_member(event, [&](json::raw_json_string key, json::value value) {
    if (key == "choices") {
      return each_element(value, [&](json::value& choice) { return see_choice(choice, sight); });
    }
    if (key == "usage") return see_usage(value, sight);
    if (key == "timings") return see_timings(value, sight);
    if (key == "metrics") return see_metrics(value, sight);
    if (key == "error" && kind_of(value) != 'n') sight.failed = true;
    // The flat form: {"object":"error","message":..}.
    if (key == "object" && string_body(value) == "error") sight.failed = true;
    return SUCCESS;
  });
}

}  // namespace tt::engine
