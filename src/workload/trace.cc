#include "workload/trace.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "plan/keywords.h"
#include "workload/trace_lines.h"

namespace tt::workload {
namespace {

constexpr std::uint32_t kMostTokens = 10'000'000;

std::uint32_t scaled(std::uint32_t tokens, double scale) {
  const double wanted = std::round(static_cast<double>(tokens) * scale);
  return static_cast<std::uint32_t>(std::clamp(wanted, 1.0, static_cast<double>(kMostTokens)));
}

/// Applies scales and limits of length; false where the row is to be left out.
bool fit_lengths(TraceRow& row, const plan::TraceReplay& replay) {
  row.input_tokens = scaled(row.input_tokens, replay.input_scale);
  row.output_tokens = scaled(row.output_tokens, replay.output_scale);
  const auto fit = [&](std::uint32_t& tokens, std::uint32_t limit) {
    if (limit == 0 || tokens <= limit) return true;
    tokens = limit;
    return replay.longer == plan::TraceReplay::Longer::kCut;
  };
  const bool input = fit(row.input_tokens, replay.max_input);
  return fit(row.output_tokens, replay.max_output) && input;
}

std::vector<TraceRow> scale_rate(const std::vector<TraceRow>& rows, double scale,
                                 std::uint64_t seed) {
  Rng rng = Rng::stream(seed, "trace");
  std::vector<TraceRow> out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double whole = std::floor(scale);
    const auto times =
        static_cast<std::uint32_t>(whole) + (rng.uniform() < scale - whole ? 1U : 0U);
    const Nanos gap = i + 1 < rows.size() ? rows[i + 1].at - rows[i].at : 0;
    for (std::uint32_t copy = 0; copy < times && out.size() <= plan::kMaxRequests; ++copy) {
      out.push_back(rows[i]);
      out.back().copy = copy;
      if (copy > 0) out.back().at += static_cast<Nanos>(rng.uniform() * static_cast<double>(gap));
    }
  }
  std::ranges::stable_sort(out, {}, &TraceRow::at);
  return out;
}

}  // namespace

Result<Trace> read_trace(std::istream& in, plan::TraceReplay::Format format,
                         const std::string& name) {
  LineReader lines(in);
  std::string_view line;
  while (lines.next(line) && trim(line).empty()) continue;
  auto reader = make_row_reader(trim(line), format);
  const auto place = [&] { return fmt::format("{}:{}", name, lines.number()); };
  if (lines.failed()) return fail(ErrorCode::kInvalidInput, lines.fault(), place());
  if (!reader) return fail(ErrorCode::kInvalidInput, reader.error().message, place());
  Trace trace{.format = (*reader)->format(), .rows = {}, .blocks = {}};
  // The first line of a CSV is its header, that of JSON lines is a row.
  bool more = !(*reader)->has_header() || lines.next(line);
  for (; more; more = lines.next(line)) {
    line = trim(line);
    if (line.empty()) continue;
    TraceRow row;
    if (auto fault = (*reader)->read(line, row, trace.blocks); !fault.empty()) {
      return fail(ErrorCode::kInvalidInput, std::move(fault), place());
    }
    if (row.input_tokens == 0 || row.output_tokens == 0) {
      trace.blocks.resize(row.first_block);
      ++trace.left_out;
      continue;
    }
    if (trace.rows.size() >= plan::kMaxRequests) {
      return fail(ErrorCode::kInvalidInput,
                  fmt::format("a trace may have at most {} rows", format_count(plan::kMaxRequests)),
                  place());
    }
    trace.rows.push_back(row);
  }
  if (lines.failed()) return fail(ErrorCode::kInvalidInput, lines.fault(), place());
  if (trace.rows.empty()) {
    return fail(ErrorCode::kInvalidInput, "the trace has no request with input and output tokens",
                name);
  }
  if (!std::ranges::is_sorted(trace.rows, {}, &TraceRow::at)) {
    std::ranges::stable_sort(trace.rows, {}, &TraceRow::at);
  }
  const Nanos first = trace.rows.front().at;
  for (TraceRow& row : trace.rows) row.at -= first;
  return trace;
}

Result<Trace> load_trace(const plan::TraceReplay& replay) {
  std::error_code error;
  if (std::filesystem::is_directory(replay.path, error)) {
    return fail(ErrorCode::kInvalidInput, "is a folder, not a trace file", replay.path);
  }
  std::ifstream in(replay.path, std::ios::binary);
  if (!in) {
    return fail(ErrorCode::kNotFound,
                "cannot be read; relative paths count from the current folder", replay.path);
  }
  return read_trace(in, replay.format, replay.path);
}

Result<Trace> cut_trace(Trace trace, const plan::TraceReplay& replay, std::uint64_t seed) {
  const Nanos end = replay.duration > 0 ? replay.start + replay.duration : INT64_MAX;
  std::vector<TraceRow> rows;
  bool longer = false;
  for (TraceRow row : trace.rows) {
    if (row.at < replay.start || row.at >= end) continue;
    row.at -= replay.start;
    if (fit_lengths(row, replay)) {
      rows.push_back(row);
    } else {
      longer = true;
    }
  }
  trace.rows = replay.scale == 1.0 ? std::move(rows) : scale_rate(rows, replay.scale, seed);
  if (trace.rows.size() > plan::kMaxRequests) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("asks for more than {} requests; lower the scale",
                            format_count(plan::kMaxRequests)),
                "load.trace.scale");
  }
  if (trace.rows.empty()) {
    return fail(ErrorCode::kInvalidInput,
                longer ? "every request of the trace is over max_input or max_output"
                       : "no request of the trace is left; look at start, duration and scale",
                "load.trace");
  }
  if (replay.speed != 1.0) {
    // What is slowed down beyond all sense is cut off by the stop rule, or refused by the schedule.
    constexpr double kNever = 4e18;
    for (TraceRow& row : trace.rows) {
      const double at = std::round(static_cast<double>(row.at) / replay.speed);
      row.at = static_cast<Nanos>(std::min(at, kNever));
    }
  }
  return trace;
}

}  // namespace tt::workload
