#include "app/help_view.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/metrics.h"
#include "app/table.h"
#include "base/text.h"
#include "plan/plan.h"

namespace tt::app {
namespace {

using Lines = std::vector<Line>;

void paragraph(Lines& lines, std::string_view text, std::size_t width) {
  append(lines, hanging({}, text, std::min<std::size_t>(width, 100)));
}

Line heading(std::string_view text) { return Line(text, Style::kStrong); }

// "  term     what it means", the meanings aligned and wrapped.
void definitions(Lines& lines, const std::vector<std::pair<std::string, std::string>>& items,
                 std::size_t width, std::size_t widest_term = 26) {
  std::size_t column = 0;
  for (const auto& [term, meaning] : items) column = std::max(column, display_width(term));
  column = std::min(column, widest_term) + 4;
  for (const auto& [term, meaning] : items) {
    Line head = Line("  ").add(term, Style::kAccent);
    if (head.width() + 2 > column) {
      lines.push_back(head);
      head = Line();
    }
    append(lines, hanging(head.to_column(column), meaning, std::min<std::size_t>(width, 110)));
  }
}

Lines metrics_topic(std::size_t width) {
  Lines lines;
  paragraph(lines,
            "What is measured. Latencies are said for requests that succeeded, after the "
            "warm-up; docs/metrics.md has the formulas.",
            width);
  lines.emplace_back();
  std::vector<std::pair<std::string, std::string>> items;
  for (const auto& metric : analysis::metrics()) {
    const auto unit = analysis::unit_name(metric.unit);
    items.emplace_back(fmt::format("{} ({})", metric.name, unit),
                       fmt::format("{}: {}", metric.title, metric.definition));
  }
  definitions(lines, items, width, 34);
  return lines;
}

Lines exit_codes_topic(std::size_t width) {
  Lines lines;
  paragraph(lines,
            "What a script can read from the exit code. Where several apply, the first of "
            "2, 1, 4, 3 counts.",
            width);
  lines.emplace_back();
  definitions(lines,
              {{"0", "good: the command did what it was asked for"},
               {"1", "failed: nothing useful came of it, or a target did not pass the check"},
               {"2", "usage: the command line or the plan cannot be understood; nothing was sent"},
               {"3", "an objective (--slo) was missed"},
               {"4", "a result is there, but a validity check says not to believe it"}},
              width);
  lines.emplace_back();
  paragraph(lines, "A run that was stopped with Ctrl-C is judged by what it has: 0, 3 or 4.",
            width);
  return lines;
}

Lines slo_topic(std::size_t width) {
  Lines lines;
  paragraph(lines,
            "An objective is a figure and its limit. Latencies must not be above it, rates "
            "and shares not below. Each target is judged by itself; a missed one makes the "
            "exit code 3. Goodput counts the requests that meet every latency objective.",
            width);
  lines.emplace_back();
  definitions(lines,
              {{"ttft_p99=500ms", "99 in 100 first tokens come within 500 ms"},
               {"tpot_p50=40ms", "also itl, e2e, at any percentile"},
               {"success_rate=99.9%", "the share of requests that succeed"},
               {"output_tokens_per_s=1000", "at least so many tokens a second"},
               {"requests_per_s=5", "at least so many requests a second"}},
              width);
  lines.emplace_back();
  lines.push_back(
      Line("  tokentrial run --target vllm=http://host:8000 --rate 4 \\", Style::kAccent));
  lines.push_back(Line("    --slo ttft_p99=500ms --slo success_rate=99.9%", Style::kAccent));
  return lines;
}

Lines plan_topic(std::size_t width) {
  Lines lines;
  paragraph(lines,
            "A plan is a YAML file that says what to run; flags override it. `tokentrial run "
            "plan.yaml --dry-run` shows what it would send. docs/plan.md explains every "
            "field; examples/plans has some to start from.",
            width);
  lines.emplace_back();
  lines.push_back(heading("Fields"));
  std::vector<std::pair<std::string, std::string>> items;
  for (const auto& key : plan::plan_keys()) {
    const auto dot = key.find_first_of(".[");
    const auto section = key.substr(0, dot);
    if (items.empty() || items.back().first != section) items.emplace_back(section, "");
    if (dot == std::string::npos) continue;
    auto& fields = items.back().second;
    if (!fields.empty()) fields += ", ";
    fields += key.substr(key.find('.') + 1);
  }
  definitions(lines, items, width);
  return lines;
}

constexpr std::array<Topic, 4> kTopics = {
    {{"metrics", "what is measured, and how it is defined", metrics_topic},
     {"slo", "objectives: how to write them, what they do", slo_topic},
     {"plan", "the plan file and its fields", plan_topic},
     {"exit-codes", "what a script can read from the exit code", exit_codes_topic}}};

// "--rate R" and what it does. Where the words to choose from are many, they go with the help.
std::pair<std::string, std::string> item_of(const Option& option) {
  constexpr std::size_t kLongestTerm = 60;
  if (option.value.empty()) return {std::string(option.name), std::string(option.help)};
  std::string term = fmt::format("{} {}", option.name, option.value);
  if (term.size() <= kLongestTerm) return {std::move(term), std::string(option.help)};
  return {fmt::format("{} WORD", option.name),
          fmt::format("{}: {}", option.help, fmt::join(split(option.value, '|'), ", "))};
}

}  // namespace

std::span<const Topic> topics() { return kTopics; }

Lines guide(std::size_t width) {
  Lines lines;
  lines.push_back(Line("Tokentrial", Style::kStrong)
                      .add(" compares LLM inference engines: which is better, and is it real?"));
  lines.emplace_back();
  definitions(lines,
              {{"tokentrial demo", "three simulated engines in a minute"},
               {"tokentrial check --target URL", "ask a server whether it is ready"},
               {"tokentrial run --target URL ...", "measure one target, or compare several"},
               {"tokentrial results", "what was measured so far"},
               {"tokentrial help", "all commands; help run explains one"}},
              width, 34);
  lines.emplace_back();
  lines.push_back(heading("Compare two servers with 16 users for a minute each"));
  lines.push_back(Line("  tokentrial run --target vllm=http://host:8000 \\", Style::kAccent));
  lines.push_back(Line("    --target ollama=http://host:11434 --concurrency 16 --duration 60s",
                       Style::kAccent));
  return lines;
}

Lines overview(std::size_t width) {
  Lines lines;
  lines.push_back(Line("tokentrial <command> [options]"));
  lines.emplace_back();
  lines.push_back(heading("Commands"));
  std::vector<std::pair<std::string, std::string>> items;
  for (const auto& command : commands()) {
    items.emplace_back(command.name, command.summary);
  }
  definitions(lines, items, width);
  lines.emplace_back();
  lines.push_back(heading("Topics"));
  items.clear();
  for (const auto& topic : topics()) {
    items.emplace_back(fmt::format("help {}", topic.name), topic.summary);
  }
  definitions(lines, items, width);
  lines.emplace_back();
  lines.push_back(Line("tokentrial help <command>", Style::kAccent).add(" explains one of them."));
  return lines;
}

Lines command_help(const Command& command, std::size_t width) {
  Lines lines;
  Line usage("tokentrial ");
  usage.add(command.name, Style::kStrong);
  if (!command.words.empty()) usage.add(" ").add(command.words);
  lines.push_back(usage.add(" [options]"));
  lines.emplace_back();
  paragraph(lines, fmt::format("{}.", command.summary), width);
  if (!command.about.empty()) paragraph(lines, command.about, width);

  const auto family = fmt::format("{} ", command.name);
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& other : commands()) {
    if (!other.name.starts_with(family)) continue;
    members.emplace_back(other.name.substr(family.size()), other.summary);
  }
  if (!members.empty()) {
    lines.emplace_back();
    lines.push_back(heading("Commands"));
    definitions(lines, members, width);
  }

  std::vector<std::string_view> groups;
  for (const auto& option : command.options) {
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  }
  std::ranges::stable_partition(groups, [](std::string_view g) { return !g.empty(); });
  for (const auto group : groups) {
    lines.emplace_back();
    lines.push_back(heading(group.empty() ? "Options" : group));
    std::vector<std::pair<std::string, std::string>> items;
    for (const auto& option : command.options) {
      if (option.group != group) continue;
      items.push_back(item_of(option));
    }
    definitions(lines, items, width);
  }
  if (!command.examples.empty()) {
    lines.emplace_back();
    lines.push_back(heading(command.examples.size() == 1 ? "Example" : "Examples"));
    for (const auto example : command.examples) {
      append(lines, hanging(Line("  "), example, width, Style::kAccent));
    }
  }
  return lines;
}

}  // namespace tt::app
