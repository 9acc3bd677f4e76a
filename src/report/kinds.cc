#include "report/kinds.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

constexpr std::array<std::string_view, 4> kAudiences = {"executive", "product", "engineer",
                                                        "operations"};

struct KindSpec {
  std::string_view name;
  std::string_view question;
  Audience audience;
};
constexpr std::array kKinds = {
    KindSpec{"run", "What did it show?", Audience::kEngineer},
    KindSpec{"executive", "What did it show, in a minute?", Audience::kExecutive},
    KindSpec{"decision", "Which one should we take?", Audience::kProduct},
    KindSpec{"regression", "Did the change do harm?", Audience::kEngineer},
    KindSpec{"capacity", "How much can it take, and how many are needed?", Audience::kOperations},
    KindSpec{"technical", "All of it, with full statistics", Audience::kEngineer},
    KindSpec{"trend", "Where is it going, from run to run?", Audience::kProduct},
    KindSpec{"slo", "Are the objectives kept?", Audience::kOperations},
};

struct SectionSpec {
  SectionName name;
  Part* make;
};

// A new section is one function and one line; kChapters says who shows it.
constexpr std::array kSections = {
    SectionSpec{{"recommendation", "Our recommendation"}, recommendation_part},
    SectionSpec{{"regression", "Did it get worse?"}, regression_part},
    SectionSpec{{"capacity", "The highest load"}, capacity_part},
    SectionSpec{{"trend", "Where it is going"}, trend_part},
    SectionSpec{{"compliance", "Are the objectives kept?"}, compliance_part},
    SectionSpec{{"answer", "The answer"}, answer_part},
    SectionSpec{{"scenarios", "By scenario"}, scenarios_part},
    SectionSpec{{"targets", "At a glance"}, cards_part},
    SectionSpec{{"options", "The options"}, options_part},
    SectionSpec{{"users", "What users feel"}, users_part},
    SectionSpec{{"business", "What it means"}, business_part},
    SectionSpec{{"replicas", "How many are needed"}, replicas_part},
    SectionSpec{{"charts", "In pictures"}, charts_part},
    SectionSpec{{"insights", "Worth knowing"}, insights_part},
    SectionSpec{{"objectives", "Objectives"}, objectives_part},
    SectionSpec{{"error-budget", "Error budget"}, error_budget_part},
    SectionSpec{{"cost", "Cost"}, cost_part},
    SectionSpec{{"risks", "Risks"}, risks_part},
    SectionSpec{{"differences", "What was different"}, differences_part},
    SectionSpec{{"gate", "May they be compared?"}, gate_part},
    SectionSpec{{"comparison", "Figure by figure"}, comparison_part},
    SectionSpec{{"curve", "Figures over the load"}, curve_part},
    SectionSpec{{"probes", "The search"}, probes_part},
    SectionSpec{{"trend-runs", "Run by run"}, trend_runs_part},
    SectionSpec{{"latency", "Latency"}, latency_part},
    SectionSpec{{"throughput", "Throughput"}, throughput_part},
    SectionSpec{{"failures", "Failures"}, failures_part},
    SectionSpec{{"resources", "Engines and machines"}, resources_part},
    SectionSpec{{"trust", "Can it be trusted?"}, trust_part},
    SectionSpec{{"steps", "Next steps"}, steps_part},
    SectionSpec{{"assumptions", "Assumptions"}, assumptions_part},
    SectionSpec{{"configuration", "What was measured"}, configuration_part},
    SectionSpec{{"method", "Method and words"}, method_part},
    SectionSpec{{"statistics", "Appendix: full statistics"}, statistics_part},
};

using Ids = std::span<const std::string_view>;

constexpr std::string_view kExecutiveParts[] = {
    "answer",     "scenarios", "targets", "users", "charts", "business",   "insights",
    "objectives", "cost",      "risks",   "trust", "steps",  "assumptions"};
constexpr std::string_view kProductParts[] = {"answer",   "scenarios",  "targets",     "users",
                                              "business", "charts",     "insights",    "objectives",
                                              "cost",     "comparison", "latency",     "throughput",
                                              "trust",    "steps",      "assumptions", "method"};
constexpr std::string_view kOperationsParts[] = {
    "answer",      "scenarios", "targets",     "charts",       "insights",  "objectives",
    "cost",        "latency",   "throughput",  "failures",     "resources", "trust",
    "differences", "steps",     "assumptions", "configuration"};
constexpr std::string_view kEngineerParts[] = {
    "answer", "scenarios",   "targets",     "users",         "charts",   "insights",  "objectives",
    "cost",   "comparison",  "latency",     "throughput",    "failures", "resources", "gate",
    "trust",  "differences", "assumptions", "configuration", "method"};
constexpr std::string_view kTechnicalParts[] = {
    "answer",      "scenarios",     "targets", "users",      "charts",      "insights",
    "objectives",  "error-budget",  "cost",    "comparison", "latency",     "throughput",
    "failures",    "resources",     "gate",    "trust",      "differences", "steps",
    "assumptions", "configuration", "method",  "statistics"};
