// Rows to Parquet and back, through DuckDB in this process: no server, no network, no extension is
// ever fetched.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/journal.h"
#include "record/row.h"

namespace tt::record {

/// Gives the next item, or false at the end. Called from one thread at a time.
using RowSource = std::function<bool(Row&)>;
using TextSource = std::function<bool(TextRow&)>;

/// Writes every row that `next` gives, in that order, and says how many. Memory is bounded whatever
/// their number. Atomic: `path` appears whole or not at all. Bytes of texts that are not UTF-8
/// become U+FFFD.
Result<std::uint64_t> write_rows(const std::string& path, const RowSource& next);
Result<std::uint64_t> write_rows(const std::string& path, std::span<const Row> rows);
/// Rows that several threads make at once.
struct BulkRows {
  /// Called once for each thread, from that thread; all sources must have been told of the end
  /// before write_rows returns, unless it fails.
  std::function<RowSource()> source;
  unsigned threads = 1;  // with more than one the order of rows is not kept
  /// Columns to write, in file order; empty: all. What is left out reads back as the empty row's.
  std::vector<std::string_view> columns;
  std::map<std::string, std::string> metadata;  // goes into the file's footer
};
/// The same from several threads, and with a choice of columns.
Result<std::uint64_t> write_rows(const std::string& path, const BulkRows& rows);

/// The same for prompts and answers (target, index, prompt, answer).
Result<std::uint64_t> write_texts(const std::string& path, const TextSource& next);

/// Calls `visit` for every row, in file order. Columns are matched by name: one that the file lacks
/// keeps the empty row's value, and unknown ones are passed over.
Result<std::uint64_t> visit_rows(const std::string& path, const std::function<void(Row&&)>& visit);
Result<std::vector<Row>> read_rows(const std::string& path);
Result<std::vector<TextRow>> read_texts(const std::string& path);

}  // namespace tt::record
