// A file of records, read in blocks of whole records by several threads at once, in constant
// memory.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace tt::import {

/// Whole records, or a piece that is none.
struct Block {
  std::string bytes;
  std::uint64_t number = 0;      // from 0, in file order
  std::uint64_t first_row = 1;   // of the first record
  std::uint64_t first_line = 1;  // likewise
  std::uint64_t end = 0;         // offset in the file behind it
  bool broken = false;  // a single line whose quote is never closed, or a record beyond the limit
};

/// Thread-safe.
class BlockReader {
 public:
  struct Options {
    bool quotes = true;  // CSV: a quoted cell may hold line ends. false: a record is a line
    char separator = ',';
    std::uint64_t offset = 0;  // where the first record begins, and its line
    std::uint64_t first_line = 1;
    std::size_t block_bytes = 4 << 20;
    std::size_t most_record_bytes = 1 << 20;  // a longer CSV record has lost its closing quote
  };
  /// kNotFound, kIo; kInvalidInput where it is not a regular file.
  static Result<std::unique_ptr<BlockReader>> open(const std::string& path, Options options);
  ~BlockReader();
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  /// The next block; false at the end of the file or after a failure.
  bool next(Block& block);
  /// A read error that ended the reading, after next() gave false.
  Result<void> outcome() const;

 private:
  BlockReader(int fd, std::string path, Options options);
  bool fill(std::string& buffer);
  bool wants_more(std::size_t size) const;
  std::size_t whole_records(std::string_view text, std::uint64_t& rows, std::uint64_t& lines) const;

  int fd_;
  std::string path_;
  Options options_;
  mutable std::mutex mutex_;
  std::string carry_;  // read, but not yet given out
  std::uint64_t at_ = 0;
  bool end_ = false;
  int error_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t row_ = 1;
  std::uint64_t line_ = 1;
};

}  // namespace tt::import
