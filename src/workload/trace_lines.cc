#include "workload/trace_lines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "plan/keywords.h"

namespace tt::workload {
namespace {

using Format = plan::TraceReplay::Format;

constexpr std::size_t kPiece = 1UL << 20;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::int64_t kMostSeconds = 4'000'000'000;  // about the year 2096, as seconds since 1970
constexpr std::uint64_t kMostTokens = 10'000'000;
constexpr std::size_t kMostBlocks = 200'000;  // of one prompt
constexpr std::string_view kNoInstant =
    "is no instant; write seconds (12.5) or 2024-05-10 00:00:00.5";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "12.5" in units of `unit` nanoseconds, exactly; digits below a nanosecond are left out.
std::optional<Nanos> read_decimal(std::string_view text, Nanos unit) {
  std::int64_t whole = 0;
  const auto* end = text.data() + text.size();
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  auto [stop, ec] = std::from_chars(text.data(), end, whole);
  if (ec != std::errc{} || whole > kMostSeconds * (kSecond / unit)) return std::nullopt;
  Nanos at = whole * unit;
  if (stop != end && *stop == '.') {
    for (++stop; stop != end && is_digit(*stop); ++stop) {
      unit /= 10;
      at += unit * (*stop - '0');
    }
  }
  return stop == end ? std::optional(at) : std::nullopt;
}

std::optional<int> read_digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Days from 1970-01-01 in the Gregorian calendar (Hinnant, days_from_civil).
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/// "", "Z" or "+02:00" as seconds east of Greenwich.
std::optional<std::int64_t> read_zone(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return 0;
  const auto hours = read_digits(text, 1, 2);
  const auto minutes = read_digits(text, text.size() == 6 ? 4 : 3, 2);
  const bool shape = (text[0] == '+' || text[0] == '-') &&
                     (text.size() == 5 || (text.size() == 6 && text[3] == ':'));
  if (!shape || !hours || !minutes) return std::nullopt;
  const std::int64_t seconds = *hours * 3600 + *minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

/// "2023-11-16 18:15:46.6805900", with a T and a zone where there are any; UTC where there is none.
std::optional<Nanos> read_date(std::string_view text) {
  std::array<int, 6> parts{};
  constexpr std::array<std::size_t, 6> kAt = {0, 5, 8, 11, 14, 17};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto part = read_digits(text, kAt[i], i == 0 ? 4 : 2);
    if (!part) return std::nullopt;
    parts[i] = *part;
  }
  const bool shape = text[4] == '-' && text[7] == '-' && (text[10] == ' ' || text[10] == 'T') &&
                     text[13] == ':' && text[16] == ':';
  const auto [year, month, day, hour, minute, second] = parts;
  if (!shape || year < 1970 || year > 2095 || month < 1 || month > 12 || day < 1 || day > 31 ||
      hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  auto rest = text.substr(19);
  Nanos fraction = 0;
  if (rest.starts_with('.')) {
    Nanos unit = kSecond;
    rest.remove_prefix(1);
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1)) {
      unit /= 10;
      fraction += unit * (rest.front() - '0');
    }
  }
  const auto zone = read_zone(rest);
  if (!zone) return std::nullopt;
  const std::int64_t seconds =
      days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - *zone;
  return seconds < 0 ? std::nullopt : std::optional(seconds * kSecond + fraction);
}

std::optional<Nanos> read_instant(std::string_view text) {
  return text.size() >= 19 && text[4] == '-' ? read_date(text) : read_decimal(text, kSecond);
}

std::optional<std::uint32_t> read_tokens(std::string_view text) {
  const auto value = parse_whole(text);
  if (!value || *value > kMostTokens) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::string bad_tokens(std::string_view column, std::string_view text) {
  return fmt::format("{}: '{}' is no number of tokens from 0 to {}", column, text, kMostTokens);
}

// --- CSV -------------------------------------------------------------------------------------

/// The columns of a format, as its header names them in lower case.
struct Columns {
  Format format;
  std::string_view at;
  std::string_view input;
  std::string_view output;
};
constexpr std::array kColumns = {
    Columns{Format::kAzure, "timestamp", "contexttokens", "generatedtokens"},
    Columns{Format::kBurstGpt, "timestamp", "request tokens", "response tokens"},
    Columns{Format::kCsv, "timestamp", "input_tokens", "output_tokens"},
};

/// The cells of a line; quotes around a cell are taken off (doubled ones stay as they are: no
/// column that is read holds any).
void cut_cells(std::string_view line, std::vector<std::string_view>& cells) {
  cells.clear();
  while (true) {
    std::size_t end = 0;
    if (line.starts_with('"')) {
      const auto quote = line.find('"', 1);
      end = quote == std::string_view::npos ? line.size() : line.find(',', quote);
    } else {
      end = line.find(',');
    }
    auto cell = trim(line.substr(0, end));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
      cell = cell.substr(1, cell.size() - 2);
    }
    cells.push_back(cell);
    if (end >= line.size()) return;
    line.remove_prefix(end + 1);
  }
}

class CsvReader final : public RowReader {
 public:
  CsvReader(const Columns& columns, std::size_t at, std::size_t input, std::size_t output)
      : columns_(columns), at_(at), input_(input), output_(output) {}

