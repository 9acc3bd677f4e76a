#include "app/answer_view.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/figure_tables.h"
#include "app/table.h"
#include "base/text.h"
#include "report/figure_cells.h"

namespace tt::app {
namespace {

using analysis::Level;
using analysis::RunSummary;
using analysis::Verdict;
using Lines = std::vector<Line>;

const std::string& name_of(const RunSummary& s, std::size_t target) {
  return s.targets[target].target.name;
}

// --- Verdict

struct Mark {
  std::string_view sign;
  Style style;
};

Mark mark_of(const RunSummary& s) {
  if (!s.valid()) return {"✗", Style::kBad};
  switch (s.answer.verdict) {
    case Verdict::kBetter:
      return {"✓", Style::kGood};
    case Verdict::kSame:
      return {"=", Style::kStrong};
    default:
      return {s.targets.size() > 1 ? "?" : "·", Style::kWarn};
  }
}

std::vector<std::string> targets_that_miss(const RunSummary& s) {
  std::vector<std::string> names;
  for (const auto& target : s.targets) {
    const bool missed = std::ranges::any_of(target.slos, [](const auto& slo) { return !slo.met; });
    if (missed) names.push_back(target.target.name);
  }
  return names;
}

// "ttft_p99=500ms (tgi)", each that was missed.
std::vector<std::string> missed_objectives(const RunSummary& s) {
  std::vector<std::string> missed;
  for (const auto& target : s.targets) {
    for (const auto& slo : target.slos) {
      if (!slo.met) missed.push_back(fmt::format("{} ({})", slo.slo.text, target.target.name));
    }
  }
  return missed;
}

Lines headline(const RunSummary& s, std::size_t width) {
  const Mark mark = mark_of(s);
  return hanging(Line(mark.sign, mark.style).add(" "), report::headline_of(s), width,
                 Style::kStrong);
}

std::vector<std::string> titles_of(const std::vector<analysis::Figure>& figures) {
  std::vector<std::string> titles;
  for (const auto& figure : figures) titles.push_back(analysis::figure_title(figure));
  return titles;
}

Lines verdict(const RunSummary& s, std::size_t width) {
  Lines lines = headline(s, width);
  const auto list = [&](std::string_view head, const std::vector<std::string>& titles) {
    if (titles.empty()) return;
    Line start = Line("  ").add(head, Style::kDim);
    append(lines, hanging(start.to_column(16), fmt::format("{}", fmt::join(titles, ", ")), width));
  };
  const bool has_objectives =
      std::ranges::any_of(s.targets, [](const auto& target) { return !target.slos.empty(); });
  if (has_objectives && s.slos_met) list("objectives", {"all met"});
  if (!s.slos_met)
    list("objectives", {fmt::format("missed by {}", fmt::join(targets_that_miss(s), ", "))});
  if (s.targets.size() < 2 || !s.valid()) return lines;
  const auto all = analysis::standing_of(s.winners, s.answer);
  std::vector<std::string> lost;
  for (const auto& [figure, target] : all.lost) {
    lost.push_back(fmt::format("{} ({})", analysis::figure_title(figure), name_of(s, target)));
  }
  if (s.answer.winner) list("also wins", titles_of(all.won));
  list(s.answer.winner ? "others win" : "winners", lost);
  list("all the same", titles_of(all.same));
  for (const auto& [why, figures] : all.open) {
    const std::string reason = why.empty() ? "" : fmt::format(" ({})", why);
    list(&figures == &all.open.front().second ? "cannot tell" : "",
         {fmt::format("{}{}", fmt::join(titles_of(figures), ", "), reason)});
  }
  return lines;
}

// --- Objectives and failures

Lines objectives(const RunSummary& s, std::size_t width) {
  Lines lines;
  Table table({{.title = "objective"},
               {.title = "target", .shrink_to = 8},
               {.title = "measured", .align = Align::kRight},
               {.title = "outcome"}});
  for (const auto& target : s.targets) {
    for (const auto& slo : target.slos) {
      const auto& metric = analysis::metric(slo.slo.figure.metric);
      std::string outcome = slo.met ? "met" : "missed";
      if (!slo.value) outcome = "missed: nothing was measured";
      if (slo.value && !slo.certain) {
        outcome += slo.interval ? ", though the interval crosses the limit"
                                : ", though too few requests to be certain";
      }
      table.row({slo.slo.text, target.target.name,
                 slo.value ? analysis::format_value(metric, *slo.value) : "–",
                 Line(outcome, slo.met ? Style::kGood : Style::kBad)});
    }
  }
  if (table.empty()) return lines;
  lines.push_back(heading_line("Objectives", s.slos_met ? "all met" : "missed"));
  append(lines, table.render(width));
  lines.emplace_back();
  return lines;
}

Lines failures(const RunSummary& s, std::size_t width) {
  constexpr std::size_t kMostSaid = 240;  // columns of an engine's message
  Lines lines;
  for (const auto& target : s.targets) {
    for (int i = 1; i < kStatusCount; ++i) {
      const auto n = target.counts.by_status[static_cast<std::size_t>(i)];
      if (n == 0) continue;
      const auto status = static_cast<Status>(i);
      const Line head =
          Line("  ")
              .add(target.target.name)
              .add(": ")
              .add(fmt::format("{} {}", format_count(n), status_name(status)), Style::kWarn);
      append(lines, hanging(Line(head).add("  "), status_help(status), width, Style::kDim));
      const auto& said = target.counts.first_error[static_cast<std::size_t>(i)];
      if (said.empty()) continue;
      append(lines, hanging(Line("    the first: ", Style::kDim), fit_end(said, kMostSaid), width));
    }
  }
  if (lines.empty()) return lines;
  lines.insert(lines.begin(), heading_line("Not answered"));
  lines.emplace_back();
  return lines;
}

// --- Trust

Lines client_lines(const RunSummary& s, std::size_t width) {
  double read = -1;
  double send = -1;
  for (const auto& target : s.targets) {
    read = std::max(read, target.client.read_lag_p99_ms.value_or(-1));
    send = std::max(send, target.client.send_lag_p99_ms.value_or(-1));
  }
  std::vector<std::string> facts;
  if (read >= 0) facts.push_back(fmt::format("reads {:.2f} ms late at p99", read));
  if (send >= 0) facts.push_back(fmt::format("sends {:.2f} ms late at p99", send));
  Line head("  client  ", Style::kDim);
  head.add(s.client.ok ? "ok  " : "was the bottleneck  ", s.client.ok ? Style::kGood : Style::kBad);
  return hanging(head, fmt::format("{}", fmt::join(facts, ", ")), width, Style::kDim);
}

Lines trust(const RunSummary& s, std::size_t width) {
  const std::string_view note = !s.valid()                   ? "no: a check failed"
                                : !s.client.ok               ? "with care: the client disturbed it"
                                : s.validity == Level::kPass ? "yes"
                                                             : "yes, with the warnings below";
  Lines lines = {heading_line("Can it be trusted?", note)};
  append(lines, client_lines(s, width));
  append(lines, check_lines(s.checks, s.targets, width));
  return lines;
}

std::string_view order_text(analysis::TurnOrder order) {
  switch (order) {
    case analysis::TurnOrder::kInterleaved:
      return "in turns";
    case analysis::TurnOrder::kSequential:
      return "one after the other";
    case analysis::TurnOrder::kTogether:
      return "all at once";
  }
  return "";
}

Lines subject(const analysis::RunInput& input, std::size_t width) {
  std::vector<std::string> facts = {input.run_id, input.load_text, input.workload_text};
  if (input.targets.size() > 1) {
    facts.push_back(fmt::format("{} targets {}", input.targets.size(), order_text(input.order)));
  }
  return hanging({}, fmt::format("{}", fmt::join(facts, "\u00a0· ")), width, Style::kDim);
}

}  // namespace

Line heading_line(std::string_view title, std::string_view note) {
  Line line(title, Style::kStrong);
  if (!note.empty()) line.add("  ").add(note, Style::kDim);
  return line;
}

Lines check_lines(const std::vector<analysis::Check>& checks,
                  const std::vector<analysis::TargetSummary>& targets, std::size_t width) {
  Lines lines;
  std::size_t passed = 0;
  std::vector<const analysis::Check*> said;
  for (const auto& check : checks) {
    if (check.level == Level::kPass) {
      ++passed;
      continue;
    }
    const auto alike = [&](const analysis::Check* other) {
      return other->id == check.id && other->level == check.level && other->target && check.target;
    };
    if (std::ranges::any_of(said, alike)) continue;
    said.push_back(&check);
    std::string text = fmt::format("{}? {}", check.title, check.text);
    std::vector<std::string> others;
    for (const auto& other : checks) {
      if (&other == &check || !alike(&other) || *other.target >= targets.size()) continue;
      others.push_back(targets[*other.target].target.name);
    }
    if (!others.empty()) text += fmt::format(" (likewise {})", fmt::join(others, ", "));
    const bool failed = check.level == Level::kFail;
    append(lines,
           hanging(Line(failed ? "  FAILED  " : "  warning ", failed ? Style::kBad : Style::kWarn),
                   text, width));
  }
  Line count("  checks  ", Style::kDim);
  count.add(fmt::format("{} of {} passed", passed, checks.size()));
  lines.insert(lines.begin(), count);
  return lines;
}

Lines answer_lines(const analysis::RunInput& input, const RunSummary& summary, std::size_t width) {
  Lines lines = subject(input, width);
  lines.emplace_back();
  append(lines, verdict(summary, width));
  lines.emplace_back();
  append(lines, throughput_lines(summary, width));
  lines.emplace_back();
  append(lines, latency_lines(summary, width));
  lines.emplace_back();
  append(lines, objectives(summary, width));
  append(lines, failures(summary, width));
  append(lines, trust(summary, width));
  return lines;
}

Lines brief_answer_lines(const RunSummary& s, std::size_t width) {
  Lines lines = headline(s, width);
  if (!s.slos_met) {  // the exit code says that some were, not which
    append(lines, hanging(Line("  missed  ", Style::kBad),
                          fmt::format("{}", fmt::join(missed_objectives(s), ", ")), width));
  }
  append(lines, client_lines(s, width));
  lines.push_back(check_lines(s.checks, s.targets, width).front());
  return lines;
}

}  // namespace tt::app
