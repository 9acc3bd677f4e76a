#include "serve/row_filter.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/request_value.h"
#include "analysis/selection.h"
#include "base/text.h"

namespace tt::serve {
namespace {

using analysis::MetricId;
using record::Frame;

double instant(Nanos t) { return t == kNever ? analysis::kNoValue : to_seconds(t); }
double duration(Nanos t) { return t < 0 ? analysis::kNoValue : to_millis(t); }

template <MetricId kId>
double metric_of(const Frame& frame, std::size_t row) {
  const analysis::Slice slice{.frame = &frame, .cache = nullptr};
  return analysis::request_value(slice.facts(row), kId);
}

// A column of counts as it stands in the frame.
template <auto kMember>
double count_of(const Frame& frame, std::size_t row) {
  const auto& column = frame.*kMember;
  return row < column.size() ? static_cast<double>(column[row]) : analysis::kNoValue;
}

template <auto kMember>
double instant_of(const Frame& frame, std::size_t row) {
  return instant((frame.*kMember)[row]);
}

template <auto kMember>
double duration_of(const Frame& frame, std::size_t row) {
  return duration((frame.*kMember)[row]);
}

constexpr std::uint64_t kMostTargets = 1000;

constexpr std::array<RequestColumn, 21> kColumns = {{
    {"index", "position in the schedule of its target", count_of<&Frame::index>},
    {"target", "which of the run's targets, from 0", count_of<&Frame::target>},
    {"block", "which turn of its target, from 0", count_of<&Frame::block>},
    {"planned_s", "planned instant, in seconds since the run's start", instant_of<&Frame::planned>},
    {"sent_s", "when it was sent, likewise", instant_of<&Frame::sent>},
    {"end_s", "when its answer ended, likewise", instant_of<&Frame::end>},
    {"ttft_ms", "time to first token", metric_of<MetricId::kTtft>},
    {"ttft_plan_ms", "the same from the planned instant", metric_of<MetricId::kTtftPlan>},
    {"tpot_ms", "time per output token", metric_of<MetricId::kTpot>},
    {"e2e_ms", "the whole request", metric_of<MetricId::kE2e>},
    {"e2e_plan_ms", "the same from the planned instant", metric_of<MetricId::kE2ePlan>},
    {"schedule_lag_ms", "sent minus planned", metric_of<MetricId::kScheduleLag>},
    {"client_lag_ms", "the client's own delay", metric_of<MetricId::kClientLag>},
    {"connect_ms", "making the connection, where one was made", duration_of<&Frame::connect>},
    {"input_tokens", "tokens of the prompt", count_of<&Frame::input_tokens>},
    {"output_tokens", "tokens of the answer", count_of<&Frame::output_tokens>},
    {"cached_tokens", "of the prompt, from the engine's prefix cache",
     count_of<&Frame::cached_tokens>},
    {"http_code", "HTTP status, 0 where there was no answer", count_of<&Frame::http_code>},
    {"session", "which session of its target, 0 where there are none", count_of<&Frame::session>},
    {"turn", "which request of its session, from 1", count_of<&Frame::turn>},
    {"warmup", "1 where it is left out of every figure", count_of<&Frame::warmup>},
}};

Result<void> read_range(std::string_view parameter, std::string_view text, RowFilter& filter) {
  const std::string_view name = parameter.substr(4);
  const auto* column = find_column(name);
  if (column == nullptr) return no_column(parameter, name);
  const auto value = parse_number(text);
  if (!value) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no number", text),
                std::string(parameter));
  }
  auto found = std::ranges::find(filter.ranges, column, &RowFilter::Range::column);
  if (found == filter.ranges.end()) {
    filter.ranges.push_back({.column = column});
    found = filter.ranges.end() - 1;
  }
  (parameter.starts_with("min_") ? found->least : found->most) = *value;
  return {};
}

std::vector<Status> failed_statuses() {
  std::vector<Status> failed;
  for (int i = 0; i < kStatusCount; ++i) {
    const auto status = static_cast<Status>(i);
    if (status != Status::kOk && !ended_by_client(status)) failed.push_back(status);
  }
  return failed;
}

// All that stand for "failed" as this one word.
std::string statuses_text(const std::vector<Status>& statuses) {
  const auto among = [](const std::vector<Status>& all, Status one) {
    return std::ranges::find(all, one) != all.end();
  };
  const auto failed = failed_statuses();
  const bool all_failed =
      std::ranges::all_of(failed, [&](Status one) { return among(statuses, one); });
  std::vector<std::string_view> names;
  for (const auto status : statuses) {
    if (!all_failed || !among(failed, status)) names.push_back(status_name(status));
  }
  if (all_failed) names.emplace_back("failed");
  return fmt::format("{}", fmt::join(names, " or "));
}

std::string range_text(const RowFilter::Range& range) {
  const bool from = std::isfinite(range.least);
  if (from && std::isfinite(range.most)) {
    return fmt::format("{} {:.6g} to {:.6g}", range.column->name, range.least, range.most);
  }
  return fmt::format("{} at {} {:.6g}", range.column->name, from ? "least" : "most",
                     from ? range.least : range.most);
}

