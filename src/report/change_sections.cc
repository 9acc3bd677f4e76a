// The sections of a change: did it do harm, and what was different between the runs?
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/yaml_tree.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Contest;
using analysis::ContestFigure;
using analysis::Verdict;

constexpr std::size_t kMostSetting = 120;  // bytes of a setting that is shown

// --- Did it get worse?

std::string change_text(const Contest& contest, const ContestFigure& f, std::size_t side) {
  return fmt::format("{}: {} before, {} now, {}", analysis::figure_title(f.figure),
                     value_text(f.figure, f.values[contest.baseline]),
                     value_text(f.figure, f.values[side]), analysis::effect_text(f.against[side]));
}

// Figures of one side by what the comparison with the baseline says.
struct Changes {
  std::vector<std::string> worse;   // with certainty over all figures at once
  std::vector<std::string> likely;  // worse by itself, not once all figures are allowed for
  std::vector<std::string> better;
  std::vector<std::string> same;  // titles
  std::vector<std::string> open;
};

Changes changes_of(const Contest& contest, std::size_t side) {
  Changes changes;
  for (const auto& f : contest.figures) {
    if (!f.not_comparable.empty()) continue;
    const bool regression = std::ranges::any_of(contest.regressions, [&](const auto& one) {
      return one.side == side && one.figure == f.figure;
    });
    switch (f.against[side].verdict) {
      case Verdict::kWorse:
        (regression ? changes.worse : changes.likely).push_back(change_text(contest, f, side));
        break;
      case Verdict::kBetter:
        changes.better.push_back(change_text(contest, f, side));
        break;
      case Verdict::kSame:
        changes.same.push_back(analysis::figure_title(f.figure));
        break;
      case Verdict::kCannotTell:
        changes.open.push_back(analysis::figure_title(f.figure));
        break;
    }
  }
  return changes;
}

// Objectives that were kept before and are missed now.
std::vector<std::string> newly_missed(const ReportSubject& s, const Contest& contest,
                                      std::size_t side) {
  const auto* before = side_of(s, contest.sides[contest.baseline]);
  const auto* after = side_of(s, contest.sides[side]);
  std::vector<std::string> missed;
  if (before == nullptr || after == nullptr) return missed;
  for (const auto& now : after->summary().slos) {
    const auto& slos = before->summary().slos;
    const auto was =
        std::ranges::find_if(slos, [&](const auto& one) { return one.slo.text == now.slo.text; });
    if (!now.met && was != slos.end() && was->met) missed.push_back(now.slo.text);
  }
  return missed;
}

Callout verdict_of(const Contest& contest, std::size_t side, const Changes& changes,
                   const std::vector<std::string>& missed) {
  const auto& now = contest.sides[side].label;
  const auto& before = contest.sides[contest.baseline].label;
  if (!contest.comparable) return {Tone::kBad, contest.why_not, {}};
  if (!changes.worse.empty()) {
    return {Tone::kBad,
            fmt::format("{} is worse than {} in {}", now, before,
                        count_of(changes.worse.size(), "figure")),
            plain("Hold the change back. What was different stands below: undo it piece by piece, "
                  "and measure with the same plan until the figures are back.")};
  }
  if (!missed.empty()) {
    return {Tone::kBad,
            fmt::format("{} misses what {} kept: {}", now, before, fmt::join(missed, ", ")),
            plain("No figure is worse for certain, yet an objective is missed: hold the change "
                  "back until a longer run keeps it, or say that a looser one is good enough.")};
  }
  if (!changes.likely.empty()) {
    return {Tone::kWarn,
            fmt::format("{} may be worse than {} in {}", now, before,
                        count_of(changes.likely.size(), "figure")),
            plain("Each by itself would be taken for worse; allowing for how many figures were "
                  "looked at, it may be chance. Measure again.")};
  }
  if (!changes.open.empty()) {
    return {Tone::kWarn,
            fmt::format("No regression was found, but {} cannot be told",
                        count_of(changes.open.size(), "figure")),
            plain("Measure longer, or with more requests, before you rely on it.")};
  }
  return {Tone::kGood,
          changes.better.empty() ? fmt::format("{} is as good as {}", now, before)
                                 : fmt::format("{} is as good as {}, and better in {}", now, before,
                                               count_of(changes.better.size(), "figure")),
          {}};
}

void list(std::vector<Block>& blocks, std::string_view head, std::vector<std::string> items) {
  if (items.empty()) return;
  blocks.emplace_back(Paragraph{{{.text = std::string(head), .strong = true}}});
  Bullets bullets;
  for (auto& item : items) bullets.items.push_back(plain(std::move(item)));
  blocks.emplace_back(std::move(bullets));
}

void line(std::vector<Block>& blocks, std::string_view head,
          const std::vector<std::string>& items) {
  if (items.empty()) return;
  blocks.emplace_back(Paragraph{{{.text = std::string(head), .strong = true},
                                 {.text = fmt::format(": {}", fmt::join(items, ", "))}}});
}

}  // namespace

