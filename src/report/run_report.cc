#include "report/run_report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "report/run_sections.h"

namespace tt::report {
namespace {

constexpr std::array<std::string_view, 4> kAudiences = {"executive", "product", "engineer",
                                                        "operations"};

// In the order of reading. A new section is one function and one line.
struct Part {
  std::string_view id;
  std::string_view title;
  std::vector<Block> (*make)(const ReportSubject&, Audience);
  std::uint8_t audiences;  // a bit for each
};

constexpr std::uint8_t bit(Audience audience) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(audience));
}
constexpr std::uint8_t kExecutive = bit(Audience::kExecutive);
constexpr std::uint8_t kProduct = bit(Audience::kProduct);
constexpr std::uint8_t kEngineer = bit(Audience::kEngineer);
constexpr std::uint8_t kOperations = bit(Audience::kOperations);
constexpr std::uint8_t kAll = kExecutive | kProduct | kEngineer | kOperations;

constexpr std::array kParts = {
    Part{"answer", "The answer", answer_part, kAll},
    Part{"targets", "At a glance", cards_part, kAll},
    Part{"users", "What users feel", users_part, kExecutive | kProduct | kEngineer},
    Part{"charts", "In pictures", charts_part, kAll},
    Part{"insights", "Worth knowing", insights_part, kAll},
    Part{"objectives", "Objectives", objectives_part, kAll},
    Part{"comparison", "Figure by figure", comparison_part, kProduct | kEngineer},
    Part{"latency", "Latency", latency_part, kProduct | kEngineer | kOperations},
    Part{"throughput", "Throughput", throughput_part, kProduct | kEngineer | kOperations},
    Part{"failures", "Failures", failures_part, kEngineer | kOperations},
    Part{"trust", "Can it be trusted?", trust_part, kAll},
    Part{"configuration", "What was measured", configuration_part, kEngineer | kOperations},
    Part{"method", "Method and words", method_part, kProduct | kEngineer},
};

std::string title_of(const ReportSubject& subject) {
  const auto& name = subject.manifest.name.empty() ? subject.input.run_id : subject.manifest.name;
  std::vector<std::string> targets;
  for (const auto& target : subject.input.targets) targets.push_back(target.name);
  return targets.empty() ? name : fmt::format("{}: {}", name, list_text(targets));
}

}  // namespace

std::string_view audience_name(Audience audience) {
  return kAudiences[static_cast<std::size_t>(audience)];
}

std::optional<Audience> audience_from_name(std::string_view name) {
  const auto at = std::ranges::find(kAudiences, name);
  if (at == kAudiences.end()) return std::nullopt;
  return static_cast<Audience>(at - kAudiences.begin());
}

std::span<const std::string_view> charts_for(Audience audience) {
  static constexpr std::array<std::string_view, 2> kForExecutive = {"ttft-ecdf", "e2e-spread"};
  static constexpr std::array<std::string_view, 4> kForProduct = {"ttft-distribution", "ttft-ecdf",
                                                                  "e2e-ecdf", "ttft-over-time"};
  static constexpr std::array<std::string_view, 4> kForOperations = {
      "ttft-over-time", "tpot-over-time", "e2e-over-time", "request-lanes"};
  switch (audience) {
    case Audience::kExecutive:
      return kForExecutive;
    case Audience::kProduct:
      return kForProduct;
    case Audience::kOperations:
      return kForOperations;
    case Audience::kEngineer:
      return {};
  }
  return {};
}

Document run_report(const ReportSubject& subject, Audience audience) {
  Document document{
      .title = title_of(subject),
      .subtitle = fmt::format("{}; {}", subject.input.load_text, subject.input.workload_text),
      .metadata = {{"Run", subject.input.run_id},
                   {"Measured", format_utc(subject.manifest.started_realtime)},
                   {"Written for", std::string(audience_name(audience))},
                   {"Method", fmt::format("version {}", subject.summary.method_version)},
                   {"Program", fmt::format("tokentrial {} ({})", subject.manifest.tool_version,
                                           subject.manifest.build_hash)}},
      .sections = {},
      .measured = subject.manifest.started_realtime};
  for (const Part& part : kParts) {
    if ((part.audiences & bit(audience)) == 0) continue;
    auto blocks = part.make(subject, audience);
    if (blocks.empty()) continue;
    document.sections.push_back({std::string(part.id), std::string(part.title), std::move(blocks)});
  }
  return document;
}

}  // namespace tt::report
