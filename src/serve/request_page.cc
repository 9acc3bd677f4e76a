#include "serve/request_page.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::serve {
namespace {

using record::Frame;

Result<void> read_sort(std::string_view text, RequestQuery& query) {
  query.descending = text.starts_with('-');
  if (query.descending) text.remove_prefix(1);
  query.sort = find_column(text);
  if (query.sort == nullptr) return no_column("sort", text);
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

}  // namespace

Result<RequestQuery> request_query(const Target& target) {
  RequestQuery query;
  Result<void> done;
  for (const auto& [name, values] : target.query) {
    const std::string& text = values.back();
    if (name == "warmup") {
      query.warmup = text == "1" || text == "true";
    } else if (name == "sort") {
      done = read_sort(text, query);
    } else if (name == "offset") {
      done = read_count(target, name, record::kMaxFrameRows, query.offset);
    } else if (name == "limit") {
      done = read_count(target, name, kMostPage, query.limit);
    } else {
      const auto taken = read_filter(target, name, query.filter);
      if (!taken) return std::unexpected(taken.error());
      if (!*taken) return fail(ErrorCode::kInvalidInput, "there is no such parameter", name);
    }
    if (!done) return std::unexpected(done.error());
  }
  return query;
}

RequestPage find_requests(const Frame& frame, const RequestQuery& query) {
  RequestPage page{.of = frame.size()};
  const RowTest test(frame, query.filter);
  const auto& targets = query.filter.targets;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < frame.size(); ++row) {
    if (!query.warmup && frame.warmup[row] != 0) continue;
    if (!targets.empty() && std::ranges::find(targets, frame.target[row]) == targets.end())
      continue;
    if (test.passes(row)) rows.push_back(row);
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
