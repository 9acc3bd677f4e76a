#include "import/sniff.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/text.h"
#include "import/flat.h"
#include "import/genai_metadata.h"
#include "import/number.h"
#include "import/text_source.h"
#include "record/file.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kHeadBytes = 1 << 20;
constexpr std::uint64_t kMostDocumentBytes = std::uint64_t{1} << 30;
constexpr std::size_t kMostColumns = 200;

std::unexpected<Error> refuse(const std::string& path, std::string why) {
  return fail(ErrorCode::kInvalidInput, std::move(why), path);
}

Result<std::string> read_head(const std::string& path, std::uint64_t& size) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) {
    return std::unexpected(record::io_error("cannot be read", path, errno));
  }
  if (!S_ISREG(about.st_mode)) return refuse(path, "is not a regular file");
  size = static_cast<std::uint64_t>(about.st_size);
  std::ifstream in(path, std::ios::binary);
  std::string head(std::min<std::uint64_t>(size, kHeadBytes), '\0');
  if (!in.read(head.data(), static_cast<std::streamsize>(head.size()))) {
    return std::unexpected(record::io_error("cannot be read", path, errno));
  }
  return head;
}

// Why the bytes cannot be text of ours; empty where they can.
std::string why_not_text(std::string_view head) {
  const auto begins = [&](std::string_view magic) { return head.starts_with(magic); };
  using namespace std::string_view_literals;
  if (head.empty()) return "is empty (0 bytes); was the benchmark stopped before it wrote?";
  if (begins("\xff\xfe") || begins("\xfe\xff")) {
    return "is UTF-16 (byte 1); convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW";
  }
  if (begins("\x1f\x8b") || begins("\x28\xb5\x2f\xfd") || begins("PK\x03\x04")) {
    return "is compressed; unpack it first (gunzip, zstd -d, unzip)";
  }
  if (begins("PAR1")) return "is a Parquet file; import reads CSV and JSON";
  if (const auto zero = head.find('\0'); zero != std::string_view::npos) {
    // Text with a zero byte every other byte is UTF-16 without its mark.
    const bool wide = zero < 2 && head.size() > 3 && (head[zero + 2] == '\0');
    if (wide) return "is UTF-16 without a mark; convert it: iconv -f UTF-16LE -t UTF-8 FILE > NEW";
    const auto line =
        std::count(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
    return fmt::format("is binary (a zero byte at byte {}, line {}); was it cut or overwritten?",
                       zero + 1, line + 1);
  }
  if (trim(head).empty()) return "holds nothing but blanks";
  return {};
}

std::string known_formats() {
  std::vector<std::string_view> tools;
  for (const Format& format : formats()) {
    if (std::ranges::find(tools, format.tool->name) == tools.end()) {
      tools.push_back(format.tool->name);
    }
  }
  return fmt::format("import reads files of {}; docs/import.md describes each",
                     fmt::join(tools, ", "));
}

// --- CSV -----------------------------------------------------------------------------------------

struct Header {
  char separator = ',';
  std::vector<std::string> names;
  std::size_t bytes = 0;
  std::size_t lines = 0;

  std::vector<std::string_view> views() const { return {names.begin(), names.end()}; }
};

Header read_header(std::string_view text, char separator) {
  Header header{.separator = separator};
  CsvReader csv(separator);
  std::string_view rest = text;
  csv.next(rest);
  for (const std::string_view cell : csv.cells()) header.names.emplace_back(trim(cell));
  header.bytes = text.size() - rest.size();
  header.lines = csv.lines();
  return header;
}

std::string missing_text(const Format& format, const Header& header,
                         const std::vector<std::string_view>& missing) {
  std::string text = fmt::format("looks like {}, but lacks the column{} {}", format.title,
                                 missing.size() == 1 ? "" : "s", fmt::join(missing, ", "));
  const auto names = header.views();
  for (const std::string_view name : missing) {
    const auto near = nearest_word(name, names);
    const bool known = std::ranges::any_of(
        format.columns, [&](const Column& column) { return column.name == near; });
    if (!near.empty() && !known) text += fmt::format("; is '{}' meant to be {}?", near, name);
  }
  return text + fmt::format(" (line 1 has: {}); name the columns as the tool does",
                            fmt::join(header.names, ", "));
}

// Every number of a small CSV of figures, named by its row's first texts and its column.
Result<std::map<std::string, double>> csv_figures(const std::string& path, std::string_view text,
                                                  const Header& header) {
  std::map<std::string, double> figures;
  CsvReader csv(header.separator);
  std::string_view rest = text.substr(header.bytes);
  while (csv.next(rest)) {
    std::string row;
    for (const std::string_view cell : csv.cells()) {
      if (cell.empty() || parse_number(cell)) continue;
      if (row.size() < 80) row += (row.empty() ? "" : ".") + std::string(cell);
    }
    for (std::size_t i = 0; i < csv.cells().size() && i < header.names.size(); ++i) {
      if (const auto value = parse_number(csv.cells()[i])) {
        figures[(row.empty() ? "" : row + ".") + header.names[i]] = *value;
      }
    }
  }
  if (figures.empty()) return refuse(path, "has a header, but not a single figure below it");
  return figures;
}

Result<Sniffed> sniff_csv(const std::string& path, std::string_view head, std::uint64_t size) {
  const std::size_t mark = head.starts_with("\xef\xbb\xbf") ? 3 : 0;
  head.remove_prefix(mark);
  Sniffed found{.bytes = size};
  std::vector<std::string_view> missing;
  Header header;
  for (const char separator : {',', ';', '\t'}) {
    header = read_header(head, separator);
    if (header.names.size() < 2 || header.names.size() > kMostColumns) continue;
    found.format = csv_format(header.views(), missing);
    if (found.format != nullptr) break;
  }
  if (found.format == nullptr) {
    const std::string line(head.substr(0, std::min<std::size_t>(head.find_first_of("\r\n"), 120)));
    return fail(
        ErrorCode::kNotFound,
        fmt::format("is of no format that is known; line 1 is '{}'. {}", line, known_formats()),
        path);
  }
  if (!missing.empty()) return refuse(path, missing_text(*found.format, header, missing));
  if (!found.format->has_rows) {
    auto figures = csv_figures(path, head, header);
    if (!figures) return std::unexpected(std::move(figures.error()));
    found.figures = std::move(*figures);
    return found;
  }
  const auto names = header.views();
  const CsvBinding binding(*found.format, names);
  found.has_texts = binding.has_texts();
  found.names_engines = binding.has_engine();
  found.columns = binding.row_columns();
  BlockReader::Options options{
      .separator = header.separator, .offset = mark + header.bytes, .first_line = 1 + header.lines};
  options.block_bytes = std::max<std::size_t>(options.block_bytes, size / 512);
  found.open = [path, options, binding] { return csv_source(path, options, binding); };
  return found;
}

// --- JSON ----------------------------------------------------------------------------------------

// Where and why a text is no JSON. simdjson is fast and tells no place, so another reader finds it.
std::string json_fault(std::string_view text) {
  struct Finder : nlohmann::json_sax<nlohmann::json> {
    std::size_t at = 0;
    std::string why;
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception& e) override {
      at = position;
      why = e.what();
      return false;
    }
  } finder;
  if (nlohmann::json::sax_parse(text, &finder))
    return "is JSON that is nested too deep or too large";
  const std::size_t at = std::min(finder.at == 0 ? 0 : finder.at - 1, text.size());
  const auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  const auto start = text.substr(0, at).rfind('\n');
  const std::size_t column = at - (start == std::string_view::npos ? 0 : start + 1) + 1;
  if (at + 1 >= text.size()) {
    return fmt::format(
        "is cut off: the JSON ends in the middle, at line {}, column {}; was the "
        "benchmark stopped while it wrote? copy the file again",
        line, column);
  }
  return fmt::format("is no JSON: line {}, column {}, near '{}'", line, column,
                     text.substr(at, std::min<std::size_t>(20, text.size() - at)));
}