Result<void> read_statuses(const Target& target, RowFilter& filter) {
  for (const auto& name : target.list("status")) {
    if (name == "failed") {
      const auto failed = failed_statuses();
      filter.statuses.insert(filter.statuses.end(), failed.begin(), failed.end());
      continue;
    }
    const auto status = status_from_name(name);
    if (!status) {
      return fail(ErrorCode::kInvalidInput, fmt::format("there is no status '{}'", name), "status");
    }
    filter.statuses.push_back(*status);
  }
  return {};
}

Result<void> read_targets(const Target& target, RowFilter& filter) {
  for (const auto& text : target.list("target")) {
    const auto number = parse_whole(text);
    if (!number || *number > kMostTargets) {
      return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no number of a target", text),
                  "target");
    }
    filter.targets.push_back(static_cast<std::uint32_t>(*number));
  }
  return {};
}

// The rows of a slice that pass, in their order.
analysis::Slice part_of(const analysis::Slice& slice, const RowTest& test) {
  return analysis::only(slice, [&](std::uint32_t row) { return test.passes(row); });
}

}  // namespace

std::span<const RequestColumn> request_columns() { return kColumns; }

const RequestColumn* find_column(std::string_view name) {
  const auto found = std::ranges::find(kColumns, name, &RequestColumn::name);
  return found == kColumns.end() ? nullptr : &*found;
}

std::unexpected<Error> no_column(std::string_view parameter, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& column : kColumns) names.push_back(column.name);
  const auto near = nearest_word(name, names);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("there is no column '{}'{}", name,
                          near.empty() ? "" : fmt::format("; did you mean {}?", near)),
              std::string(parameter));
}

std::string RowFilter::key() const {
  std::string text;
  for (const auto& range : ranges) {
    text += fmt::format("{} {} {}\n", range.column->name, range.least, range.most);
  }
  text += fmt::format("{}\n", fmt::join(targets, ","));
  for (const auto status : statuses) text += fmt::format("{} ", status_name(status));
  if (user) text += "\n" + *user;
  return text;
}

Result<bool> read_filter(const Target& target, std::string_view name, RowFilter& filter) {
  Result<void> done;
  if (name.starts_with("min_") || name.starts_with("max_")) {
    done = read_range(name, *target.value(name), filter);
  } else if (name == "target") {
    done = read_targets(target, filter);
  } else if (name == "status") {
    done = read_statuses(target, filter);
  } else if (name == "user") {
    filter.user = *target.value(name);
  } else {
    return false;
  }
  if (!done) return std::unexpected(done.error());
  return true;
}

Result<RowFilter> row_filter(const Target& target, std::span<const std::string_view> others) {
  RowFilter filter;
  for (const auto& [name, values] : target.query) {
    if (std::ranges::find(others, name) != others.end()) continue;
    const auto taken = read_filter(target, name, filter);
    if (!taken) return std::unexpected(taken.error());
    if (!*taken) return fail(ErrorCode::kInvalidInput, "there is no such parameter", name);
  }
  return filter;
}

std::string filter_text(const RowFilter& filter, std::span<const std::string> targets) {
  std::vector<std::string> parts;
  std::vector<std::string> names;
  for (const auto target : filter.targets) {
    if (target < targets.size()) names.push_back(targets[target]);
  }
  if (!names.empty()) parts.push_back(fmt::format("target {}", fmt::join(names, " or ")));
  for (const auto& range : filter.ranges) parts.push_back(range_text(range));
  if (!filter.statuses.empty()) parts.push_back("status " + statuses_text(filter.statuses));
  if (filter.user) parts.push_back(fmt::format("user {}", *filter.user));
  return fmt::format("{}", fmt::join(parts, "; "));
}

RowTest::RowTest(const Frame& frame, const RowFilter& filter) : frame_(frame), filter_(filter) {
  for (const auto status : filter.statuses) wanted_[static_cast<std::size_t>(status)] = true;
  if (!filter.user) return;
  const auto found = std::ranges::find(frame.users, *filter.user);
  if (found != frame.users.end()) user_ = static_cast<std::uint32_t>(found - frame.users.begin());
}

bool RowTest::passes(std::size_t row) const {
  if (!filter_.statuses.empty() && !wanted_[static_cast<std::size_t>(frame_.status[row])]) {
    return false;
  }
  if (filter_.user && (!user_ || frame_.user[row] != *user_)) return false;
  return std::ranges::all_of(filter_.ranges, [&](const RowFilter::Range& range) {
    const double value = range.column->value(frame_, row);
    return value >= range.least && value <= range.most;  // false for NaN
  });
}

Result<chart::RunView> filtered(const chart::RunView& view, const RowFilter& filter) {
  for (const auto target : filter.targets) {
    if (target < view.slices.size()) continue;
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("there is no target {}; they are 0 to {}", target, view.slices.size() - 1),
        "target");
  }
  chart::RunView part{.run = view.run,
                      .slices = {},
                      .runs = view.runs,
                      .bucket_s = view.bucket_s,
                      .left_out = view.left_out};
  for (std::uint32_t t = 0; t < view.slices.size(); ++t) {
    const auto& slice = view.slices[t];
    const bool chosen =
        filter.targets.empty() || std::ranges::find(filter.targets, t) != filter.targets.end();
    part.slices.push_back(chosen ? part_of(slice, RowTest(*slice.frame, filter))
                                 : analysis::only(slice, [](std::uint32_t) { return false; }));
  }
  return part;
}

}  // namespace tt::serve
