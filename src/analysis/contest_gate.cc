#include "analysis/contest_gate.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/slice.h"
#include "analysis/warmup.h"
#include "base/text.h"
#include "record/frame.h"

namespace tt::analysis {
namespace {

Check make(std::string id, std::string title) {
  Check check;
  check.id = std::move(id);
  check.title = std::move(title);
  return check;
}

// Distinct texts of the entries, in their order.
std::vector<std::string> distinct(std::span<const Entry> entries, std::string RunInput::* text) {
  std::vector<std::string> all;
  for (const Entry& entry : entries) {
    const std::string& one = entry.run->*text;
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  }
  return all;
}

bool told(const std::string& text) {
  return !text.empty() && text.find("not told") == std::string::npos;
}

// Two tools have two ways to name the same workload, so words that differ prove nothing there; the
// lengths of what was asked and answered, which are checked too, do.
Check check_workload(std::span<const Entry> entries) {
  Check c = make("same_workload", "The same workload");
  const auto texts = distinct(entries, &RunInput::workload_text);
  c.text = fmt::format("'{}'", fmt::join(texts, "' against '"));
  if (entries.size() < 2 || (texts.size() == 1 && told(texts.front()))) return c;
  const bool one_tool = std::ranges::all_of(
      entries, [&](const Entry& entry) { return entry.tool == entries.front().tool; });
  c.level = Level::kWarn;
  if (!std::ranges::all_of(texts, told)) {
    c.text += "; whether the prompts were the same is not known";
  } else if (!one_tool) {
    c.text += ", as their tools name them; whether the prompts were the same is not known";
  } else {
    c.level = Level::kFail;
    c.text += "; play the same prompts and lengths in both";
  }
  return c;
}

Check check_load(std::span<const Entry> entries) {
  Check c = make("same_load", "The same load");
  const auto texts = distinct(entries, &RunInput::load_text);
  c.text = fmt::format("'{}'", fmt::join(texts, "' against '"));
  if (texts.size() == 1) return c;
  c.level = Level::kWarn;
  c.text += "; the difference may come from the load";
  return c;
}

// The share by which the longest mean lies over the shortest; nullopt where fewer than two are
// known.
std::optional<double> spread(std::span<const Contender> sides, double Tokens::* mean) {
  double low = INFINITY;
  double high = 0;
  std::size_t known = 0;
  for (const Contender& side : sides) {
    const double value = side.summary.tokens.*mean;
    if (value <= 0) continue;
    ++known;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (known < 2) return std::nullopt;
  return high / low - 1;
}

Check check_lengths(std::span<const Contender> sides, double Tokens::* mean, std::string id,
                    std::string title, std::string_view remedy) {
  Check c = make(std::move(id), std::move(title));
  c.limit = kLengthUnequal;
  c.value = spread(sides, mean);
  if (!c.value) {
    c.text = "lengths are not known";
    return c;
  }
  c.text = fmt::format("means of tokens differ by {:.1f}%", *c.value * 100);
  if (*c.value <= kLengthUnequal) return c;
  c.level = Level::kWarn;
  c.text += fmt::format("; {}", remedy);
  return c;
}

// Runs that went on at once took the machine, the network and the client from each other.
Check check_time(std::span<const Entry> entries) {
  Check c = make("apart_in_time", "Runs did not disturb each other");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = i + 1; j < entries.size(); ++j) {
      const Nanos overlap = std::min(entries[i].ended, entries[j].ended) -
                            std::max(entries[i].started, entries[j].started);
      if (entries[i].started == 0 || entries[j].started == 0 || overlap <= 0) continue;
      c.level = Level::kWarn;
      c.value = to_seconds(overlap);
      c.text = fmt::format(
          "{} and {} went on at the same time for {:.1f} s: where they shared a "
          "machine they slowed each other down",
          entries[i].run->run_id, entries[j].run->run_id, to_seconds(overlap));
      return c;
    }
  }
  c.text = entries.size() < 2
               ? "one run"
               : "measured one after the other: what changed in between counts as a difference";
  return c;
}

MetricId warmup_metric(const Contender& side) {
  const auto* ttft = side.summary.distribution(MetricId::kTtft);
  return ttft != nullptr && ttft->n > 0 ? MetricId::kTtft : MetricId::kE2e;
}

Check check_warmup(std::span<const Entry> entries, std::span<const Contender> sides) {
  Check c = make("warmup", "Warm-up is left out");
  std::vector<std::string> found;
  for (const Entry& entry : entries) {
    const record::Frame frame = record::make_frame(entry.rows);
    const auto slices = make_slices(frame, entry.run->targets.size());
    for (const Contender& side : sides) {
      if (side.entry != &entry) continue;
      const Warmup warmup = find_warmup(slices[side.target], warmup_metric(side));
      if (warmup.outcome != WarmupOutcome::kFound) continue;
      found.push_back(fmt::format("the first {} requests of {} are {:.0f}% {} than the rest",
                                  format_count(warmup.part.count), side.label,
                                  std::abs(warmup.part.excess.value_or(0)) * 100,
                                  warmup.part.excess.value_or(0) < 0 ? "faster" : "slower"));
    }
  }
  c.text = found.empty() ? "no side begins unlike it goes on"
                         : fmt::format("{}; leave them out with --warmup", fmt::join(found, "; "));
  if (!found.empty()) c.level = Level::kWarn;
  return c;
}

// A run's own troubles, as far as they are of a side; what is compared between sides is said once,
// of the sides.
void add_troubles(std::vector<Check>& checks, const Entry& entry,
                  std::span<const Contender> sides) {
  const auto& targets = entry.run->targets;
  const auto rows = group_rows(entry.rows, targets.size(), entry.run->load, entry.run->load_varies);
  std::vector<TargetSummary> summaries;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    summaries.push_back(summarise_target(targets[t], rows[t], {}));
  }
  const auto seated = [&](std::size_t target) {
    return std::ranges::any_of(sides, [&](const Contender& side) {
      return side.entry == &entry && side.target == target;
    });
  };
  for (Check& check : check_run(*entry.run, rows, summaries)) {
    if (check.level == Level::kPass || check.id.starts_with("equal_")) continue;
    if (check.target && !seated(*check.target)) continue;
    check.text = fmt::format("{}: {}", entry.run->run_id, check.text);
    check.target.reset();  // it counts in one run's targets, and here are sides
    checks.push_back(std::move(check));
  }
}