constexpr std::string_view kDecisionParts[] = {
    "recommendation", "options",    "scenarios",   "business",      "charts",
    "users",          "objectives", "cost",        "comparison",    "risks",
    "trust",          "steps",      "assumptions", "configuration", "method"};
constexpr std::string_view kRegressionParts[] = {
    "regression", "differences", "objectives", "comparison", "charts",        "gate",  "failures",
    "resources",  "insights",    "steps",      "trust",      "configuration", "method"};
constexpr std::string_view kCapacityParts[] = {"capacity",      "replicas", "charts", "curve",
                                               "probes",        "cost",     "steps",  "assumptions",
                                               "configuration", "method"};
constexpr std::string_view kTrendParts[] = {"trend",       "charts", "trend-runs", "steps",
                                            "differences", "trust",  "method"};
constexpr std::string_view kSloParts[] = {"compliance", "objectives",    "error-budget", "charts",
                                          "users",      "failures",      "insights",     "trust",
                                          "steps",      "configuration", "method"};

Ids parts_of_run(Audience audience) {
  switch (audience) {
    case Audience::kExecutive:
      return kExecutiveParts;
    case Audience::kProduct:
      return kProductParts;
    case Audience::kOperations:
      return kOperationsParts;
    case Audience::kEngineer:
      return kEngineerParts;
  }
  return {};
}

Ids parts_of(Kind kind, Audience audience) {
  switch (kind) {
    case Kind::kRun:
      return parts_of_run(audience);
    case Kind::kExecutive:
      return kExecutiveParts;
    case Kind::kDecision:
      return kDecisionParts;
    case Kind::kRegression:
      return kRegressionParts;
    case Kind::kCapacity:
      return kCapacityParts;
    case Kind::kTechnical:
      return kTechnicalParts;
    case Kind::kTrend:
      return kTrendParts;
    case Kind::kSlo:
      return kSloParts;
  }
  return {};
}

// Executives need neither the method nor what engineers look up.
bool for_audience(std::string_view id, Audience audience) {
  constexpr std::array<std::string_view, 5> kNotForExecutives = {"comparison", "gate", "method",
                                                                 "configuration", "statistics"};
  return audience != Audience::kExecutive ||
         std::ranges::find(kNotForExecutives, id) == kNotForExecutives.end();
}

const SectionSpec* find_section(std::string_view id) {
  const auto found = std::ranges::find_if(
      kSections, [&](const SectionSpec& section) { return section.name.id == id; });
  return found == kSections.end() ? nullptr : &*found;
}

constexpr std::size_t kMostNamed = 5;  // runs in a title

std::string run_name(const ReportRun& run) {
  return run.manifest.name.empty() ? run.input.run_id : run.manifest.name;
}

