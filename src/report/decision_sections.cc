// The sections of a choice: which option, why, what speaks against it, and what to do next.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/prices.h"
#include "base/text.h"
#include "report/figure_cells.h"
#include "report/sections.h"

namespace tt::report {
namespace {

using analysis::Contest;
using analysis::MetricId;
using analysis::Verdict;

constexpr std::size_t kMostReasons = 3;

// An option goes by one name in every contest.
std::vector<std::string> option_names(const ReportSubject& s) {
  std::vector<std::string> names;
  for (const auto& contest : s.contests) {
    for (const auto& side : contest.sides) {
      if (std::ranges::find(names, side.label) == names.end()) names.push_back(side.label);
    }
  }
  return names;
}

std::vector<const ReportSide*> sides_named(const ReportSubject& s, const std::string& option) {
  std::vector<const ReportSide*> sides;
  for (const auto& contest : s.contests) {
    for (const auto& side : contest.sides) {
      const auto* found = side.label == option ? side_of(s, side) : nullptr;
      if (found != nullptr) sides.push_back(found);
    }
  }
  return sides;
}

// Objectives of an option, over all that was measured of it.
struct Keeping {
  std::size_t asked = 0;
  std::vector<std::string> missed;
  bool keeps_all() const { return asked > 0 && missed.empty(); }
};

Keeping keeping_of(const ReportSubject& s, const std::string& option) {
  Keeping keeping;
  for (const auto* side : sides_named(s, option)) {
    for (const auto& one : side->summary().slos) {
      ++keeping.asked;
      if (!one.met && std::ranges::find(keeping.missed, one.slo.text) == keeping.missed.end()) {
        keeping.missed.push_back(one.slo.text);
      }
    }
  }
  return keeping;
}

// Who wins where.
struct Wins {
  std::map<std::string, std::vector<std::string>> by_option;  // titles of contests
  std::size_t same = 0;
  std::size_t open = 0;
};

Wins wins_of(const ReportSubject& s) {
  Wins wins;
  for (const auto& contest : s.contests) {
    if (contest.answer.winner) {
      wins.by_option[contest.sides[*contest.answer.winner].label].push_back(
          contest_title(s, contest));
    } else {
      ++(contest.answer.verdict == Verdict::kSame ? wins.same : wins.open);
    }
  }
  return wins;
}

// The saving that speaks for an option, at the first scale.
const analysis::Saving* saving_of(const ReportSubject& s) {
  if (s.cost == nullptr || s.cost->savings.empty() || s.cost->savings.front().empty()) {
    return nullptr;
  }
  const auto& first = s.cost->savings.front().front();
  return first.monthly > 0 ? &first : nullptr;
}

std::string saving_text(const ReportSubject& s, const analysis::Saving& saving) {
  const auto& terms = s.cost->question.terms;
  const bool sure = saving.certain.value_or(false);
  return fmt::format("{} costs {} a month less than {} at {:g} requests/s ({:.0f}%){}",
                     s.cost->targets[saving.cheapest].name,
                     analysis::format_money(saving.monthly, terms.currency),
                     s.cost->targets[saving.other].name, s.cost->question.scales.front(),
                     saving.share * 100, sure ? "" : ", though that is not certain");
}

std::string sureness_of(const ReportSubject& s, const Wins& wins, const std::string& option) {
  std::size_t warnings = 0;
  for (const auto& contest : s.contests) {
    warnings += static_cast<std::size_t>(
        std::ranges::count(contest.checks, analysis::Level::kWarn, &analysis::Check::level));
  }
  const auto said = std::ranges::find_if(s.contests, [&](const Contest& contest) {
    return contest.answer.winner && contest.sides[*contest.answer.winner].label == option;
  });
  std::string text;
  if (said != s.contests.end()) {
    const auto title = contest_title(s, *said);
    text = fmt::format("{}{}. ", title.empty() ? "" : title + ": ", said->answer.headline);
  }
  const auto won = wins.by_option.find(option);
  if (won != wins.by_option.end() && won->second.size() < s.contests.size()) {
    text += fmt::format(
        "It is better in {} of {} scenarios; of the others it cannot be told, or all "
        "are the same. ",
        won->second.size(), s.contests.size());
  }
  text += warnings == 0 ? std::string("No check speaks against it. ")
                        : fmt::format("{} ask{} for care: see below. ",
                                      count_of(warnings, "warning"), warnings == 1 ? "s" : "");
  return text + "It holds for the load and the workload that were measured.";
}

// Where the figures name nobody, or somebody who misses what was asked for.
void decide_by_objectives(const ReportSubject& s, std::string& option, Recommendation& r,
                          bool& forbidden) {
  std::vector<std::string> keepers;
  bool asked = false;
  for (const auto& name : option_names(s)) {
    const Keeping keeping = keeping_of(s, name);
    asked |= keeping.asked > 0;
    if (keeping.keeps_all()) keepers.push_back(name);
  }
  if (!asked) return;
  if (std::ranges::find(keepers, option) != keepers.end()) {
    if (keepers.size() == 1 && option_names(s).size() > 1) {
      r.reasons.push_back(fmt::format("{} alone keeps every objective", option));
    }
    return;
  }
  const auto missed = option.empty() ? std::vector<std::string>() : keeping_of(s, option).missed;
  if (keepers.size() == 1 && option_names(s).size() > 1) {
    r.reasons.push_back(fmt::format("{} alone keeps every objective", keepers.front()));
    if (!option.empty()) {
      r.against.push_back(fmt::format("{} is the better one otherwise, but misses {}", option,
                                      fmt::join(missed, ", ")));
    }
    option = keepers.front();
    return;
  }
  if (option.empty()) return;
  forbidden = true;
  r.headline = keepers.empty()
                   ? fmt::format(
                         "No recommendation: no option keeps every objective. {} is the "
                         "better one, but misses {}",
                         option, fmt::join(missed, ", "))
                   : fmt::format(
                         "No recommendation: {} is the better one, but misses {}; {} keep "
                         "every objective",
                         option, fmt::join(missed, ", "), list_text(keepers));
}

std::string no_winner_text(const ReportSubject& s, const Wins& wins) {
  if (wins.by_option.size() > 1) {
    std::vector<std::string> parts;
    for (const auto& [option, where] : wins.by_option) {
      parts.push_back(fmt::format("{} for {}", option, list_text(where)));
    }
    return fmt::format("It depends on the use: {}", fmt::join(parts, "; "));
  }
  if (wins.open > 0) {
    return "No recommendation yet: " + (s.contests.size() == 1
                                            ? s.contests.front().answer.headline
                                            : std::string("this cannot be told from these runs"));
  }
  return fmt::format(
      "No difference that matters between {}: take the one that is easier or "
      "cheaper to run",
      list_text(option_names(s)));
}

}  // namespace

Recommendation recommend(const ReportSubject& s) {
  Recommendation r;
  if (s.contests.empty()) return r;
  const auto bad =
      std::ranges::find_if(s.contests, [](const Contest& contest) { return !contest.comparable; });
  if (bad != s.contests.end()) {
    r.headline = fmt::format("No recommendation: {}", bad->why_not);
    return r;
  }
  const Wins wins = wins_of(s);
  std::string option = wins.by_option.size() == 1 ? wins.by_option.begin()->first : "";
  bool forbidden = false;
  decide_by_objectives(s, option, r, forbidden);
  const auto* saving = saving_of(s);
  const std::string cheapest = saving == nullptr ? "" : s.cost->targets[saving->cheapest].name;
  if (option.empty() && wins.by_option.empty() && wins.open == 0 && saving != nullptr &&
      saving->certain.value_or(false)) {
    option = cheapest;  // as fast as the others, and cheaper
  }
  if (forbidden) return r;
  if (option.empty()) {
    r.headline = no_winner_text(s, wins);
    return r;
  }
  r.option = option;
  r.headline = fmt::format("We recommend {}", option);
  for (const auto& contest : s.contests) {
    if (!contest.answer.winner || contest.sides[*contest.answer.winner].label != option) continue;
    r.reasons.insert(r.reasons.end(), contest.reasons.begin(), contest.reasons.end());
    break;
  }
  if (saving != nullptr) {
    (cheapest == option ? r.reasons : r.against).push_back(saving_text(s, *saving));
    // A reason in money goes before the third one in milliseconds.
    if (cheapest == option && r.reasons.size() > kMostReasons) {
      std::swap(r.reasons[kMostReasons - 1], r.reasons.back());
    }
  }
  if (r.reasons.size() > kMostReasons) r.reasons.resize(kMostReasons);
  r.sureness = sureness_of(s, wins, option);
  return r;
}

namespace {

// Figures in which another option is better, for certain.
void add_losses(std::vector<std::string>& against, const ReportSubject& s,
                const std::string& option) {
  for (const auto& contest : s.contests) {
    std::map<std::string, std::vector<std::string>> by_winner;
    for (const auto& f : contest.figures) {
      if (!f.winner.target || !f.not_comparable.empty()) continue;
      const auto& winner = contest.sides[*f.winner.target].label;
      if (winner != option) by_winner[winner].push_back(analysis::figure_title(f.figure));
    }
    const auto title = contest_title(s, contest);
    for (const auto& [winner, titles] : by_winner) {
      against.push_back(fmt::format("{}{} is better in {}",
                                    title.empty() ? "" : fmt::format("{}: ", title), winner,
                                    list_text(titles)));
    }
  }
}

}  // namespace

std::vector<Block> recommendation_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.contests.empty()) {
    if (s.sides.size() != 1) return answer_part(s, Audience::kProduct);
    return {Callout{Tone::kWarn,
                    fmt::format("{} is the only option that was measured", s.sides.front().label),
                    plain("There is nothing to choose from. Measure the others with the same plan, "
                          "best in the same run.")}};
  }
  auto r = recommend(s);
  std::vector<Block> blocks;
  blocks.emplace_back(Callout{!r.option.empty() ? Tone::kGood : Tone::kWarn, r.headline, {}});
  Bullets reasons;
  for (auto& reason : r.reasons) reasons.items.push_back(plain(std::move(reason)));
  if (!reasons.items.empty()) blocks.emplace_back(std::move(reasons));
  if (!r.sureness.empty()) {
    blocks.emplace_back(Paragraph{{{.text = "How sure? ", .strong = true}, {.text = r.sureness}}});
  }
  if (!r.option.empty()) add_losses(r.against, s, r.option);
  if (!r.against.empty()) {
    blocks.emplace_back(Paragraph{{{.text = "What speaks for the others", .strong = true}}});
    Bullets against;
    for (auto& one : r.against) against.items.push_back(plain(std::move(one)));
    blocks.emplace_back(std::move(against));
  }
  return blocks;
}

