#include <algorithm>

#include <fmt/format.h>

#include "engine/probe.h"
#include "load/one_shot.h"
#include "net/fetch.h"
#include "trial/target_probe.h"
#include "workload/calibrate.h"

namespace tt::trial {
namespace {

// A server that is slower than this to count a prompt is none to measure.
constexpr Nanos kLongestQuestion = 60 * kSecond;

// By the tokenize endpoint: cheap, but without what the chat template adds.
Result<std::uint32_t> count_by_endpoint(const load::LoadTarget& target, std::string_view text,
                                        Nanos timeout) {
  const auto request = engine::build_tokenize(target.engine->kind, target.model, text);
  if (!request) return fail(ErrorCode::kNotFound, "the engine has no tokenize endpoint");
  std::vector<net::Header> headers = target.headers;
  headers.push_back({"Content-Type", "application/json"});
  auto reply = net::fetch_now({.url = target.url, .tls = target.tls, .addresses = {}},
                              {.method = request->method,
                               .path = request->path,
                               .headers = headers,
                               .body = request->body,
                               .timeout = timeout});
  if (!reply) return fail(ErrorCode::kNetwork, reply.error().message);
  if (reply->status != 200) {
    return fail(ErrorCode::kProtocol,
                fmt::format("the tokenize endpoint answers HTTP {}", reply->status));
  }
  return engine::read_tokenize(target.engine->kind, reply->body);
}

// By the usage of a request for one token: as the load will be counted.
Result<std::uint32_t> count_by_usage(const load::LoadTarget& target, std::string_view text,
                                     Nanos timeout) {
  const engine::Prompt prompt = engine::Prompt::of(std::string(text));
  const record::Row row = load::ask_once(target, prompt, 1, timeout);
  if (row.input_source != TokenSource::kNone) return row.input_tokens;
  return fail(ErrorCode::kProtocol,
              row.ok() ? "the answer does not say how many tokens the prompt had" : row.error);
}

}  // namespace

Result<workload::WordFit> fit_words(const load::LoadTarget& target, const workload::Plan& plan) {
  const auto* synthetic = std::get_if<workload::SyntheticPrompts>(&plan.workload.prompts);
  if (synthetic == nullptr) return workload::WordFit{};
  Nanos timeout = kLongestQuestion;
  for (const Nanos limit : {plan.timeouts.first_token, plan.timeouts.total}) {
    if (limit > 0) timeout = std::min(timeout, limit);
  }
  const auto run = [&](auto count) {
    return workload::calibrate(synthetic->input, plan.seeds.prompts,
                               [&](std::string_view text) { return count(target, text, timeout); });
  };
  constexpr std::string_view kSample = "One short sentence that the template is measured by.";
  const auto plain = count_by_endpoint(target, kSample, timeout);
  if (plain) {
    auto calibration = run(count_by_endpoint);
    if (calibration) {
      // What the chat template adds shows in the usage of one request.
      const auto whole = count_by_usage(target, kSample, timeout);
      if (whole && *whole >= *plain) calibration->fit.base += *whole - *plain;
      return calibration->fit;
    }
  }
  auto calibration = run(count_by_usage);
  if (!calibration) return std::unexpected(std::move(calibration.error()));
  return calibration->fit;
}

}  // namespace tt::trial
