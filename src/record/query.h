// SQL over the files of run folders, through DuckDB in this process. It reads and writes nothing
// but what is named here: no server, no network, no other file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::record {

/// A small result: values as text, nullopt for NULL.
struct SqlTable {
  struct Column {
    std::string name;
    std::string type;  // "BIGINT", "VARCHAR", ...
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  bool truncated = false;  // there were more rows than asked for, or than fit
  std::uint64_t cut = 0;   // cells that were longer than a cell may be; each says so at its end
};

struct QueryOptions {
  std::size_t max_rows = 10'000;  // 0: all
  std::size_t max_bytes = 0;      // of all cells, after which no more rows are fetched; 0: all
  std::size_t max_cell = 0;       // bytes of one cell that are taken over; 0: all
  std::uint64_t memory = 0;  // bytes that DuckDB may hold; 0: as it has it, most of the machine
  bool json_cells = false;   // cells as JSON values, not as text
  Nanos timeout = 0;         // 0: none
  /// Where set: asked some 50 times a second, from another thread; true ends the query
  /// (kCancelled).
  std::function<bool()> stopped;
};

/// Runs one SELECT. What it can read are these views, with the run's id in the column `run`:
///   requests, texts, telemetry, events   the folders' files, where at least one run has them
///   runs, targets                        from the manifests
/// A run that lacks a file, or a column of it, has NULLs or no rows there.
Result<SqlTable> query_runs(std::span<const std::string> folders, std::string_view sql,
                            const QueryOptions& options = {});

enum class TableFormat : std::uint8_t { kCsv, kJson, kJsonLines, kParquet };

/// The same into a file (max_rows and json_cells do not count), and says how many rows there were.
/// Atomic: `path` appears whole or not at all. Refuses a path inside of a run's folder.
Result<std::uint64_t> write_query(std::span<const std::string> folders, std::string_view sql,
                                  TableFormat format, const std::string& path,
                                  const QueryOptions& options = {});

}  // namespace tt::record