const Format* parse_line(std::string_view line, dom::parser& parser) {
  dom::element value;
  if (parser.parse(line.data(), line.size()).get(value) != simdjson::SUCCESS) return nullptr;
  return json_format(value);
}

bool is_object_line(std::string_view line) {
  dom::parser parser;
  dom::element value;
  dom::object object;
  return parser.parse(line.data(), line.size()).get(value) == simdjson::SUCCESS &&
         value.get(object) == simdjson::SUCCESS;
}

// A document a line, as SGLang and vLLM append them.
Result<void> read_document_lines(const std::string& path, std::string_view text, Sniffed& found) {
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    auto parser = std::make_shared<dom::parser>();
    dom::element value;
    if (parser->parse(line.data(), line.size()).get(value) != simdjson::SUCCESS) {
      found.document.runs.empty()
          ? void()
          : found.document.runs.back().notes.push_back(
                fmt::format("line {} of the file {}; it was left out", number, json_fault(line)));
      if (found.document.runs.empty()) {
        return refuse(path, fmt::format("line {} {}", number, json_fault(line)));
      }
      continue;
    }
    const Format* format = json_format(value);
    if (format == nullptr || (found.format != nullptr && format != found.format)) {
      return refuse(path, fmt::format("line {} is of another format than the rest", number));
    }
    found.format = format;
    add_runs(*format, value, found.document);
    found.document.parsers.push_back(std::move(parser));
  }
  return {};
}

