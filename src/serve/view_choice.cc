#include "serve/view_choice.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "plan/plan.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostObjectives = 20;

Result<void> read_objectives(const Target& target, chart::ViewChoice& choice) {
  for (const auto& text : target.list("slo")) {
    const auto slo = plan::parse_slo(text);
    if (!slo) return fail(ErrorCode::kInvalidInput, slo.error().message, "slo");
    auto made = analysis::make_slo(slo->metric, slo->quantile, slo->limit, slo->text);
    if (made) choice.slos.push_back(std::move(*made));
  }
  if (choice.slos.size() <= kMostObjectives) return {};
  return fail(ErrorCode::kInvalidInput, fmt::format("at most {} objectives", kMostObjectives),
              "slo");
}

}  // namespace

Result<chart::ViewChoice> view_choice(const Target& target) {
  chart::ViewChoice choice;
  if (auto done = read_objectives(target, choice); !done) return std::unexpected(done.error());
  if (const auto text = target.value("bucket")) {
    const auto width = parse_duration(*text);
    if (!width || *width < kSecond) {
      return fail(ErrorCode::kInvalidInput, "must be 1s or more, for example 10s, 1m or 10m",
                  "bucket");
    }
    choice.bucket_s = to_seconds(*width);
  }
  if (const auto text = target.value("leave_out")) {
    const auto count = parse_whole(*text);
    if (!count) return fail(ErrorCode::kInvalidInput, "must be a whole number", "leave_out");
    choice.leave_out = static_cast<std::size_t>(*count);
  }
  return choice;
}

std::string key_of(const chart::ViewChoice& choice) {
  std::string key = fmt::format("{} {}", choice.bucket_s, choice.leave_out);
  for (const auto& slo : choice.slos) key += "\n" + slo.text;
  return key;
}

}  // namespace tt::serve
