#include "analysis/answer.h"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "stats/rank.h"

namespace tt::analysis {
namespace {

// Looks comparisons up from either side.
class Pairs {
 public:
  explicit Pairs(std::span<const PairComparison> pairs) : pairs_(pairs) {}

  /// What is said of `one` against `other` in `figure`; nullopt where it was not compared.
  std::optional<Comparison> of(const Figure& figure, std::size_t one, std::size_t other) const {
    for (const PairComparison& pair : pairs_) {
      const bool straight = pair.a == one && pair.b == other;
      if (!straight && !(pair.a == other && pair.b == one)) continue;
      for (const Comparison& c : pair.comparisons) {
        if (c.figure == figure) return straight ? c : mirror(c);
      }
    }
    return std::nullopt;
  }

 private:
  std::span<const PairComparison> pairs_;
};

constexpr double kErrorRate = 0.05;
constexpr Figure kSuccess{.metric = MetricId::kSuccessRate};

// Better than every other, with certainty that holds for all of them at once.
bool beats_all(const Pairs& pairs, const Figure& figure, std::size_t one, std::size_t targets) {
  std::vector<double> p_values;
  for (std::size_t other = 0; other < targets; ++other) {
    if (other == one) continue;
    const auto c = pairs.of(figure, one, other);
    if (!c || c->verdict != Verdict::kBetter) return false;
    p_values.push_back(c->p_value.value_or(1));
  }
  return std::ranges::all_of(stats::holm_adjust(p_values),
                             [](double p) { return p <= kErrorRate; });
}

std::optional<double> value_of(const Pairs& pairs, const Figure& figure, std::size_t one,
                               std::size_t targets) {
  const auto c = pairs.of(figure, one, one == 0 && targets > 1 ? 1 : 0);
  return c ? c->a : std::nullopt;
}

// Targets that have a value, by value alone, the best first.
std::vector<std::size_t> ranking(const Pairs& pairs, const Figure& figure, std::size_t targets) {
  const bool lower = metric(figure.metric).better == Better::kLower;
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t i = 0; i < targets; ++i) {
    const auto value = value_of(pairs, figure, i, targets);
    if (value) ranked.emplace_back(lower ? *value : -*value, i);
  }
  std::ranges::sort(ranked);
  const auto order = ranked | std::views::values;
  return {order.begin(), order.end()};
}

// The best of all but `excluded`, by value alone; it must be there.
std::size_t best_but(const Pairs& pairs, const Figure& figure, std::size_t targets,
                     std::size_t excluded) {
  const auto ranked = ranking(pairs, figure, targets);
  return *std::ranges::find_if(ranked, [&](std::size_t one) { return one != excluded; });
}

// What keeps us from naming a winner: what does so for the best two.
std::string why_nobody(const Pairs& pairs, const Figure& figure, std::size_t targets) {
  const auto ranked = ranking(pairs, figure, targets);
  if (ranked.size() < 2) return "a side has no values";
  const Comparison c = *pairs.of(figure, ranked[0], ranked[1]);
  if (!c.why.empty()) return c.why;
  return c.verdict == Verdict::kSame ? "the best are the same, others are not"
                                     : "not certain against every other";
}

// Everything the answer is made from.
struct Case {
  const RunInput& run;
  Pairs pairs;
  std::span<const Winner> winners;
  Figure primary;

