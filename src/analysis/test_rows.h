// Rows made by hand, for tests of this folder and of those above it.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "analysis/input.h"
#include "base/rng.h"
#include "record/row.h"

namespace tt::analysis {

/// A successful request: sent at once, `tokens` chunks of one token, times in milliseconds.
struct RowShape {
  std::uint32_t target = 0;
  std::uint32_t block = 0;
  double planned_ms = 0;
  double waited_ms = 0;  // between planned and sent
  double ttft_ms = 100;
  double gap_ms = 10;
  std::uint32_t tokens = 11;
};

inline Nanos at_ms(double ms) { return from_seconds(ms / 1e3); }

inline record::Row make_row(const RowShape& shape, std::uint64_t index = 0) {
  record::Row row;
  row.index = index;
  row.target = shape.target;
  row.block = shape.block;
  row.request_id = "r" + std::to_string(index);
  row.planned = at_ms(shape.planned_ms);
  row.sent = at_ms(shape.planned_ms + shape.waited_ms);
  const double first = shape.planned_ms + shape.waited_ms + shape.ttft_ms;
  for (std::uint32_t i = 0; i < shape.tokens; ++i) {
    row.chunk_at.push_back(at_ms(first + i * shape.gap_ms));
    row.chunk_tokens.push_back(1);
  }
  row.first_byte = row.first_token = row.chunk_at.front();
  row.last_token = row.end = row.chunk_at.back();
  row.status = Status::kOk;
  row.http_code = 200;
  row.planned_output_tokens = row.output_tokens = shape.tokens;
  row.planned_input_tokens = row.input_tokens = 50;
  row.input_source = row.output_source = TokenSource::kUsage;
  row.lag_mean = row.lag_max = 10 * kMicrosecond;
  row.reads = row.stamped_reads = shape.tokens;
  return row;
}

inline record::Row make_failed(const RowShape& shape, Status status, std::uint64_t index = 0) {
  record::Row row = make_row(shape, index);
  row.status = status;
  row.error = "failed";
  row.chunk_at.clear();
  row.chunk_tokens.clear();
  row.first_token = row.last_token = kNever;
  row.output_tokens = 0;
  row.output_source = TokenSource::kNone;
  return row;
}

inline RunInput make_run(std::vector<std::string> names, LoadKind load = LoadKind::kClosed) {
  RunInput run;
  run.run_id = "test-20260131-120000";
  run.scenario = "test";
  for (auto& name : names) run.targets.push_back({name, name, "model"});
  run.load = load;
  run.client_cpu_share = 0.2;
  return run;
}

/// Target `target` of an interleaved run of `targets`: `blocks` blocks of `count` requests one
/// after the other, whose TTFT and gaps scatter by 20% around those of `shape`.
inline void add_blocks(std::vector<record::Row>& rows, RowShape shape, std::uint32_t targets,
                       std::uint32_t blocks, std::uint32_t count, std::uint64_t seed) {
  Rng rng = Rng::stream(seed, "rows");
  const double block_ms = count * (shape.ttft_ms + shape.gap_ms * shape.tokens) * 4;
  for (std::uint32_t block = 0; block < blocks; ++block) {
    double now = (block * targets + shape.target) * block_ms;
    for (std::uint32_t i = 0; i < count; ++i) {
      RowShape one = shape;
      one.block = block;
      one.planned_ms = now;
      one.ttft_ms *= std::exp(0.2 * rng.normal());
      one.gap_ms *= std::exp(0.2 * rng.normal());
      rows.push_back(make_row(one, rows.size()));
      now = to_millis(rows.back().end) + 1;
    }
  }
}

}  // namespace tt::analysis