Result<Sniffed> read_document(const std::string& path, std::uint64_t size) {
  if (size > kMostDocumentBytes) {
    return refuse(path,
                  fmt::format("is a JSON document of {:.1f} GB, which is read as a whole; the "
                              "limit is 1 GB. Export fewer requests, or JSON lines",
                              static_cast<double>(size) / 1e9));
  }
  const auto text = record::read_file(path);
  if (!text) return std::unexpected(text.error());
  std::string_view body = *text;
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  Sniffed found{.bytes = size};
  auto parser = std::make_shared<dom::parser>();
  dom::element value;
  if (parser->parse(body.data(), body.size()).get(value) != simdjson::SUCCESS) {
    const std::size_t first = std::min(body.find('\n'), body.size());
    if (first == body.size() || !is_object_line(body.substr(0, first))) {
      return refuse(path, json_fault(body));
    }
    if (auto read = read_document_lines(path, body, found); !read) {
      return std::unexpected(std::move(read.error()));
    }
    return found;
  }
  found.format = json_format(value);
  if (found.format == nullptr) {
    if (describes_neighbours(path)) {
      return fail(ErrorCode::kNotFound, "describes the files beside it and is read with them",
                  path);
    }
    return fail(ErrorCode::kNotFound, "is JSON of no format that is known. " + known_formats(),
                path);
  }
  add_runs(*found.format, value, found.document);
  found.document.parsers.push_back(std::move(parser));
  if (found.document.runs.empty()) return refuse(path, "holds no benchmark: its list is empty");
  if (found.format->id == "genai-bench-json") add_genai_metadata(path, found.document);
  return found;
}

Result<Sniffed> sniff_json(const std::string& path, std::string_view head, std::uint64_t size) {
  const std::size_t mark = head.starts_with("\xef\xbb\xbf") ? 3 : 0;
  head.remove_prefix(mark);
  const std::size_t end = head.find('\n');
  dom::parser parser;
  if (end != std::string_view::npos && !trim(head.substr(end)).empty()) {
    const Format* format = parse_line(head.substr(0, end), parser);
    ReadObject read = format == nullptr ? nullptr : line_reader(*format);
    if (read && format->id != "universal-json" && format->id != "genai-bench-json" &&
        format->id != "llm-inf-bench-json" && head.front() == '{') {
      Sniffed found{.format = format, .bytes = size};
      BlockReader::Options options{.offset = mark};
      options.block_bytes = std::max<std::size_t>(options.block_bytes, size / 512);
      found.open = [path, options, read] { return json_lines_source(path, options, read); };
      found.has_texts = format->id != "aiperf-jsonl";
      found.names_engines = format->id == "harness-json";
      return found;
    }
  }
  return read_document(path, size);
}

}  // namespace

Result<Sniffed> sniff(const std::string& path) {
  std::uint64_t size = 0;
  const auto head = read_head(path, size);
  if (!head) return std::unexpected(head.error());
  if (std::string why = why_not_text(*head); !why.empty()) return refuse(path, std::move(why));
  std::string_view text = *head;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (trim(text).empty()) return refuse(path, "holds nothing but a byte order mark and blanks");
  const char first = trim(text).front();
  auto found =
      first == '{' || first == '[' ? sniff_json(path, *head, size) : sniff_csv(path, *head, size);
  return found;
}

}  // namespace tt::import