std::string title_of(const ReportSubject& subject, Kind kind) {
  if (subject.group != nullptr) {
    return fmt::format("{}: {} of {}", subject.group->group.name,
                       kind == Kind::kCapacity ? "capacity" : "curve",
                       list_text(subject.group->group.targets));
  }
  std::vector<std::string> names;
  if (subject.alone()) {
    for (const auto& target : subject.runs.front().input.targets) names.push_back(target.name);
    const auto name = run_name(subject.runs.front());
    return names.empty() ? name : fmt::format("{}: {}", name, list_text(names));
  }
  for (const auto& run : subject.runs) {
    auto name = run_name(run);
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  if (kind == Kind::kRegression && names.size() == 2) {
    return fmt::format("{} after {}", names[1], names[0]);
  }
  return names.size() > kMostNamed
             ? fmt::format("{} runs, {} to {}", names.size(), names.front(), names.back())
             : list_text(names);
}

std::string subtitle_of(const ReportSubject& subject) {
  if (subject.runs.empty()) return {};
  if (subject.group != nullptr) {
    std::vector<double> loads;
    for (const auto& step : subject.group->group.steps) loads.push_back(step.load);
    return loads.empty()
               ? std::string()
               : fmt::format("{} {:.4g} to {:.4g}; {}", subject.group->curve.over,
                             *std::ranges::min_element(loads), *std::ranges::max_element(loads),
                             subject.runs.front().input.workload_text);
  }
  const auto& first = subject.runs.front().input;
  const auto alike = [&](auto text_of) {
    return std::ranges::all_of(
        subject.runs, [&](const ReportRun& run) { return text_of(run.input) == text_of(first); });
  };
  std::vector<std::string> facts;
  if (alike([](const auto& input) { return input.load_text; })) facts.push_back(first.load_text);
  if (alike([](const auto& input) { return input.workload_text; })) {
    facts.push_back(first.workload_text);
  }
  return fmt::format("{}", fmt::join(facts, "; "));
}

std::vector<std::pair<std::string, std::string>> metadata_of(const ReportSubject& subject,
                                                             const Outline& outline) {
  std::vector<std::pair<std::string, std::string>> data;
  if (subject.group != nullptr) {
    const auto& group = subject.group->group;
    data.emplace_back("Group", group.id);
    data.emplace_back("Measured", format_utc(group.started_realtime));
  }
  for (const auto& run : subject.runs) {
    if (subject.group != nullptr) break;  // its runs are in the table
    data.emplace_back("Run", run.input.run_id);
    data.emplace_back("Measured", format_utc(run.manifest.started_realtime));
  }
  if (outline.kind != Kind::kRun) data.emplace_back("Kind", kind_name(outline.kind));
  data.emplace_back("Written for", audience_name(outline.audience));
  if (subject.runs.empty()) return data;
  const auto& run = subject.runs.front();
  data.emplace_back("Method", fmt::format("version {}", run.summary.method_version));
  data.emplace_back("Program", fmt::format("tokentrial {} ({})", run.manifest.tool_version,
                                           run.manifest.build_hash));
  return data;
}

Nanos measured_of(const ReportSubject& subject) {
  if (subject.group != nullptr) return subject.group->group.started_realtime;
  return subject.runs.empty() ? 0 : subject.runs.back().manifest.started_realtime;
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

std::string_view kind_name(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

std::string_view kind_question(Kind kind) {
  return kKinds[static_cast<std::size_t>(kind)].question;
}

std::optional<Kind> kind_from_name(std::string_view name) {
  const auto at = std::ranges::find(kKinds, name, &KindSpec::name);
  if (at == kKinds.end()) return std::nullopt;
  return static_cast<Kind>(at - kKinds.begin());
}

Audience audience_of(Kind kind) { return kKinds[static_cast<std::size_t>(kind)].audience; }

std::span<const SectionName> section_names() {
  static const auto kNames = [] {
    std::array<SectionName, kSections.size()> names;
    std::ranges::transform(kSections, names.begin(), &SectionSpec::name);
    return names;
  }();
  return kNames;
}

Outline outline_of(Kind kind, Audience audience) {
  Outline outline{.kind = kind, .audience = audience, .logo = {}};
  for (const auto id : parts_of(kind, audience)) {
    if (for_audience(id, audience)) outline.chapters.push_back({.id = std::string(id)});
  }
  return outline;
}

std::span<const std::string_view> charts_for(Kind kind, Audience audience) {
  static constexpr std::string_view kForExecutive[] = {"winners", "ttft-ecdf", "e2e-spread",
                                                       "ttft-over-time"};
  static constexpr std::string_view kForProduct[] = {"ttft-distribution", "ttft-ecdf", "e2e-ecdf",
                                                     "ttft-over-time"};
  static constexpr std::string_view kForOperations[] = {
      "ttft-over-time",   "tpot-over-time", "e2e-over-time", "e2e-heatmap",
      "errors-over-time", "errors-by-load", "request-lanes"};
  static constexpr std::string_view kForSlo[] = {"ttft-ecdf", "tpot-ecdf", "e2e-ecdf",
                                                 "ttft-over-time"};
  static constexpr std::string_view kForTrend[] = {"trend"};
  static constexpr std::string_view kForDecision[] = {"differences", "winners",  "scenarios",
                                                      "ttft-ecdf",   "e2e-ecdf", "cost-performance",
                                                      "cost-month"};
  if (kind == Kind::kTrend) return kForTrend;
  if (kind == Kind::kDecision && audience != Audience::kExecutive) return kForDecision;
  static constexpr std::string_view kForChange[] = {"differences",  "ttft-ecdf", "ttft-shift",
                                                    "tpot-shift",   "e2e-shift", "ttft-over-time",
                                                    "e2e-over-time"};
  if (kind == Kind::kRegression) return kForChange;
  if (kind == Kind::kTechnical || kind == Kind::kCapacity) return {};
  if (kind == Kind::kSlo) return kForSlo;
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

Document make_report(const ReportSubject& subject, const Outline& outline) {
  Document document{
      .title = outline.title.empty() ? title_of(subject, outline.kind) : outline.title,
      .subtitle = outline.subtitle.empty() ? subtitle_of(subject) : outline.subtitle,
      .metadata = metadata_of(subject, outline),
      .sections = {},
      .measured = measured_of(subject),
      .logo = outline.logo,
      .accent = outline.accent};
  std::size_t own = 0;
  for (const Chapter& chapter : outline.chapters) {
    Section section{.id = chapter.id, .title = chapter.title, .blocks = chapter.before};
    if (const auto* known = find_section(chapter.id)) {
      if (section.title.empty()) section.title = known->name.title;
      auto made = known->make(subject, outline.audience);
      if (made.empty()) continue;  // and with it what the user says of it
      std::ranges::move(made, std::back_inserter(section.blocks));
    } else {
      section.id = fmt::format("text-{}", ++own);
    }
    section.blocks.insert(section.blocks.end(), chapter.after.begin(), chapter.after.end());
    document.sections.push_back(std::move(section));
  }
  return document;
}

}  // namespace tt::report