  std::string_view name(std::size_t target) const { return run.targets[target].name; }
  std::size_t count() const { return run.targets.size(); }
};

// The target that answers more reliably than `one`, if there is any.
std::optional<std::size_t> more_reliable(const Case& about, std::size_t one) {
  for (std::size_t other = 0; other < about.count(); ++other) {
    if (other == one) continue;
    const auto c = about.pairs.of(kSuccess, one, other);
    if (c && c->verdict == Verdict::kWorse) return other;
  }
  return std::nullopt;
}

void add_details(Answer& answer, const Case& about, std::size_t one, std::size_t other) {
  for (const Winner& w : about.winners) {
    if (w.figure == about.primary) continue;
    const auto c = about.pairs.of(w.figure, one, other);
    if (!c || (c->verdict != Verdict::kBetter && c->verdict != Verdict::kWorse)) continue;
    answer.details.push_back(fmt::format("{} is {} in {}: {} against {}", about.name(one),
                                         verdict_name(c->verdict), figure_title(w.figure),
                                         effect_text(*c), about.name(other)));
  }
}

void declare_winner(Answer& answer, const Case& about, std::size_t winner) {
  const std::size_t other = best_but(about.pairs, about.primary, about.count(), winner);
  const Comparison c = *about.pairs.of(about.primary, winner, other);
  const std::string lead = sentence(c, about.name(winner), about.name(other));
  if (const auto rival = more_reliable(about, winner)) {
    answer.headline = fmt::format("no clear answer: {}, but it fails more requests than {}", lead,
                                  about.name(*rival));
  } else {
    answer.winner = winner;
    answer.verdict = Verdict::kBetter;
    answer.headline = lead;
  }
  if (about.count() > 2) {
    answer.details.push_back(fmt::format(
        "{} is the best of the other {}; certainty is adjusted for {} comparisons (Holm)",
        about.name(other), about.count() - 1, about.count() - 1));
  }
  add_details(answer, about, winner, other);
}

// The primary figure names nobody, and `winner` answers more of its requests than every other.
void declare_most_reliable(Answer& answer, const Case& about, std::size_t winner) {
  const std::size_t other = best_but(about.pairs, kSuccess, about.count(), winner);
  answer.winner = winner;
  answer.verdict = Verdict::kBetter;
  answer.headline = fmt::format(
      "{}; {}",
      sentence(*about.pairs.of(kSuccess, winner, other), about.name(winner), about.name(other)),
      undecided_text(*about.pairs.of(about.primary, winner, other)));
  add_details(answer, about, winner, other);
}

void declare_tie(Answer& answer, const Case& about, std::span<const std::size_t> ranked) {
  answer.verdict = Verdict::kSame;
  const Comparison c = *about.pairs.of(about.primary, ranked.front(), ranked.back());
  if (ranked.size() == 2) {
    answer.headline = sentence(c, about.name(ranked[0]), about.name(ranked[1]));
  } else {
    answer.headline = fmt::format(
        "all {} are the same: {} {} from the best ({}) to the last ({}), "
        "within what matters",
        ranked.size(), figure_title(about.primary), effect_text(c), about.name(ranked.front()),
        about.name(ranked.back()));
  }
  add_details(answer, about, ranked[0], ranked[1]);
}

void declare_no_winner(Answer& answer, const Case& about, bool tie) {
  std::vector<std::size_t> ranked = ranking(about.pairs, about.primary, about.count());
  if (ranked.size() < 2) {
    answer.headline =
        fmt::format("cannot tell: {} was not measured on two targets", figure_title(about.primary));
    return;
  }
  const auto success = std::ranges::find(about.winners, kSuccess, &Winner::figure);
  if (success != about.winners.end() && success->target) {
    return declare_most_reliable(answer, about, *success->target);
  }
  // Those that fail more requests than another are not in the running.
  std::erase_if(ranked, [&](std::size_t one) {
    const auto rival = more_reliable(about, one);
    if (!rival) return false;
    answer.details.push_back(fmt::format("{} is left aside: it fails more requests than {}",
                                         about.name(one), about.name(*rival)));
    return true;
  });
  if (ranked.size() < 2) {
    answer.headline = "cannot tell: targets differ in how many requests they fail, see the details";
    return;
  }
  if (tie) return declare_tie(answer, about, ranked);
  const Comparison c = *about.pairs.of(about.primary, ranked[0], ranked[1]);
  answer.headline = sentence(c, about.name(ranked[0]), about.name(ranked[1]));
  add_details(answer, about, ranked[0], ranked[1]);
}

}  // namespace

std::vector<Winner> find_winners(std::span<const PairComparison> all, std::size_t targets) {
  std::vector<Winner> winners;
  if (all.empty()) return winners;
  const Pairs pairs(all);
  for (const Comparison& first : all.front().comparisons) {
    Winner winner{.figure = first.figure, .target = {}};
    for (std::size_t one = 0; one < targets && !winner.target; ++one) {
      if (beats_all(pairs, first.figure, one, targets)) winner.target = one;
    }
    winner.tie = std::ranges::all_of(all, [&](const PairComparison& pair) {
      return pairs.of(first.figure, pair.a, pair.b)->verdict == Verdict::kSame;
    });
    if (!winner.target && !winner.tie) winner.why = why_nobody(pairs, first.figure, targets);
    winners.push_back(std::move(winner));
  }
  return winners;
}

Answer find_answer(const RunInput& run, std::span<const PairComparison> pairs,
                   std::span<const Winner> winners, std::span<const Check> checks,
                   std::optional<Figure> decisive) {
  Answer answer;
  answer.primary = decisive.value_or(primary_figure(run.load));
  const auto failed = std::ranges::find(checks, Level::kFail, &Check::level);
  const auto primary = std::ranges::find(winners, answer.primary, &Winner::figure);
  if (failed != checks.end()) {
    answer.headline = fmt::format("no answer: the run is not valid ({})", failed->text);
  } else if (primary == winners.end()) {
    answer.headline = run.targets.empty() ? "no answer: there are no targets"
                                          : "no answer: one target has nothing to be compared with";
  } else {
    const Case about{run, Pairs(pairs), winners, answer.primary};
    if (primary->target) {
      declare_winner(answer, about, *primary->target);
    } else {
      declare_no_winner(answer, about, primary->tie);
    }
  }
  return answer;
}

Standing standing_of(std::span<const Winner> winners, const Answer& answer) {
  Standing standing;
  const auto leave_open = [&](const Winner& one) {
    auto& open = standing.open;
    auto found =
        std::ranges::find_if(open, [&](const auto& some) { return some.first == one.why; });
    if (found == open.end()) found = open.insert(open.end(), {one.why, {}});
    found->second.push_back(one.figure);
  };
  for (const Winner& one : winners) {
    if (!one.target) {
      one.tie ? standing.same.push_back(one.figure) : leave_open(one);
    } else if (one.target != answer.winner) {
      standing.lost.push_back({one.figure, *one.target});
    } else if (one.figure != answer.primary) {
      standing.won.push_back(one.figure);
    }
  }
  return standing;
}

}  // namespace tt::analysis
