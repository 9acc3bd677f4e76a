#include "plan/search_section.h"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/faults.h"
#include "plan/load_curve.h"

namespace tt::plan {
namespace {

constexpr std::array kSweepOrders = {Word{"random", Sweep::Order::kRandom},
                                     Word{"ascending", Sweep::Order::kAscending},
                                     Word{"descending", Sweep::Order::kDescending}};
constexpr std::array kAxes = {Word{"concurrency", LoadAxis::kConcurrency},
                              Word{"rate", LoadAxis::kRate}};

// A text of loads, a list of numbers, or one number.
void read_loads(const Value& value, LoadAxis axis, Sweep& sweep) {
  sweep.over = axis;
  std::string text = value.node.text;
  if (value.node.kind == YamlNode::Kind::kList) {
    read_list(value, [&](const Value& item) {
      double load = 0;
      read_number(item, load);
      text += fmt::format("{}{}", text.empty() ? "" : ",", load);
    });
    if (value.reader.any_fault()) return;
  } else if (value.node.kind != YamlNode::Kind::kText) {
    value.fault("must be a list of loads or a text such as 1..64x2");
    return;
  }
  auto loads = parse_loads(text, axis);
  if (!loads) return value.fault(loads.error().message);
  sweep.loads = std::move(*loads);
}

void read_share(const Value& value, double& out) {
  std::string text;
  read_text(value, text);
  if (value.node.kind != YamlNode::Kind::kText) return;
  const auto share = text.ends_with('%')
                         ? parse_percent(std::string_view(text).substr(0, text.size() - 1))
                         : parse_number(trim(text));
  if (share) {
    out = *share;
  } else {
    value.fault(fmt::format("must be a share such as 3% or 0.03, not {}", describe(value.node)));
  }
}

constexpr std::array kSweepFields = {
    Field<Sweep>{"concurrency",
                 [](const Value& v, Sweep& s) { read_loads(v, LoadAxis::kConcurrency, s); }},
    Field<Sweep>{"rate", [](const Value& v, Sweep& s) { read_loads(v, LoadAxis::kRate, s); }},
    Field<Sweep>{"repeats", [](const Value& v, Sweep& s) { read_whole(v, s.repeats); }},
    Field<Sweep>{"order", [](const Value& v, Sweep& s) { read_word(v, kSweepOrders, s.order); }},
    Field<Sweep>{"cool_down", [](const Value& v, Sweep& s) { read_duration(v, s.cool_down); }},
};

constexpr std::array kCapacityFields = {
    Field<CapacityGoal>{"over",
                        [](const Value& v, CapacityGoal& c) { read_word(v, kAxes, c.over); }},
    Field<CapacityGoal>{"from", [](const Value& v, CapacityGoal& c) { read_number(v, c.from); }},
    Field<CapacityGoal>{"at_most",
                        [](const Value& v, CapacityGoal& c) { read_number(v, c.at_most); }},
    Field<CapacityGoal>{"tolerance",
                        [](const Value& v, CapacityGoal& c) { read_share(v, c.tolerance); }},
    Field<CapacityGoal>{"probes", [](const Value& v, CapacityGoal& c) { read_whole(v, c.probes); }},
    Field<CapacityGoal>{"within",
                        [](const Value& v, CapacityGoal& c) { read_duration(v, c.within); }},
    Field<CapacityGoal>{"cool_down",
                        [](const Value& v, CapacityGoal& c) { read_duration(v, c.cool_down); }},
};

void check_sweep(Faults& faults, const Sweep& sweep) {
  const auto fault = loads_fault(sweep.loads, sweep.over);
  faults.require(fault.empty(), fmt::format("sweep.{}", axis_name(sweep.over)), fault);
  faults.require(sweep.repeats >= 1 && sweep.repeats <= 100, "sweep.repeats",
                 fmt::format("must lie from 1 to 100, not {}", sweep.repeats));
  const std::size_t runs = sweep.loads.size() * sweep.repeats;
  faults.require(runs <= kMostSweepRuns, "sweep",
                 fmt::format("asks for {} runs; there may be {}", runs, kMostSweepRuns));
  faults.duration(sweep.cool_down, "none", "sweep.cool_down");
}

void check_capacity(Faults& faults, const CapacityGoal& goal) {
  faults.require(goal.from >= 1e-3 && goal.from <= 1e6, "capacity.from",
                 fmt::format("must lie from 0.001 to 1000000, not {}", goal.from));
  faults.require(goal.at_most >= goal.from && goal.at_most <= 1e6, "capacity.at_most",
                 fmt::format("must lie from capacity.from to 1000000, not {}", goal.at_most));
  faults.require(goal.over == LoadAxis::kRate || goal.from >= 1, "capacity.from",
                 "a concurrency is at least 1");
  faults.require(goal.tolerance >= 0.005 && goal.tolerance <= 0.5, "capacity.tolerance",
                 fmt::format("must lie from 0.5% to 50%, not {}", goal.tolerance));
  faults.require(goal.probes >= 3 && goal.probes <= kMostSweepRuns, "capacity.probes",
                 fmt::format("must lie from 3 to {}, not {}", kMostSweepRuns, goal.probes));
  faults.duration(goal.within, "no limit", "capacity.within");
  faults.duration(goal.cool_down, "none", "capacity.cool_down");
}

}  // namespace

void read_until(const Value& value, std::vector<Precision>& out) {
  const auto read_one = [&](const Value& item) {
    std::string text;
    read_text(item, text);
    if (item.node.kind != YamlNode::Kind::kText) return;
    auto precision = parse_precision(text);
    if (!precision) return item.fault(precision.error().message);
    out.push_back(std::move(*precision));
  };
  if (value.node.kind == YamlNode::Kind::kText) return read_one(value);
  read_list(value, read_one);
}

void read_sweep(const Value& value, std::optional<Sweep>& out) {
  Sweep sweep;
  read_section(value, kSweepFields, sweep);
  if (value.node.kind != YamlNode::Kind::kMap) return;
  const bool users = value.reader.has("sweep.concurrency");
  if (users == value.reader.has("sweep.rate")) {
    value.fault(users ? "has both concurrency and rate; keep one"
                      : "needs concurrency: or rate: with its loads, as in concurrency: 1..64x2");
    return;
  }
  out = std::move(sweep);
}

void read_capacity(const Value& value, std::optional<CapacityGoal>& out) {
  CapacityGoal goal;
  read_section(value, kCapacityFields, goal);
  out = goal;
}

void add_search_keys(std::vector<std::string>& out, std::string_view section) {
  if (section == "sweep") add_keys(out, section, kSweepFields);
  if (section == "capacity") add_keys(out, section, kCapacityFields);
}

std::vector<Error> check_search(const Plan& plan) {
  Faults faults;
  for (std::size_t i = 0; i < plan.stop.until.size(); ++i) {
    const auto fault = precision_fault(plan.stop.until[i]);
    faults.require(fault.empty(), fmt::format("stop.until[{}]", i), fault);
  }
  faults.duration(plan.stop.at_least, "at once", "stop.at_least");
  faults.require(plan.stop.at_least == 0 || !plan.stop.until.empty(), "stop.at_least",
                 "belongs to until, which may end the load early");
  faults.require(!plan.stop.duration || plan.stop.at_least <= *plan.stop.duration, "stop.at_least",
                 "must not be above stop.duration");
  if (plan.sweep) check_sweep(faults, *plan.sweep);
  if (plan.capacity) {
    check_capacity(faults, *plan.capacity);
    faults.require(!plan.sweep, "capacity", "cannot stand beside sweep; keep one of them");
  }
  return faults.take();
}

std::string format_search(const Plan& plan) {
  std::string out;
  if (plan.sweep) {
    const Sweep& s = *plan.sweep;
    out += fmt::format("sweep:\n  {}: [{}]\n  repeats: {}\n  order: {}\n  cool_down: {}\n",
                       axis_name(s.over), fmt::join(s.loads, ", "), s.repeats,
                       word_of(kSweepOrders, s.order), format_duration(s.cool_down));
  }
  if (plan.capacity) {
    const CapacityGoal& c = *plan.capacity;
    out += fmt::format(
        "capacity:\n  over: {}\n  from: {}\n  at_most: {}\n  tolerance: {}\n  probes: {}\n"
        "  within: {}\n  cool_down: {}\n",
        axis_name(c.over), c.from, c.at_most, c.tolerance, c.probes, format_duration(c.within),
        format_duration(c.cool_down));
  }
  return out;
}

Plan at_load(Plan base, LoadAxis axis, double load) {
  base.sweep.reset();
  base.capacity.reset();
  // The shape that leaves takes its end with it.
  if (!base.stop.duration && !base.stop.requests) {
    base.stop.duration = load_length(base).value_or(kDefaultDuration);
  }
  if (axis == LoadAxis::kConcurrency) {
    base.load = Concurrency{static_cast<std::uint32_t>(load)};
    return base;
  }
  if (!std::holds_alternative<Rate>(base.load)) base.load = Rate{};
  auto& rate = std::get<Rate>(base.load);
  rate.per_second = load;
  rate.stages.clear();  // a search needs each load to stay as it is
  return base;
}

}  // namespace tt::plan
