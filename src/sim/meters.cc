#include "sim/meters.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tt::sim {
namespace {

using engine::EngineKind;

// vLLM. The older engine (V0, before 0.8) had the first so many of each list.
constexpr std::array kVllmTtft{.001, .005, .01, .02, .04, .06, .08, .1,  .25,  .5,   .75,
                               1.,   2.5,  5.,  7.5, 10., 20., 40., 80., 160., 640., 2560.};
constexpr std::array kVllmGap{.01, .025, .05, .075, .1,  .15, .2,  .3,  .4, .5,
                              .75, 1.,   2.5, 5.,   7.5, 10., 20., 40., 80.};
constexpr std::array kVllmRequest{.3,  .5,  .8,  1.,  1.5,  2.,   2.5,  5.,   10.,   15.,  20.,
                                  30., 40., 50., 60., 120., 240., 480., 960., 1920., 7680.};
constexpr std::array kTrtPrefill{.001, .005, .01, .02, .04, .06, .08, .1, .25,
                                 .5,   .75,  1.,  2.5, 5.,  7.5, 10., 20.};
constexpr std::array kTritonFirst{.1, .5, 2., 5.};
constexpr std::array kIteration{1.,   8.,    16.,   32.,   64.,   128.,  256.,
                                512., 1024., 2048., 4096., 8192., 16384.};

constexpr std::array kSglangTtft{.1, .2,  .4,  .6,  .8,  1.,  2.,   4.,   6.,
                                 8., 10., 20., 40., 60., 80., 100., 200., 400.};
constexpr std::array kSglangGap{.002, .004, .006, .008, .01, .015, .02, .025, .03, .035, .04, .06,
                                .08,  .1,   .2,   .4,   .6,  .8,   1.,  2.,   4.,  6.,   8.};
constexpr std::array kSglangRequest{.1,   .2,   .4,   .6,    .8,    1.,   2.,  4.,
                                    6.,   8.,   10.,  20.,   40.,   60.,  80., 100.,
                                    200., 400., 600., 1200., 1800., 2400.};
constexpr std::array kSglangQueue{
    0.,   .001, .005, .01,  .05,   .1,    .2,    .5,    1.,    2.,    3.,    4.,   5.,   10.,
    15.,  20.,  30.,  40.,  50.,   60.,   70.,   80.,   90.,   100.,  200.,  300., 400., 500.,
    600., 700., 800., 900., 1000., 1200., 1400., 1600., 1800., 2000., 2500., 3000.};

/// 0.0001 x 1.5^k seconds, k = 1 to 35.
std::span<const double> tgi_durations() {
  static const auto kEdges = [] {
    std::array<double, 35> edges{};
    for (std::size_t k = 0; k < edges.size(); ++k) edges[k] = 1e-4 * std::pow(1.5, k + 1.0);
    return edges;
  }();
  return kEdges;
}

/// Of SGLang's stages: 0.001 x 1.62^k seconds, k = 0 to 29.
std::span<const double> sglang_stages() {
  static const auto kEdges = [] {
    std::array<double, 30> edges{};
    for (std::size_t k = 0; k < edges.size(); ++k) {
      edges[k] = 1e-3 * std::pow(1.62, static_cast<double>(k));
    }
    return edges;
  }();
  return kEdges;
}

/// 1, 2, 5, 10, .. up to the largest that is not above `most`.
std::vector<double> one_two_five(double most) {
  std::vector<double> edges;
  for (double decade = 1;; decade *= 10) {
    for (const double step : {1., 2., 5.}) {
      if (step * decade > most) return edges;
      edges.push_back(step * decade);
    }
  }
}

/// A hundred equal buckets.
std::vector<double> hundred(double most) {
  std::vector<double> edges;
  for (int i = 1; i <= 100; ++i) edges.push_back(most * i / 100);
  return edges;
}

std::vector<double> sglang_lengths() {
  std::vector<double> edges{100, 300, 500, 700, 1000, 1500};
  for (double e = 2000; e <= 10'000; e += 1000) edges.push_back(e);
  for (double e = 12'500; e <= 30'000; e += 2500) edges.push_back(e);
  for (const double e :
       {35e3, 40e3, 60e3, 80e3, 100e3, 200e3, 300e3, 400e3, 600e3, 800e3, 1e6, 1.1e6}) {
    edges.push_back(e);
  }
  return edges;
}

MeterEdges vllm_edges(std::uint32_t version, std::uint32_t max_tokens) {
  const bool v0 = version < 800;
  const auto request = std::span<const double>(kVllmRequest);
  const auto seconds = v0 ? request.first(15) : request;
  return {.ttft = v0 ? std::span<const double>(kVllmTtft).first(16) : kVllmTtft,
          .gap = v0 ? std::span<const double>(kVllmGap).first(13) : kVllmGap,
          .request = seconds,
          .queue = seconds,
          .prefill = seconds,
          .tpot = kVllmGap,
          .prompt = one_two_five(max_tokens),
          .output = one_two_five(max_tokens)};
}

double between(Nanos from, Nanos to) { return std::max(to_seconds(to - from), 0.0); }

}  // namespace

std::uint32_t version_number(std::string_view text) {
  std::array<std::uint32_t, 3> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, parts[i]);
    if (error != std::errc{}) return i == 0 ? UINT32_MAX : parts[0] * 10'000 + parts[1] * 100;
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  if (parts[0] > 1000) return UINT32_MAX;
  return parts[0] * 10'000 + std::min(parts[1], 99U) * 100 + std::min(parts[2], 99U);
}