namespace {

// A column of words, left out where all say the same: the note says it then.
void add_words(Table& table, const ReportSubject& s, std::string_view title,
               std::string analysis::TargetInput::* member) {
  const auto word = [&](const ReportSide& side) { return side.summary().target.*member; };
  const auto first = word(s.sides.front());
  const bool alike =
      std::ranges::all_of(s.sides, [&](const ReportSide& side) { return word(side) == first; });
  const bool is_label = std::ranges::all_of(
      s.sides, [&](const ReportSide& side) { return word(side) == side.label; });
  if (is_label) return;
  if (alike) {
    if (!first.empty()) table.note += fmt::format("All are of the {} {}. ", title, first);
    return;
  }
  table.columns.push_back({std::string(title)});
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto text = word(s.sides[i]);
    table.rows[i].push_back(text_cell(text.empty() ? "not told" : text));
  }
}

}  // namespace

std::vector<Block> options_part(const ReportSubject& s, Audience /*audience*/) {
  if (s.sides.empty()) return {};
  Table table{.title = {}, .columns = {{"option"}}, .rows = {}, .note = {}};
  for (const auto& side : s.sides) table.rows.push_back({text_cell(side.label)});
  add_words(table, s, "engine", &analysis::TargetInput::engine);
  add_words(table, s, "model", &analysis::TargetInput::model);
  table.note += "95% intervals in brackets, where there are enough requests to tell.";
  for (const auto& figure :
       {analysis::Figure{MetricId::kTtft, 0.5}, analysis::Figure{MetricId::kTtft, 0.99},
        analysis::Figure{MetricId::kE2e, 0.5}, analysis::Figure{.metric = MetricId::kOutputRate},
        analysis::Figure{.metric = MetricId::kSuccessRate}}) {
    auto column = figure_column(s, figure);
    if (!column.any) continue;
    table.columns.push_back(std::move(column.column));
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      table.rows[i].push_back(std::move(column.cells[i]));
    }
  }
  const bool judged = std::ranges::any_of(
      s.sides, [](const ReportSide& side) { return !side.summary().slos.empty(); });
  if (judged) table.columns.push_back({"objectives"});
  for (std::size_t i = 0; judged && i < table.rows.size(); ++i) {
    const auto& slos = s.sides[i].summary().slos;
    const auto met =
        static_cast<std::size_t>(std::ranges::count(slos, true, &analysis::SloResult::met));
    table.rows[i].push_back(
        met == slos.size()
            ? text_cell("all met", Tone::kGood)
            : text_cell(fmt::format("{} of {} missed", slos.size() - met, slos.size()),
                        Tone::kBad));
  }
  return {std::move(table)};
}

