#include <algorithm>

#include <fmt/format.h>

#include "engine/probe.h"
#include "load/one_shot.h"
#include "net/fetch.h"
#include "trial/target_probe.h"
#include "workload/calibrate.h"
#include "workload/exact_text.h"

namespace tt::trial {
namespace {

// A server that is slower than this to count a prompt is none to measure.
constexpr Nanos kLongestQuestion = 60 * kSecond;

// Whom to ask how many tokens a text has, and how long to wait for it.
struct Counter {
  const load::LoadTarget& target;
  Nanos timeout;
  const Stopped& stopped;

  Result<std::uint32_t> by_endpoint(std::string_view text) const;
  Result<std::uint32_t> by_usage(std::string_view text) const;
};

// By the tokenize endpoint: cheap, but without what the chat template adds.
Result<std::uint32_t> Counter::by_endpoint(std::string_view text) const {
  const auto request = engine::build_tokenize(target.engine->kind, target.model, text);
  if (!request) return fail(ErrorCode::kNotFound, "the engine has no tokenize endpoint");
  std::vector<net::Header> headers = target.headers;
  headers.push_back({"Content-Type", "application/json"});
  auto reply = net::fetch_now({.url = target.url, .tls = target.tls, .addresses = {}},
                              {.method = request->method,
                               .path = request->path,
                               .headers = headers,
                               .body = request->body,
                               .timeout = timeout},
                              stopped);
  if (!reply) return fail(ErrorCode::kNetwork, reply.error().message);
  if (reply->status != 200) {
    return fail(ErrorCode::kProtocol,
                fmt::format("the tokenize endpoint answers HTTP {}", reply->status));
  }
  return engine::read_tokenize(target.engine->kind, reply->body);
}

// By the usage of a request for one token: as the load will be counted.
Result<std::uint32_t> Counter::by_usage(std::string_view text) const {
  const engine::Prompt prompt = engine::Prompt::of(std::string(text));
  const record::Row row = load::ask_once(target, prompt, 1, timeout, stopped);
  if (row.input_source != TokenSource::kNone) return row.input_tokens;
  return fail(ErrorCode::kProtocol,
              row.ok() ? "the answer does not say how many tokens the prompt had" : row.error);
}

// With a tokenizer only the chat template is left to find: what the server counts beyond it. Two
// texts of very different lengths must agree on that, or the tokenizer is not the model's own.
Result<workload::WordFit> fit_template(const Counter& counter, workload::WordFit fit) {
  std::vector<std::int64_t> more;
  for (const std::uint32_t tokens : {16U, 160U}) {
    const std::string text = fit.exact->text(tokens, 0, tokens);
    const auto told = counter.by_usage(text);
    if (!told) return std::unexpected(told.error());
    const auto ours = fit.exact->tokenizer().count(text);
    if (!ours) return std::unexpected(ours.error());
    more.push_back(std::int64_t{*told} - *ours);
  }
  if (more[0] != more[1] || more[0] < 0) {
    return fail(ErrorCode::kProtocol,
                fmt::format("the server counts {:+} and {:+} tokens beyond the tokenizer's on two "
                            "texts, so this is not the model's own tokenizer, or the server's "
                            "counts are estimates",
                            more[0], more[1]));
  }
  fit.base = static_cast<double>(more[0]);
  fit.measured = true;
  return fit;
}

}  // namespace

Result<workload::WordFit> fit_words(const load::LoadTarget& target, const plan::Plan& plan,
                                    const Stopped& stopped) {
  const auto* synthetic = std::get_if<plan::SyntheticPrompts>(&plan.workload.prompts);
  if (synthetic == nullptr) return target.fit;
  Nanos timeout = kLongestQuestion;
  for (const Nanos limit : {plan.timeouts.first_token, plan.timeouts.total}) {
    if (limit > 0) timeout = std::min(timeout, limit);
  }
  const Counter counter{target, timeout, stopped};
  if (target.fit.exact) return fit_template(counter, target.fit);
  const auto run = [&](auto count) {
    return workload::calibrate(synthetic->input, plan.seeds.prompts,
                               [&](std::string_view text) { return (counter.*count)(text); });
  };
  constexpr std::string_view kSample = "One short sentence that the template is measured by.";
  const auto plain = counter.by_endpoint(kSample);
  if (plain) {
    auto calibration = run(&Counter::by_endpoint);
    if (calibration) {
      // What the chat template adds shows in the usage of one request.
      const auto whole = counter.by_usage(kSample);
      if (whole && *whole >= *plain) calibration->fit.base += *whole - *plain;
      return calibration->fit;
    }
  }
  auto calibration = run(&Counter::by_usage);
  if (!calibration) return std::unexpected(std::move(calibration.error()));
  return calibration->fit;
}

}  // namespace tt::trial
