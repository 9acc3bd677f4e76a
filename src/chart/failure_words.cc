#include "chart/failure_words.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "chart/option.h"

namespace tt::chart {

using analysis::Failures;

namespace {

std::vector<Failures> failures_of(const RunView& view) {
  std::vector<Failures> all;
  for (const auto& slice : view.slices) all.push_back(analysis::failures(slice));
  return all;
}

std::string nothing_failed(const RunView& view) {
  std::uint64_t ok = 0;
  for (const auto& slice : view.slices) ok += slice.rows.size();
  if (ok == 0) return "Nothing to draw: the run has no measured requests.";
  return fmt::format("Nothing to draw: none of the {} measured requests failed.", format_count(ok));
}

std::string source_of(const RunView& view, const std::vector<Failures>& all) {
  std::vector<std::string> n;
  for (const auto& f : all) n.push_back(format_count(f.ok + f.failed));
  return fmt::format("{} · n = {} requests that succeeded or failed",
                     source_text(view, {}, analysis::MetricId::kSuccessRate), fmt::join(n, ", "));
}

}  // namespace

std::string status_words(Status status) {
  std::string words(status_name(status));
  std::ranges::replace(words, '_', ' ');
  for (const std::string_view shout : {"http", "dns", "tls"}) {
    if (!words.starts_with(shout)) continue;
    const auto end = words.begin() + static_cast<std::ptrdiff_t>(shout.size());
    std::transform(words.begin(), end, words.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  }
  return words;
}

FailureClass failure_class(const analysis::FailureKind& kind) {
  return {kind.status, kind.http_code >= 400 ? kind.http_code : std::uint16_t{0}};
}

std::string failure_text(const FailureClass& kind) {
  if (kind.second == 0) return status_words(kind.first);
  const auto words = status_words(kind.first);
  return fmt::format("{} ({}{})", words, words.starts_with("HTTP") ? "" : "HTTP ", kind.second);
}

bool row_failed(const analysis::Slice& slice, std::uint32_t row) {
  return !slice.frame->ok(row) && !ended_by_client(slice.frame->status[row]);
}

bool any_failed(const Input& input) {
  return std::ranges::any_of(input.run->slices, [](const analysis::Slice& slice) {
    return std::ranges::any_of(slice.rows,
                               [&](std::uint32_t row) { return row_failed(slice, row); });
  });
}

std::string failures_text(const RunView& view, const std::vector<Failures>& all) {
  std::vector<std::string> bad;
  std::vector<std::string> good;
  for (std::size_t t = 0; t < all.size(); ++t) {
    const auto& f = all[t];
    const auto name = short_name(view.run.targets[t].name, 28);
    if (f.failed == 0 && f.ok > 0) good.push_back(name);
    if (f.failed == 0) continue;
    const auto& most = f.kinds.front();
    bad.push_back(fmt::format(
        "{} {} of {} ({}%; {}{})", name, format_count(f.failed), format_count(f.ok + f.failed),
        format_number(100.0 * static_cast<double>(f.failed) / static_cast<double>(f.ok + f.failed)),
        f.kinds.size() > 1 ? "mostly " : "", failure_text(failure_class(most))));
  }
  std::string text = fmt::format("Failed: {}.", list_text(bad, 4));
  if (!good.empty()) text += fmt::format(" Without a failure: {}.", list_text(good));
  return text;
}

Chart chart_of_failures(const Input& input, DrawFailures draw) {
  const RunView& view = *input.run;
  Chart chart;
  const auto all = failures_of(view);
  chart.source = source_of(view, all);
  if (any_failed(input)) {
    draw(chart, view, all);
  } else {
    chart.empty = nothing_failed(view);
  }
  return chart;
}

}  // namespace tt::chart