std::string scenarios_headline(std::span<const Contest> contests) {
  std::map<std::string, std::size_t> wins;
  std::size_t same = 0;
  std::size_t unknown = 0;
  std::size_t apart = 0;
  for (const Contest& contest : contests) {
    if (!contest.comparable) {
      ++apart;
    } else if (contest.answer.winner) {
      ++wins[contest.sides[*contest.answer.winner].label];
    } else {
      ++(contest.answer.verdict == Verdict::kSame ? same : unknown);
    }
  }
  std::vector<std::string> parts;
  for (const auto& [label, n] : wins) parts.push_back(fmt::format("{} is better in {}", label, n));
  if (same > 0) parts.push_back(fmt::format("all are the same in {}", same));
  if (unknown > 0) parts.push_back(fmt::format("{} cannot tell", unknown));
  if (apart > 0) parts.push_back(fmt::format("{} not comparable", apart));
  return fmt::format("Of {} scenarios: {}", contests.size(), fmt::join(parts, ", "));
}

std::vector<Block> scenarios_part(const ReportSubject& s, Audience /*audience*/) {
  if (!by_scenario(s)) return {};
  Table table{.title = scenarios_headline(s.contests),
              .columns = {{"scenario"}, {"figure"}},
              .rows = {},
              .note = "The first figure of each scenario decides; the others are what users feel."};
  const auto names = option_names(s);
  for (const auto& name : names) table.columns.push_back({name, Align::kRight});
  table.columns.push_back({"better"});
  for (const Contest& contest : s.contests) {
    std::vector<analysis::Figure> shown = {contest.answer.primary};
    for (const auto& felt :
         {analysis::Figure{MetricId::kTtft, 0.5}, analysis::Figure{MetricId::kE2e, 0.5}}) {
      if (std::ranges::find(shown, felt) == shown.end()) shown.push_back(felt);
    }
    for (const auto& figure : shown) {
      const auto f = std::ranges::find(contest.figures, figure, &analysis::ContestFigure::figure);
      if (f == contest.figures.end()) continue;
      std::vector<Cell> row = {text_cell(contest.scenario),
                               text_cell(analysis::figure_title(figure))};
      for (const auto& name : names) {
        const auto side = std::ranges::find(contest.sides, name, &analysis::Side::label);
        if (side == contest.sides.end()) {
          row.push_back(text_cell("not in it", Tone::kQuiet));
          continue;
        }
        const auto at = static_cast<std::size_t>(side - contest.sides.begin());
        row.push_back({.text = value_text(figure, f->values[at]),
                       .number = f->values[at],
                       .tone = f->winner.target == at ? Tone::kGood : Tone::kPlain});
      }
      row.push_back(!contest.comparable ? text_cell("not comparable", Tone::kWarn)
                    : f->winner.target  ? text_cell(contest.sides[*f->winner.target].label)
                    : f->winner.tie     ? text_cell("the same", Tone::kQuiet)
                                        : text_cell("cannot tell", Tone::kQuiet));
      table.rows.push_back(std::move(row));
    }
  }
  return {std::move(table)};
}

}  // namespace tt::report