// Whether a side's values of this metric mean what its tool means by them: what it reported, and
// instants that it chose (which chunk was the first, when the end came). Only its chunk times let
// us apply our own definitions, and they say nothing of the end.
bool is_foreign(const Contender& side, MetricId id) {
  if (metric(id).unit != Unit::kMillis) return false;
  if (id == MetricId::kE2e || id == MetricId::kE2ePlan) return true;
  for (const auto& block : side.rows->blocks) {
    for (const record::Row* row : block) {
      if (row->chunk_at.empty() && !std::isnan(request_value(facts_of(*row), id))) return true;
    }
  }
  return false;
}

}  // namespace

std::string foreign_definition(const Contender& side, MetricId id) {
  if (side.entry->tool.empty() || !is_foreign(side, id)) return {};
  const std::string name(metric(id).name);
  const auto found = side.entry->definitions.find(name);
  return found == side.entry->definitions.end() ? "not told how it is defined" : found->second;
}

std::string gate_figure(std::span<const Contender> sides, const Figure& figure) {
  std::set<std::string> definitions;
  std::set<std::string> tools;
  for (const Contender& side : sides) {
    const std::string definition = foreign_definition(side, figure.metric);
    definitions.insert(definition);
    tools.insert(definition.empty() ? "tokentrial" : side.entry->tool);
  }
  if (definitions.size() > 1) {
    return fmt::format("{} is defined differently by {}", metric(figure.metric).title,
                       fmt::join(tools, " and "));
  }
  const auto unlike = [&](double Tokens::* mean, std::string_view what) -> std::string {
    const auto by = spread(sides, mean);
    if (!by || *by <= kLengthOther) return {};
    return fmt::format("{} lengths differ by {:.0f}%", what, *by * 100);
  };
  switch (figure.metric) {
    case MetricId::kTtft:
    case MetricId::kTtftPlan:
      return unlike(&Tokens::mean_input, "input");
    case MetricId::kE2e:
    case MetricId::kE2ePlan:
    case MetricId::kRequestRate:
      return unlike(&Tokens::mean_output, "output");
    default:
      return {};
  }
}

std::vector<Check> gate_checks(std::span<const Entry> entries, std::span<const Contender> sides) {
  std::vector<Check> checks = {
      check_workload(entries),
      check_load(entries),
      check_lengths(sides, &Tokens::mean_input, "equal_input", "Inputs as long",
                    "prompts or tokenizers differ, so TTFT is not compared like for like"),
      check_lengths(sides, &Tokens::mean_output, "equal_output", "Outputs as long",
                    "compare TPOT and tokens/s rather than E2E and requests/s"),
      check_time(entries),
      check_warmup(entries, sides)};
  for (const Entry& entry : entries) {
    const bool takes_part =
        std::ranges::any_of(sides, [&](const Contender& side) { return side.entry == &entry; });
    if (takes_part) add_troubles(checks, entry, sides);
  }
  return checks;
}

}  // namespace tt::analysis
