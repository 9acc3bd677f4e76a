#include "import/text_source.h"

#include <atomic>

#include "base/csv.h"
#include "base/text.h"

namespace tt::import {
namespace {

// What readers of blocks have in common.
class BlockSource : public Source {
 public:
  explicit BlockSource(std::unique_ptr<BlockReader> blocks) : blocks_(std::move(blocks)) {}
  std::uint64_t bytes_done() const override { return done_; }
  Result<void> outcome() const override { return blocks_->outcome(); }
  bool is_shared() const override { return true; }

  bool next(Block& block) {
    const bool more = blocks_->next(block);
    // Readers get blocks in file order; the farthest tells how much was taken.
    if (more) done_ = std::max(done_.load(), block.end);
    return more;
  }

 private:
  std::unique_ptr<BlockReader> blocks_;
  std::atomic<std::uint64_t> done_ = 0;
};

class BlockedReader : public Reader {
 public:
  explicit BlockedReader(BlockSource& source) : source_(source) {}
  std::string_view record() override { return record_; }
  std::uint64_t part() const override { return block_.number; }

 protected:
  // Makes `rest_` begin with a record; false at the end of the file.
  bool find_rest() {
    while (rest_.empty()) {
      if (!source_.next(block_)) return false;
      rest_ = block_.bytes;
      row_ = block_.first_row;
      line_ = block_.first_line;
    }
    return true;
  }

  bool take_broken(Sample& sample) {
    record_ = rest_;
    rest_ = {};
    sample.row = row_;
    sample.line = line_;
    sample.blame(Fault::kBroken, {}, {});
    return true;
  }

  BlockSource& source_;
  Block block_;
  std::string_view rest_;
  std::string_view record_;
  std::uint64_t row_ = 1;
  std::uint64_t line_ = 1;
};

class CsvSource final : public BlockSource {
 public:
  CsvSource(std::unique_ptr<BlockReader> blocks, char separator, CsvBinding binding)
      : BlockSource(std::move(blocks)), separator_(separator), binding_(std::move(binding)) {}
  std::unique_ptr<Reader> reader() override;

 private:
  friend class CsvRequests;
  char separator_;
  CsvBinding binding_;
};

class CsvRequests final : public BlockedReader {
 public:
  explicit CsvRequests(CsvSource& source)
      : BlockedReader(source), binding_(source.binding_), csv_(source.separator_) {}

  bool next(Sample& sample) override {
    while (find_rest()) {
      if (block_.broken) return take_broken(sample);
      const std::string_view before = rest_;
      if (!csv_.next(rest_)) {
        rest_ = {};
        continue;
      }
      record_ = before.substr(0, before.size() - rest_.size());
      sample.row = row_++;
      sample.line = line_ + csv_.blank_lines();
      line_ += csv_.lines();
      binding_.read(csv_.cells(), sample);
      if (csv_.broken()) sample.blame(Fault::kBroken, {}, {});
      return true;
    }
    return false;
  }

 private:
  const CsvBinding& binding_;
  CsvReader csv_;
};

std::unique_ptr<Reader> CsvSource::reader() { return std::make_unique<CsvRequests>(*this); }

class LinesSource final : public BlockSource {
 public:
  LinesSource(std::unique_ptr<BlockReader> blocks, ReadObject read)
      : BlockSource(std::move(blocks)), read_(std::move(read)) {}
  std::unique_ptr<Reader> reader() override;

 private:
  friend class LineRequests;
  ReadObject read_;
};

class LineRequests final : public BlockedReader {
 public:
  explicit LineRequests(LinesSource& source) : BlockedReader(source), read_(source.read_) {}

  bool next(Sample& sample) override {
    while (find_rest()) {
      const std::size_t end = rest_.find('\n');
      record_ = rest_.substr(0, end);
      rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
      const std::uint64_t line = line_++;
      if (record_.empty() || record_.front() == '\r') continue;
      sample.row = row_++;
      sample.line = line;
      read_line(sample);
      return true;
    }
    return false;
  }

 private:
  void read_line(Sample& sample) {
    simdjson::dom::element value;
    simdjson::dom::object object;
    if (parser_.parse(record_.data(), record_.size()).get(value) != simdjson::SUCCESS ||
        value.get(object) != simdjson::SUCCESS) {
      return sample.blame(Fault::kBroken, {}, {});
    }
    read_(object, sample);
  }

  const ReadObject& read_;
  simdjson::dom::parser parser_;
};

std::unique_ptr<Reader> LinesSource::reader() { return std::make_unique<LineRequests>(*this); }

}  // namespace

Result<std::unique_ptr<Source>> csv_source(const std::string& path, BlockReader::Options options,
                                           CsvBinding binding) {
  auto blocks = BlockReader::open(path, options);
  if (!blocks) return std::unexpected(std::move(blocks.error()));
  return std::make_unique<CsvSource>(std::move(*blocks), options.separator, std::move(binding));
}

Result<std::unique_ptr<Source>> json_lines_source(const std::string& path,
                                                  BlockReader::Options options, ReadObject read) {
  options.quotes = false;
  auto blocks = BlockReader::open(path, options);
  if (!blocks) return std::unexpected(std::move(blocks.error()));
  return std::make_unique<LinesSource>(std::move(*blocks), std::move(read));
}

}  // namespace tt::import
