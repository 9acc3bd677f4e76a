#include "report/figure_cells.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/scale.h"
#include "base/text.h"

namespace tt::report {
namespace {

using analysis::Figure;
using analysis::Grain;
using analysis::Measured;
using analysis::measured_of;
using analysis::MetricId;
using analysis::Unit;
using analysis::Verdict;

Unit unit_of(const Figure& figure) { return analysis::metric(figure.metric).unit; }

bool is_share(const Figure& figure) { return unit_of(figure) == Unit::kShare; }

std::string number_text(const Figure& figure, double value) {
  return is_share(figure) ? share_text(value) : format_number(value);
}

// What stands out of a target that has nothing to be compared with.
std::string headline_of_one(const analysis::TargetSummary& target) {
  std::vector<std::string> facts;
  for (const Figure& figure : {Figure{MetricId::kTtft, 0.5}, Figure{MetricId::kTtft, 0.99},
                               Figure{.metric = MetricId::kOutputRate}}) {
    const Measured measured = measured_of(target, figure);
    if (!measured.value) continue;
    const std::string title = analysis::figure_title(figure);
    facts.push_back(analysis::metric(figure.metric).grain == Grain::kFigure
                        ? fmt::format("{} {}", format_number(*measured.value), title)
                        : fmt::format("{} {}", title, value_text(figure, measured)));
  }
  if (facts.empty()) return fmt::format("{}: nothing was measured", target.target.name);
  return fmt::format("{}: {}", target.target.name, fmt::join(facts, ", "));
}

// One way to write all values of a column.
class Writing {
 public:
  Writing(const Figure& figure, const std::vector<Measured>& all) : figure_(figure) {
    if (is_share(figure)) return;
    std::vector<double> values;
    for (const auto& one : all) {
      if (one.value) values.push_back(*one.value);
    }
    scale_ = unit_of(figure) == Unit::kMillis ? scale_millis(values) : scale_plain(values);
  }

  std::string title() const {
    const auto title = analysis::figure_title(figure_);
    const std::string unit =
        scale_.unit.empty() ? std::string(analysis::unit_name(unit_of(figure_))) : scale_.unit;
    return title.ends_with(unit) ? title : fmt::format("{} ({})", title, unit);
  }

  double factor() const { return scale_.factor; }

  std::string text(double value) const {
    return is_share(figure_) ? share_text(value) : scale_.text(value);
  }

 private:
  Figure figure_;
  Scale scale_;
};

}  // namespace

std::string value_text(const Figure& figure, const Measured& measured) {
  return value_text(figure, measured.value);
}

std::string value_text(const Figure& figure, std::optional<double> value) {
  if (!value) return "–";
  // "output tokens/s" has its unit in its name.
  const auto& metric = analysis::metric(figure.metric);
  if (metric.title.ends_with(analysis::unit_name(metric.unit))) return format_number(*value);
  if (is_share(figure)) return share_text(*value);
  return analysis::format_value(metric, *value);
}

std::string interval_text(const Figure& figure, const Measured& measured) {
  if (!measured.value || !measured.interval) return {};
  return fmt::format("95% {} to {}", number_text(figure, measured.interval->low),
                     number_text(figure, measured.interval->high));
}

FigureColumn figure_column(const Figure& figure, const std::vector<Measured>& all, bool intervals) {
  const Writing writing(figure, all);
  FigureColumn made{.column = {writing.title(), Align::kRight}, .cells = {}};
  for (const auto& one : all) {
    Cell cell{.text = "–", .number = {}};
    if (one.value) {
      made.any = true;
      cell.number = *one.value * writing.factor();
      cell.text = writing.text(*one.value);
      if (one.interval && intervals) {
        cell.text += fmt::format(" ({} to {})", writing.text(one.interval->low),
                                 writing.text(one.interval->high));
      }
    }
    made.cells.push_back(std::move(cell));
  }
  return made;
}

FigureColumn figure_column(const ReportSubject& subject, const Figure& figure) {
  std::vector<Measured> all;
  for (const auto& side : subject.sides) all.push_back(measured_of(side.summary(), figure));
  FigureColumn made = figure_column(figure, all, true);
  for (std::size_t i = 0; i < made.cells.size(); ++i) {
    if (!made.cells[i].number || !wins(subject, figure, subject.sides[i])) continue;
    made.cells[i].tone = Tone::kGood;
    made.cells[i].strong = true;
  }
  return made;
}

std::string share_text(double share) {
  return fmt::format("{:g}%", std::floor(share * 1e4 + 1e-6) / 1e2);
}

std::string missed_text(double share) {
  return fmt::format("{:g}%", std::max(0.0, std::ceil(share * 1e4 - 1e-6)) / 1e2);
}

std::string side_title(const ReportSubject& subject, const ReportSide& side) {
  const auto& target = side.summary().target;
  if (!subject.alone() && side.label != target.name) {
    return fmt::format("{} ({})", side.label, target.name);
  }
  return target.model.empty() ? side.label : fmt::format("{} ({})", side.label, target.model);
}

std::string column_title(const Figure& figure) {
  const auto title = analysis::figure_title(figure);
  const auto unit = analysis::unit_name(unit_of(figure));
  return title.ends_with(unit) ? title : fmt::format("{} ({})", title, unit);
}

std::string headline_of(const analysis::RunSummary& summary) {
  const bool alone = summary.targets.size() == 1 && summary.valid();
  return alone ? headline_of_one(summary.targets.front()) : summary.answer.headline;
}

std::string verdict_word(Verdict verdict) {
  std::string word(analysis::verdict_name(verdict));
  std::ranges::replace(word, '_', ' ');
  return word;
}

Tone verdict_tone(Verdict verdict) {
  return verdict == Verdict::kBetter  ? Tone::kGood
         : verdict == Verdict::kWorse ? Tone::kBad
                                      : Tone::kQuiet;
}

std::string list_text(std::span<const std::string> items) {
  if (items.size() < 2) return items.empty() ? "" : items.front();
  return fmt::format("{} and {}", fmt::join(items.first(items.size() - 1), ", "), items.back());
}

std::string count_of(std::uint64_t n, std::string_view what) {
  return fmt::format("{} {}{}", format_count(n), what, n == 1 ? "" : "s");
}

std::string cut_text(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole UTF-8
  return text.substr(0, end) + "…";
}

Cell text_cell(std::string text, Tone tone, bool strong) {
  return {.text = std::move(text), .number = {}, .tone = tone, .strong = strong};
}

}  // namespace tt::report