MeterEdges meter_edges(EngineKind kind, std::uint32_t version, std::uint32_t max_tokens) {
  MeterEdges edges = vllm_edges(kind == EngineKind::kVllm ? version : UINT32_MAX, max_tokens);
  switch (kind) {
    case EngineKind::kSglang:
      edges = {.ttft = kSglangTtft,
               .gap = kSglangGap,
               .request = kSglangRequest,
               .queue = kSglangQueue,
               .prefill = sglang_stages(),
               .tpot = kSglangGap,
               .prompt = sglang_lengths(),
               .output = sglang_lengths()};
      break;
    case EngineKind::kTgi:
      edges = {.ttft = tgi_durations(),
               .gap = tgi_durations(),
               .request = tgi_durations(),
               .queue = tgi_durations(),
               .prefill = tgi_durations(),
               .tpot = tgi_durations(),
               .prompt = hundred(max_tokens),
               .output = hundred(max_tokens)};
      break;
    case EngineKind::kTensorRtLlm:
      edges.prefill = kTrtPrefill;
      break;
    case EngineKind::kOpenAi:  // Triton's page
      edges.ttft = kTritonFirst;
      break;
    default:
      break;
  }
  return edges;
}

Meters::Meters(EngineKind kind, MeterEdges edges)
    : kind_(kind),
      edges_(std::move(edges)),
      ttft(edges_.ttft),
      gap(edges_.gap),
      tpot(edges_.tpot),
      e2e(edges_.request),
      queue(edges_.queue),
      prefill(edges_.prefill),
      decode(edges_.request),
      inference(edges_.request),
      prompt(edges_.prompt),
      output(edges_.output),
      max_tokens(edges_.output),
      computed_prompt(edges_.prompt),
      iteration_tokens(kIteration),
      prefill_step(tgi_durations()),
      decode_step(tgi_durations()),
      batch_size(std::span<const double>(kIteration).first(9)),
      validation(tgi_durations()) {}

void Meters::started(const RequestMeter& request) {
  cache_queries += request.prompt;
  cache_hits += request.cached;
  // The others observe it when the request ends.
  if (kind_ == EngineKind::kSglang) queue.observe(between(request.queued, request.started));
}

void Meters::tokens(const RequestMeter& request, std::uint32_t count, Nanos since,
                    std::uint32_t drafted) {
  generated_tokens += count;
  if (drafted > 0) {
    ++drafts;
    draft_tokens += drafted;
    accepted_tokens += count - 1;
    for (std::size_t i = 0; i + 1 < count && i < accepted_at.size(); ++i) ++accepted_at[i];
  }
  if (since == kNever) {
    ttft.observe(between(request.received, request.first));
    prompt_tokens += request.prompt;
    cached_tokens += request.cached;
    prompt_seconds += between(request.started, request.first);
    // The others observe it when the request ends.
    if (kind_ == EngineKind::kSglang) prefill.observe(between(request.started, request.first));
    return;
  }
  const double seconds = std::max(to_seconds(since), 0.0);
  // SGLang counts tokens, the others events.
  if (kind_ == EngineKind::kSglang) {
    gap.observe(seconds / count, count);
  } else {
    gap.observe(seconds);
  }
}

void Meters::ended(const RequestMeter& r, EndReason reason) {
  ++ends[static_cast<std::size_t>(reason)];
  if (reason == EndReason::kAbort) return;
  longest = std::max<std::uint64_t>(longest, r.prompt + r.output);
  ended_prompt_tokens += r.prompt;
  ended_cached_tokens += r.cached;
  ended_tokens += r.output;
  ended_seconds += between(r.first, r.last);
  validation.observe(between(r.received, r.queued));
  if (kind_ != EngineKind::kSglang) queue.observe(between(r.queued, r.started));
  e2e.observe(between(r.received, r.last));
  if (kind_ != EngineKind::kSglang) prefill.observe(between(r.started, r.first));
  decode.observe(between(r.first, r.last));
  inference.observe(between(r.started, r.last));
  if (kind_ == EngineKind::kTgi) {  // the whole inference over all tokens
    tpot.observe(between(r.started, r.last) / std::max(r.output, 1U));
  } else if (r.output > 1) {
    tpot.observe(between(r.first, r.last) / (r.output - 1));
  }
  prompt.observe(r.prompt);
  output.observe(r.output);
  max_tokens.observe(r.max_tokens);
  computed_prompt.observe(r.prompt - std::min(r.cached, r.prompt));
}

void Meters::step(const StepRecord& record, const Load& load) {
  ++steps;
  step_requests += record.requests;
  prefill_computed += record.prefill_tokens;
  iteration_tokens.observe(record.tokens);
  const double seconds = between(record.begin, record.end);
  if (record.prefills > 0) {
    ++prefill_steps;
    prefill_step_seconds += seconds;
    prefill_step.observe(seconds);
    batch_size.observe(record.prefills);
  } else {
    decode_step_seconds += seconds;
    decode_step.observe(seconds);
  }
  if (kind_ == EngineKind::kSglang) log(record, load);
}

void Meters::log(const StepRecord& record, const Load& load) {
  constexpr std::uint32_t kDecodesALine = 40;
  if (logged.at == kNever) logged.at = record.begin;
  if (record.prefills > 0) {
    logged.load = load;
    const double looked_up = static_cast<double>(cache_queries);
    logged.hit_rate = looked_up > 0 ? static_cast<double>(cache_hits) / looked_up : 0;
  } else if (++logged.decode_steps >= kDecodesALine) {
    const double seconds = between(logged.at, record.end);
    logged = {.load = load,
              .tokens_per_s =
                  seconds > 0 ? static_cast<double>(load.tokens - logged.generated) / seconds : 0,
              .hit_rate = 0,  // each decode line sets it back
              .at = record.end,
              .generated = load.tokens,
              .decode_steps = 0};
  }
}

}  // namespace tt::sim
