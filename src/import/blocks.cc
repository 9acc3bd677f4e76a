#include "import/blocks.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/csv.h"
#include "record/file.h"

namespace tt::import {

Result<std::unique_ptr<BlockReader>> BlockReader::open(const std::string& path, Options options) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::unexpected(record::io_error("cannot be read", path, errno));
  struct stat about{};
  if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) {
    ::close(fd);
    return fail(ErrorCode::kInvalidInput, "is not a regular file", path);
  }
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<BlockReader>(new BlockReader(fd, path, options));
}

BlockReader::BlockReader(int fd, std::string path, Options options)
    : fd_(fd),
      path_(std::move(path)),
      options_(options),
      at_(options.offset),
      line_(options.first_line) {}

BlockReader::~BlockReader() { ::close(fd_); }

// Reads on behind what `buffer` holds; false at the end of the file.
bool BlockReader::fill(std::string& buffer) {
  const std::size_t had = buffer.size();
  buffer.resize(had + options_.block_bytes);
  std::size_t got = 0;
  while (got < options_.block_bytes) {
    const auto n = ::pread(fd_, buffer.data() + had + got, options_.block_bytes - got,
                           static_cast<off_t>(at_ + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) error_ = errno;
    if (n <= 0) break;
    got += static_cast<std::size_t>(n);
  }
  buffer.resize(had + got);
  at_ += got;
  return got == options_.block_bytes;
}

// How many bytes of `text` are whole records; counts them and their lines. Empty lines are none.
std::size_t BlockReader::whole_records(std::string_view text, std::uint64_t& rows,
                                       std::uint64_t& lines) const {
  const bool quotes = options_.quotes && text.find('"') != std::string_view::npos;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t line_end = text.find('\n', from);
    std::size_t end = line_end == std::string_view::npos ? line_end : line_end + 1;
    if (quotes) end = csv_record_end(text, from, options_.separator);
    if (end == std::string_view::npos) break;
    if (quotes && end - from > options_.most_record_bytes) break;
    if (text[from] != '\n' && text[from] != '\r') ++rows;
    lines +=
        end == line_end + 1
            ? 1
            : static_cast<std::uint64_t>(std::ranges::count(text.substr(from, end - from), '\n'));
    from = end;
  }
  return from;
}

bool BlockReader::wants_more(std::size_t size) const {
  return !options_.quotes || size < options_.block_bytes || size <= options_.most_record_bytes;
}

bool BlockReader::next(Block& block) {
  const std::lock_guard lock(mutex_);
  block.bytes.clear();
  block.bytes.swap(carry_);
  block.broken = false;
  std::uint64_t rows = 0;
  std::uint64_t lines = 0;
  std::size_t whole = 0;
  while (whole == 0) {
    if (!end_ && wants_more(block.bytes.size())) {
      end_ = !fill(block.bytes);
      // A last line without an end is a record like any other.
      if (end_ && !block.bytes.empty() && block.bytes.back() != '\n') block.bytes += '\n';
    }
    if (block.bytes.empty()) return false;
    whole = whole_records(block.bytes, rows, lines);
    if (whole > 0 || (!end_ && wants_more(block.bytes.size()))) continue;
    // A quote that is never closed: its line goes alone, and what follows is read anew.
    whole = block.bytes.find('\n') + 1;
    if (whole == 0) whole = block.bytes.size();
    block.broken = true;
    rows = lines = 1;
  }
  carry_.assign(block.bytes, whole);
  block.bytes.resize(whole);
  block.number = number_++;
  block.first_row = row_;
  block.first_line = line_;
  block.end = at_ - carry_.size();
  row_ += rows;
  line_ += lines;
  return true;
}

Result<void> BlockReader::outcome() const {
  const std::lock_guard lock(mutex_);
  if (error_ != 0) return std::unexpected(record::io_error("cannot be read", path_, error_));
  return {};
}

}  // namespace tt::import