  Format format() const override { return columns_.format; }
  bool has_header() const override { return true; }
  std::string read(std::string_view line, TraceRow& row,
                   std::vector<std::uint64_t>& blocks) override {
    cut_cells(line, cells_);
    const auto last = std::max({at_, input_, output_});
    if (cells_.size() <= last) {
      return fmt::format("has {} cells; the header has {} before its last needed one",
                         cells_.size(), last + 1);
    }
    const auto at = read_instant(cells_[at_]);
    if (!at) return fmt::format("{}: '{}' {}", columns_.at, cells_[at_], kNoInstant);
    const auto input = read_tokens(cells_[input_]);
    if (!input) return bad_tokens(columns_.input, cells_[input_]);
    const auto output = read_tokens(cells_[output_]);
    if (!output) return bad_tokens(columns_.output, cells_[output_]);
    row = {
        .at = *at, .input_tokens = *input, .output_tokens = *output, .first_block = blocks.size()};
    return {};
  }

 private:
  Columns columns_;
  std::size_t at_;
  std::size_t input_;
  std::size_t output_;
  std::vector<std::string_view> cells_;
};

std::unique_ptr<RowReader> csv_reader(std::string_view header, Format wanted) {
  std::vector<std::string_view> cells;
  cut_cells(header, cells);
  const auto find = [&](std::string_view name) {
    const auto at = std::ranges::find_if(
        cells, [&](std::string_view cell) { return equals_ignoring_case(cell, name); });
    return static_cast<std::size_t>(at - cells.begin());
  };
  for (const Columns& columns : kColumns) {
    if (wanted != Format::kAuto && wanted != columns.format) continue;
    const std::size_t at = find(columns.at);
    const std::size_t input = find(columns.input);
    const std::size_t output = find(columns.output);
    if (std::max({at, input, output}) < cells.size()) {
      return std::make_unique<CsvReader>(columns, at, input, output);
    }
  }
  return nullptr;
}

// --- JSON lines ------------------------------------------------------------------------------

/// Mooncake (milliseconds, input_length, output_length, hash_ids) and our own (seconds,
/// input_tokens, output_tokens).
class JsonReader final : public RowReader {
 public:
  explicit JsonReader(bool mooncake) : mooncake_(mooncake) {}

  Format format() const override { return mooncake_ ? Format::kMooncake : Format::kJsonl; }
  bool has_header() const override { return false; }
  std::string read(std::string_view line, TraceRow& row,
                   std::vector<std::uint64_t>& blocks) override {
    simdjson::dom::object object;
    if (parser_.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
      return "is no JSON object";
    }
    row = {.first_block = blocks.size()};
    if (auto fault = read_at(object, row); !fault.empty()) return fault;
    const std::string_view input = mooncake_ ? "input_length" : "input_tokens";
    const std::string_view output = mooncake_ ? "output_length" : "output_tokens";
    if (auto fault = read_count(object, input, row.input_tokens); !fault.empty()) return fault;
    if (auto fault = read_count(object, output, row.output_tokens); !fault.empty()) return fault;
    return read_blocks(object, row, blocks);
  }

 private:
  std::string read_at(const simdjson::dom::object& object, TraceRow& row) const {
    const Nanos unit = mooncake_ ? kMillisecond : kSecond;
    simdjson::dom::element value;
    if (object["timestamp"].get(value) != simdjson::SUCCESS) return "has no timestamp";
    std::int64_t whole = 0;
    double broken = 0;
    std::string_view text;
    const std::int64_t most = kMostSeconds * (kSecond / unit);
    if (value.get(whole) == simdjson::SUCCESS && whole >= 0 && whole <= most) {
      row.at = whole * unit;
      return {};
    }
    if (value.is_double() && value.get(broken) == simdjson::SUCCESS && broken >= 0 &&
        broken <= static_cast<double>(most)) {
      row.at = static_cast<Nanos>(std::round(broken * static_cast<double>(unit)));
      return {};
    }
    if (!mooncake_ && value.get(text) == simdjson::SUCCESS) {
      if (const auto at = read_instant(text)) {
        row.at = *at;
        return {};
      }
    }
    return mooncake_ ? "timestamp must be milliseconds, 0 or more"
                     : "timestamp must be seconds, 0 or more, or a date and time";
  }

  static std::string read_count(const simdjson::dom::object& object, std::string_view key,
                                std::uint32_t& out) {
    std::uint64_t value = 0;
    if (object[key].get(value) != simdjson::SUCCESS || value > kMostTokens) {
      return fmt::format("{} must be a whole number of tokens from 0 to {}", key, kMostTokens);
    }
    out = static_cast<std::uint32_t>(value);
    return {};
  }

