#include "serve/request_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "analysis/request_value.h"
#include "analysis/slice.h"
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

const RequestColumn* find_column(std::string_view name) {
  const auto found = std::ranges::find(kColumns, name, &RequestColumn::name);
  return found == kColumns.end() ? nullptr : &*found;
}

std::unexpected<Error> unknown(std::string_view parameter, std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& column : kColumns) names.push_back(column.name);
  const auto near = nearest_word(name, names);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("there is no column '{}'{}", name,
                          near.empty() ? "" : fmt::format("; did you mean {}?", near)),
              std::string(parameter));
}

Result<void> read_range(std::string_view parameter, std::string_view text, RequestQuery& query) {
  const std::string_view name = parameter.substr(4);
  const auto* column = find_column(name);
  if (column == nullptr) return unknown(parameter, name);
  const auto value = parse_number(text);
  if (!value) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is no number", text),
                std::string(parameter));
  }
  auto found = std::ranges::find(query.ranges, column, &RequestQuery::Range::column);
  if (found == query.ranges.end()) {
    query.ranges.push_back({.column = column});
    found = query.ranges.end() - 1;
  }
  (parameter.starts_with("min_") ? found->least : found->most) = *value;
  return {};
}

Result<void> read_statuses(const Target& target, RequestQuery& query) {
  for (const auto& name : target.list("status")) {
    if (name == "failed") {
      for (int i = 0; i < kStatusCount; ++i) {
        const auto status = static_cast<Status>(i);
        if (status != Status::kOk && !ended_by_client(status)) query.statuses.push_back(status);
      }
      continue;
    }
    const auto status = status_from_name(name);
    if (!status) {
      return fail(ErrorCode::kInvalidInput, fmt::format("there is no status '{}'", name), "status");
    }
    query.statuses.push_back(*status);
  }
  return {};
}

Result<void> read_sort(std::string_view text, RequestQuery& query) {
  query.descending = text.starts_with('-');
  if (query.descending) text.remove_prefix(1);
  query.sort = find_column(text);
  if (query.sort == nullptr) return unknown("sort", text);
  return {};
}

Result<void> read_count(const Target& target, std::string_view name, std::size_t most,
                        std::size_t& value) {
  const auto text = target.value(name);
  if (!text) return {};
  const auto count = parse_whole(*text);
  if (!count || *count > most) {
    return fail(ErrorCode::kInvalidInput, fmt::format("must be a whole number up to {}", most),
                std::string(name));
  }
  value = *count;
  return {};
}

class Filter {
 public:
  Filter(const Frame& frame, const RequestQuery& query) : frame_(frame), query_(query) {
    for (const auto status : query.statuses) wanted_[static_cast<std::size_t>(status)] = true;
    if (query.user) {
      const auto found = std::ranges::find(frame.users, *query.user);
      if (found != frame.users.end()) {
        user_ = static_cast<std::uint32_t>(found - frame.users.begin());
      }
    }
  }

  bool passes(std::size_t row) const {
    if (!query_.warmup && frame_.warmup[row] != 0) return false;
    if (!query_.statuses.empty() && !wanted_[static_cast<std::size_t>(frame_.status[row])]) {
      return false;
    }
    if (query_.user && (!user_ || frame_.user[row] != *user_)) return false;
    return std::ranges::all_of(query_.ranges, [&](const RequestQuery::Range& range) {
      const double value = range.column->value(frame_, row);
      return value >= range.least && value <= range.most;  // false for NaN
    });
  }

 private:
  const Frame& frame_;
  const RequestQuery& query_;
  std::array<bool, kStatusCount> wanted_{};
  std::optional<std::uint32_t> user_;
};

}  // namespace

std::span<const RequestColumn> request_columns() { return kColumns; }

Result<RequestQuery> request_query(const Target& target) {
  RequestQuery query;
  Result<void> done;
  for (const auto& [name, values] : target.query) {
    const std::string& text = values.back();
    if (name.starts_with("min_") || name.starts_with("max_")) {
      done = read_range(name, text, query);
    } else if (name == "target") {
      done = read_range("min_target", text, query);
      if (done) done = read_range("max_target", text, query);
    } else if (name == "status") {
      done = read_statuses(target, query);
    } else if (name == "user") {
      query.user = text;
    } else if (name == "warmup") {
      query.warmup = text == "1" || text == "true";
    } else if (name == "sort") {
      done = read_sort(text, query);
    } else if (name == "offset") {
      done = read_count(target, name, record::kMaxFrameRows, query.offset);
    } else if (name == "limit") {
      done = read_count(target, name, kMostPage, query.limit);
    } else {
      done = fail(ErrorCode::kInvalidInput, "there is no such parameter", name);
    }
    if (!done) return std::unexpected(done.error());
  }
  return query;
}

RequestPage find_requests(const Frame& frame, const RequestQuery& query) {
  RequestPage page{.of = frame.size()};
  const Filter filter(frame, query);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < frame.size(); ++row) {
    if (filter.passes(row)) rows.push_back(row);
  }
  page.matching = rows.size();
  const std::size_t begin = std::min(query.offset, rows.size());
  const std::size_t end = std::min(rows.size(), begin + query.limit);
  if (query.sort != nullptr) {
    std::vector<double> values(frame.size());
    for (const auto row : rows) values[row] = query.sort->value(frame, row);
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      const double x = values[a];
      const double y = values[b];
      if (std::isnan(x) != std::isnan(y)) return std::isnan(y);
      if (x != y && !std::isnan(x)) return query.descending ? x > y : x < y;
      return a < b;  // the same page whoever asks
    };
    // Only what is shown need be in order.
    std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(end), rows.end(),
                      before);
  }
  page.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(begin),
                   rows.begin() + static_cast<std::ptrdiff_t>(end));
  return page;
}

}  // namespace tt::serve
