// The lines of a trace file: cutting a file into them, and reading one as a request.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workload/trace.h"

namespace tt::workload {

/// Lines of a stream, read in large pieces. Not thread-safe.
class LineReader {
 public:
  /// A longer line is a fault.
  static constexpr std::size_t kLongestLine = 4UL << 20;

  explicit LineReader(std::istream& in) : in_(in) {}
  /// The next line without its end; valid until the next call. False at the end or at a fault.
  bool next(std::string_view& line);
  /// Of the line last given, from 1.
  std::uint64_t number() const { return number_; }
  bool failed() const { return !fault_.empty(); }
  const std::string& fault() const { return fault_; }

 private:
  bool fill();

  std::istream& in_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not yet given
  std::uint64_t number_ = 0;
  bool ended_ = false;
  std::string fault_;
};

/// Reads the rows of one format.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual plan::TraceReplay::Format format() const = 0;
  virtual bool has_header() const = 0;
  /// Returns what is wrong with the line, or empty. `row.at` counts from the format's own zero.
  virtual std::string read(std::string_view line, TraceRow& row,
                           std::vector<std::uint64_t>& blocks) = 0;
};

/// The reader for a file that begins with this line. A format other than kAuto must fit the line.
Result<std::unique_ptr<RowReader>> make_row_reader(std::string_view first_line,
                                                   plan::TraceReplay::Format format);

}  // namespace tt::workload
