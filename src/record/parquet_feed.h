// Writing a Parquet file from chunks that we fill, for this folder's sources only. DuckDB pulls the
// chunks from a table function and streams them into the file, so nothing is held but a row group.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/duck.h"

namespace tt::record {

using FillChunk = std::function<idx_t(duckdb_data_chunk)>;  // 0: no more

struct ChunkFeed {
  std::vector<std::pair<std::string_view, std::string_view>> columns;  // name, type
  std::function<FillChunk()> open;  // called once for each thread, from that thread
  unsigned threads = 1;
  std::map<std::string, std::string> metadata;
};

// Types beside those of duck_type: names of Status and TokenSource, given as their numbers.
inline constexpr std::string_view kStatusType = "status";
inline constexpr std::string_view kTokenSourceType = "token source";

/// Atomic: `path` appears whole or not at all.
Result<void> write_parquet(const std::string& path, ChunkFeed& feed);

/// A VARCHAR cell. Bytes that are not UTF-8 become U+FFFD.
void put_text(duckdb_vector vector, idx_t at, std::string_view text);

}  // namespace tt::record
