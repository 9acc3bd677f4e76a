#include "trial/precision_watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::trial {

PrecisionWatch::PrecisionWatch(const plan::Plan& plan)
    : stop_(plan.stop), seats_(plan.targets.size()) {
  for (const auto& target : plan.targets) names_.push_back(target.name);
  for (Seat& seat : seats_) {
    for (const auto& figure : plan.stop.until) {
      const analysis::Metric* metric = analysis::find_metric(figure.metric);
      seat.rules.emplace_back(analysis::Figure{metric->id, figure.quantile}, figure.half_width);
    }
  }
}

void PrecisionWatch::on_row(const record::Row& row) {
  if (row.warmup || !row.ok()) return;
  record::Row slim;
  slim.target = row.target;
  slim.block = row.block;
  slim.planned = row.planned;
  slim.sent = row.sent;
  slim.first_token = row.first_token;
  slim.last_token = row.last_token;
  slim.end = row.end;
  slim.output_tokens = row.output_tokens;
  slim.status = row.status;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(slim));
}

bool PrecisionWatch::reached(std::uint32_t target) {
  std::vector<record::Row> rows;
  {
    const std::lock_guard lock(mutex_);
    rows.swap(waiting_);
  }
  for (const record::Row& row : rows) {
    Seat& seat = seats_[row.target];
    if (row.block >= seat.from.size()) {
      seat.from.resize(row.block + 1, INT64_MAX);
      seat.to.resize(row.block + 1, INT64_MIN);
    }
    seat.from[row.block] = std::min(seat.from[row.block], row.sent);
    seat.to[row.block] = std::max(seat.to[row.block], row.end);
    for (auto& rule : seat.rules) rule.add(row);
  }
  Seat& seat = seats_[target];
  if (seat.reached || seat.given_up) return true;
  bool all = measured_enough(seat);
  for (auto& rule : seat.rules) all = rule.look() && all;
  seat.reached = all;
  return all;
}

bool PrecisionWatch::all_reached() {
  bool all = true;
  for (std::uint32_t t = 0; t < seats_.size(); ++t) all = reached(t) && all;
  return all;
}

bool PrecisionWatch::measured_enough(const Seat& seat) const {
  Nanos total = 0;
  for (std::size_t block = 0; block < seat.from.size(); ++block) {
    if (seat.to[block] > seat.from[block]) total += seat.to[block] - seat.from[block];
  }
  return total >= stop_.at_least;
}

std::vector<std::string> PrecisionWatch::notes() const {
  std::vector<std::string> lines;
  for (std::size_t t = 0; t < seats_.size(); ++t) {
    for (std::size_t f = 0; f < seats_[t].rules.size(); ++f) {
      const auto& last = seats_[t].rules[f].last();
      const std::string head = fmt::format("{}: until {}", names_[t], stop_.until[f].text);
      const bool lost = seats_[t].given_up && !seats_[t].reached;
      const std::string missed = lost ? "not reached, the target was given up" : "not reached";
      if (!last) {
        lines.push_back(
            fmt::format("{}: {}", head, lost ? missed : missed + ", too few requests for a look"));
        continue;
      }
      lines.push_back(fmt::format(
          "{}: {}{} at look {}, of {} requests", head, last->reached ? "reached" : missed,
          last->interval ? fmt::format(", within {:.1f}%", last->half_width * 100) : "",
          last->number, format_count(last->n)));
    }
  }
  return lines;
}

}  // namespace tt::trial
