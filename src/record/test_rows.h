// Rows and folders for this library's tests and benchmarks.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <stdlib.h>

#include "base/rng.h"
#include "record/row.h"

namespace tt::record {

/// A plausible streamed answer of `chunks` chunks.
inline Row make_row(std::uint64_t index, std::size_t chunks, Rng& rng) {
  Row row;
  row.index = index;
  row.target = static_cast<std::uint32_t>(rng.below(3));
  row.block = static_cast<std::uint32_t>(rng.below(5));
  row.warmup = rng.below(10) == 0;
  row.request_id = "run-" + std::to_string(index);
  row.planned = static_cast<Nanos>(index) * kMillisecond;
  row.sent = row.planned + rng.between(0, kMillisecond);
  row.first_byte = row.sent + 48 * kMillisecond;
  Nanos at = row.sent + 50 * kMillisecond;
  for (std::size_t i = 0; i < chunks; ++i) {
    row.chunk_at.push_back(at);
    row.chunk_tokens.push_back(static_cast<std::uint32_t>(rng.between(1, 2)));
    row.output_tokens += row.chunk_tokens.back();
    at += rng.between(9 * kMillisecond, 11 * kMillisecond);
  }
  row.first_token = chunks > 0 ? row.chunk_at.front() : kNever;
  row.last_token = chunks > 0 ? row.chunk_at.back() : kNever;
  row.end = at;
  row.status = Status::kOk;
  row.http_code = 200;
  row.finish_reason = "length";
  row.planned_input_tokens = 256;
  row.planned_output_tokens = static_cast<std::uint32_t>(chunks);
  row.input_tokens = 250;
  row.input_source = row.output_source = TokenSource::kUsage;
  row.connection_reused = true;
  row.lag_mean = 20 * kMicrosecond;
  row.lag_max = 90 * kMicrosecond;
  row.reads = row.stamped_reads = static_cast<std::uint32_t>(chunks + 1);
  return row;
}

inline std::vector<Row> make_rows(std::size_t count, std::size_t chunks, std::uint64_t seed = 1) {
  Rng rng(seed);
  std::vector<Row> rows;
  rows.reserve(count);
  for (std::size_t i = 0; i < count; ++i) rows.push_back(make_row(i, chunks, rng));
  return rows;
}

/// Every member at an end of its range or otherwise awkward.
inline Row extreme_row() {
  Row row;
  row.index = UINT64_MAX;
  row.target = row.block = row.worker = UINT32_MAX;
  row.warmup = row.connection_reused = true;
  row.request_id = "id,with\"quotes\"\r\nand lines";
  row.planned = INT64_MAX;
  row.sent = INT64_MIN + 1;
  row.first_byte = -1;
  row.first_token = 0;
  row.last_token = kNever;
  row.end = INT64_MAX;
  row.chunk_at = {INT64_MAX, INT64_MIN, 0, -1, 1};
  row.chunk_tokens = {0, 1, UINT32_MAX, 7, 0};
  row.status = Status::kDropped;
  row.http_code = UINT16_MAX;
  row.error = std::string("zero \0 byte, \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 22);
  row.finish_reason = "stop";
  row.planned_input_tokens = row.planned_output_tokens = UINT32_MAX;
  row.input_tokens = row.output_tokens = row.cached_tokens = row.reasoning_tokens = UINT32_MAX;
  row.input_source = TokenSource::kChunks;
  row.output_source = TokenSource::kEngineFields;
  row.dns = INT64_MAX;
  row.connect = 0;
  row.tls = INT64_MIN;
  row.engine = {1, 2, 3, 4, INT64_MAX};
  row.lag_mean = 0;
  row.lag_max = -2;
  row.reads = row.stamped_reads = UINT32_MAX;
  row.user = "\xf0\x9f\x98\x80";
  row.priority = "-7";
  row.session = UINT64_MAX;
  row.turn = UINT32_MAX;
  row.reported = {INT64_MAX, 0, 1, -2};
  row.flags = "a;b";
  return row;
}

/// A folder of its own that goes with the object.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tt-record-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : std::string();
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ec;
    if (!path_.empty()) std::filesystem::remove_all(path_, ec);
  }
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace tt::record