std::vector<Block> regression_part(const ReportSubject& s, Audience /*audience*/) {
  std::vector<Block> blocks;
  for (const auto& contest : s.contests) {
    for (std::size_t side = 0; side < contest.sides.size(); ++side) {
      if (side == contest.baseline) continue;
      auto changes = changes_of(contest, side);
      auto missed = newly_missed(s, contest, side);
      auto verdict = verdict_of(contest, side, changes, missed);
      const auto title = contest_title(s, contest);
      if (!title.empty()) verdict.title = fmt::format("{}: {}", title, verdict.title);
      blocks.emplace_back(std::move(verdict));
      if (!contest.comparable) break;
      list(blocks, "Worse", std::move(changes.worse));
      list(blocks, "Perhaps worse", std::move(changes.likely));
      list(blocks, "Kept before, missed now", std::move(missed));
      list(blocks, "Better", std::move(changes.better));
      line(blocks, "The same", changes.same);
      line(blocks, "Cannot be told", changes.open);
    }
  }
  if (s.contests.empty()) {
    blocks.emplace_back(Callout{Tone::kWarn,
                                "There is nothing to compare it with",
                                {{.text = "Name the run from before as well, or mark it: "},
                                 {.text = "tokentrial results baseline set RUN", .code = true}}});
  }
  return blocks;
}

// --- What was different?

namespace {

// Settings in the order of meeting.
class Settings {
 public:
  void set(const std::string& name, std::string value) {
    if (!values_.contains(name)) names_.push_back(name);
    values_[name] = std::move(value);
  }
  const std::vector<std::string>& names() const { return names_; }
  std::string at(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::string> values_;
};

void add_target(Settings& settings, const record::ManifestTarget& target,
                const std::string& prefix) {
  settings.set(prefix + "engine", target.engine);
  settings.set(prefix + "version", target.server_version);
  settings.set(prefix + "model", target.model);
  settings.set(prefix + "address", target.url);
  settings.set(prefix + "protocol", target.protocol);
  settings.set(prefix + "headers", fmt::format("{}", fmt::join(target.header_names, ", ")));
}

// What names a member of a list; its place where nothing does.
std::string member_name(const plan::YamlNode& node, std::size_t place) {
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (node.keys[i].text == "name") return node.items[i].text;
  }
  return fmt::format("{}", place + 1);
}

bool only_texts(const plan::YamlNode& list) {
  return std::ranges::all_of(list.items, [](const plan::YamlNode& item) {
    return item.kind == plan::YamlNode::Kind::kText;
  });
}

void flatten(Settings& settings, const plan::YamlNode& node, const std::string& path) {
  using Kind = plan::YamlNode::Kind;
  const std::string prefix = path.empty() ? "" : path + ".";
  if (node.kind == Kind::kText) settings.set(path, node.text);
  if (node.kind == Kind::kMap) {
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const auto& key = node.keys[i].text;
      // Names tell runs apart; targets are told of by themselves.
      if (path.empty() && (key == "name" || key == "targets")) continue;
      flatten(settings, node.items[i], prefix + key);
    }
  }
  if (node.kind != Kind::kList) return;
  if (only_texts(node)) {
    std::vector<std::string> texts;
    for (const auto& item : node.items) texts.push_back(item.text);
    settings.set(path, fmt::format("{}", fmt::join(texts, ", ")));
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    flatten(settings, node.items[i], prefix + member_name(node.items[i], i));
  }
}

Settings settings_of(const ReportRun& run, bool one_target) {
  Settings settings;
  for (const auto& target : run.manifest.targets) {
    add_target(settings, target, one_target ? "target: " : target.name + ": ");
  }
  const auto& host = run.manifest.host;
  settings.set("measured from", host.cpu_model);
  settings.set("its cores", fmt::format("{}", host.cores));
  settings.set("its kernel", host.kernel);
  settings.set("its clock", run.manifest.clock_source);
  settings.set("program", run.manifest.tool_version + " " + run.manifest.build_hash);
  settings.set("method", fmt::format("version {}", run.summary.method_version));
  // A plan that cannot be read has no settings; the run has it all the same.
  if (const auto tree = plan::read_yaml(run.manifest.plan_yaml, "plan")) {
    flatten(settings, *tree, "");
  }
  return settings;
}

Table difference_table(const std::vector<Settings>& all, const std::vector<std::string>& names) {
  Table table{.title = {}, .columns = {{"setting"}}, .rows = {}, .note = {}};
  for (const auto& name : names) table.columns.push_back({name});
  std::vector<std::string> settings;
  for (const auto& one : all) {
    for (const auto& name : one.names()) {
      if (std::ranges::find(settings, name) == settings.end()) settings.push_back(name);
    }
  }
  for (const auto& setting : settings) {
    const auto first = all.front().at(setting);
    if (std::ranges::all_of(all, [&](const Settings& one) { return one.at(setting) == first; })) {
      continue;
    }
    std::vector<Cell> row = {text_cell(setting)};
    for (const auto& one : all) {
      auto value = cut_text(one.at(setting), kMostSetting);
      row.push_back(value.empty() ? text_cell("–", Tone::kQuiet) : text_cell(std::move(value)));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

std::vector<Block> differences_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.runs.size() < 2) return {};
  std::vector<Settings> all;
  std::vector<std::string> names;
  const bool one_target = std::ranges::all_of(
      s.runs, [](const ReportRun& run) { return run.manifest.targets.size() == 1; });
  for (const auto& run : s.runs) {
    all.push_back(settings_of(run, one_target));
    names.push_back(run.input.run_id);
  }
  Table table = difference_table(all, names);
  if (table.rows.empty()) {
    return {
        Paragraph{plain("No setting that is on record was different. What is not on record, as "
                        "an engine's own options, may have been.")}};
  }
  table.note = "Settings that are on record; an engine's own options are only where it tells them.";
  return {std::move(table)};
}

}  // namespace tt::report