  static std::string read_blocks(const simdjson::dom::object& object, TraceRow& row,
                                 std::vector<std::uint64_t>& blocks) {
    simdjson::dom::element value;
    if (object["hash_ids"].get(value) != simdjson::SUCCESS || value.is_null()) return {};
    simdjson::dom::array ids;
    if (value.get(ids) != simdjson::SUCCESS) return "hash_ids must be a list";
    for (const simdjson::dom::element id : ids) {
      std::int64_t number = 0;
      std::uint64_t large = 0;
      if (id.get(number) == simdjson::SUCCESS) {
        large = static_cast<std::uint64_t>(number);
      } else if (id.get(large) != simdjson::SUCCESS) {
        return "hash_ids must be whole numbers";
      }
      if (row.blocks == kMostBlocks) return fmt::format("has more than {} hash_ids", kMostBlocks);
      blocks.push_back(large);
      ++row.blocks;
    }
    return {};
  }

  bool mooncake_;
  simdjson::dom::parser parser_;
};

std::unique_ptr<RowReader> json_reader(std::string_view line, Format wanted) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) return nullptr;
  simdjson::dom::element ignored;
  const bool mooncake = object["input_length"].get(ignored) == simdjson::SUCCESS;
  const bool own = object["input_tokens"].get(ignored) == simdjson::SUCCESS;
  if (mooncake && (wanted == Format::kAuto || wanted == Format::kMooncake)) {
    return std::make_unique<JsonReader>(true);
  }
  if (own && (wanted == Format::kAuto || wanted == Format::kJsonl)) {
    return std::make_unique<JsonReader>(false);
  }
  return nullptr;
}

std::string_view example_of(Format format) {
  switch (format) {
    case Format::kMooncake:
      return R"(Mooncake lines look like {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]})";
    case Format::kAzure:
      return "an Azure trace begins with TIMESTAMP,ContextTokens,GeneratedTokens";
    case Format::kBurstGpt:
      return "a BurstGPT trace begins with Timestamp,Model,Request tokens,Response tokens,...";
    case Format::kJsonl:
      return R"(its lines look like {"timestamp": 1.5, "input_tokens": 256, "output_tokens": 64})";
    case Format::kCsv:
      return "it begins with timestamp,input_tokens,output_tokens";
    case Format::kAuto:
      break;
  }
  return "the first line is that of no trace: a CSV begins with "
         "timestamp,input_tokens,output_tokens (or the header of an Azure or BurstGPT trace), JSON "
         "lines hold timestamp, input_tokens and output_tokens (or Mooncake's input_length and "
         "output_length)";
}

}  // namespace

bool LineReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const std::size_t kept = buffer_.size();
  buffer_.resize(kept + kPiece);
  in_.read(buffer_.data() + kept, static_cast<std::streamsize>(kPiece));
  buffer_.resize(kept + static_cast<std::size_t>(in_.gcount()));
  ended_ = !in_;
  if (in_.bad()) fault_ = "cannot be read any further";
  return true;
}

bool LineReader::next(std::string_view& line) {
  line = {};
  if (failed()) return false;
  std::size_t looked = begin_;
  for (;;) {
    const void* found = std::memchr(buffer_.data() + looked, '\n', buffer_.size() - looked);
    if (found != nullptr || ended_) {
      const auto end =
          found == nullptr
              ? buffer_.size()
              : static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      if (found == nullptr && begin_ >= buffer_.size()) return false;
      line = std::string_view(buffer_).substr(begin_, end - begin_);
      begin_ = std::min(end + 1, buffer_.size());
      ++number_;
      if (number_ == 1 && line.starts_with(kByteOrderMark)) line.remove_prefix(3);
      if (line.ends_with('\r')) line.remove_suffix(1);
      return true;
    }
    if (buffer_.size() - begin_ > kLongestLine) {
      ++number_;
      fault_ = "is longer than 4 MiB";
      return false;
    }
    const std::size_t unread = buffer_.size() - begin_;
    if (fill()) looked = unread;
    if (failed()) return false;
  }
}

Result<std::unique_ptr<RowReader>> make_row_reader(std::string_view first_line, Format format) {
  auto reader = first_line.starts_with('{') ? json_reader(first_line, format)
                                            : csv_reader(first_line, format);
  if (reader) return reader;
  if (first_line.empty()) return fail(ErrorCode::kInvalidInput, "the file is empty");
  if (format == Format::kAuto) {
    return fail(ErrorCode::kInvalidInput, std::string(example_of(format)));
  }
  return fail(ErrorCode::kInvalidInput,
              fmt::format("is not {}; {}", plan::word_of(plan::kTraceFormatWords, format),
                          example_of(format)));
}

}  // namespace tt::workload
