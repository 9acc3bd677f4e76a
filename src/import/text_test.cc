// Numbers, instants, names, CSV records and blocks.
#include <gtest/gtest.h>

#include "base/csv.h"
#include "import/blocks.h"
#include "import/file_name.h"
#include "import/number.h"
#include "import/test_import.h"

namespace tt::import {
namespace {

TEST(Number, ReadsDecimalsAsTheLibraryDoes) {
  for (const char* text : {"0", "-0.5", "12", "234.5", "0.012", "1.847", "123456789012345", "1e3",
                           "1.7976931348623157e308", "0.1", "9007199254740993", "+3", " 7 ", "-0",
                           "0.30000000000000004", "5.", ".5", "2.2250738585072014e-308"}) {
    const auto value = parse_number(text);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(*value, std::strtod(text, nullptr)) << text;
  }
}

TEST(Number, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "-", ".", "-.", "1,5", "1.2.3", "nan", "inf", "-inf", "1e999",
                           "0x10", "12ms", "1 2", "--1", "True"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Instant, ReadsIsoWithZones) {
  const Nanos noon = 1'769'860'800 * kSecond;  // 2026-01-31T12:00:00Z
  EXPECT_EQ(parse_iso_instant("2026-01-31T12:00:00Z"), noon);
  EXPECT_EQ(parse_iso_instant("2026-01-31 12:00:00"), noon);
  EXPECT_EQ(parse_iso_instant("2026-01-31T14:00:00.250+02:00"), noon + kSecond / 4);
  EXPECT_EQ(parse_iso_instant("2026-01-31T06:30:00-0530"), noon);
  EXPECT_EQ(parse_iso_instant("2026-01-31"), noon - 12 * 3600 * kSecond);
  for (const char* bad : {"", "2026", "2026-13-01", "2026-02-30", "2026-01-31T25:00:00",
                          "2026-01-31T12:00:00 and more", "31.01.2026"}) {
    EXPECT_FALSE(parse_iso_instant(bad)) << bad;
  }
}

TEST(Instant, TellsUnitsOfAnEpochApart) {
  const Nanos at = 1'769'860'800 * kSecond;
  EXPECT_EQ(epoch_instant(1'769'860'800), at);
  EXPECT_EQ(epoch_instant(1'769'860'800e3), at);
  EXPECT_EQ(epoch_instant(1'769'860'800e6), at);
  EXPECT_EQ(epoch_instant(1'769'860'800e9), at);
  EXPECT_EQ(epoch_instant(1'769'860'800.25), at + kSecond / 4);
  for (const double bad : {0.0, 12.0, -1e9, 5e8, 1e30}) EXPECT_FALSE(epoch_instant(bad)) << bad;
}

TEST(FileName, EngineMayHaveHyphensAndUnderscores) {
  const auto name =
      parse_file_name("/a/b-c/vllm-performance_x-20251003-192432-1a-chat-simulation.csv");
  EXPECT_EQ(name.engine, "vllm-performance_x");
  EXPECT_EQ(name.benchmark, "1a-chat-simulation");
  EXPECT_EQ(name.started, parse_iso_instant("2025-10-03T19:24:32Z"));
  EXPECT_EQ(parse_file_name("tgi-20251003-192432.json").engine, "tgi");
  EXPECT_EQ(parse_file_name("tgi-20251003-192432.json").benchmark, "");
  for (const char* none :
       {"per_request_metrics.csv", "vllm-20251303-192432-x.csv", "", "-20251003-192432-x.csv",
        "20251003-192432-x.csv", "vllm-2025.csv", "vllm-20251003-192432x-1a.csv"}) {
    EXPECT_EQ(parse_file_name(none).engine, "") << none;
  }
  EXPECT_EQ(parse_file_name("x/per_request_metrics.csv").stem, "per_request_metrics");
}

TEST(FileName, InstantsAreWrittenInManyWays) {
  for (const char* path :
       {"vllm-20260103-100000.csv", "vllm-2026-01-03T10-00.csv", "vllm_2026-01-03T10-00-00.csv",
        "vllm-2026-01-03_1000.json", "vllm-2026-01-03T100000Z.csv", "vllm-2026-01-03-10-00-00.csv",
        "vllm-20260103T1000.csv", "vllm-2026-01-03T10:00:00.csv"}) {
    const auto name = parse_file_name(path);
    EXPECT_EQ(name.engine, "vllm") << path;
    EXPECT_EQ(name.started, parse_iso_instant("2026-01-03T10:00:00Z")) << path;
    EXPECT_EQ(name.benchmark, "") << path;
  }
  const auto day = parse_file_name("tgi-a100-2026-01-03-10-users.csv");
  EXPECT_EQ(day.engine, "tgi-a100");
  EXPECT_EQ(day.started, parse_iso_instant("2026-01-03T00:00:00Z"));
  EXPECT_EQ(day.benchmark, "10-users");
  for (const char* none : {"vllm-2026-13-03T10-00.csv", "vllm-20260103.csv", "vllm-1024-2048.csv",
                           "vllm-2026-01-03T10-00x.csv", "2026-01-03.csv"}) {
    EXPECT_EQ(parse_file_name(none).engine, "") << none;
  }
}

using Cells = std::vector<std::string>;

std::vector<Cells> records(std::string_view text, char separator = ',') {
  CsvReader csv(separator);
  std::vector<Cells> all;
  while (csv.next(text)) all.emplace_back(csv.cells().begin(), csv.cells().end());
  return all;
}

TEST(Csv, ReadsQuotesLineEndsAndEmptyCells) {
  EXPECT_EQ(records("a,b\r\nc,d\n"), (std::vector<Cells>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(records("\"a,\"\"b\"\"\nc\",d"), (std::vector<Cells>{{"a,\"b\"\nc", "d"}}));
  EXPECT_EQ(records("a,,\n,\n"), (std::vector<Cells>{{"a", "", ""}, {"", ""}}));
  EXPECT_EQ(records("\n\r\na\n\n"), (std::vector<Cells>{{"a"}}));
  EXPECT_EQ(records("\"\",\"x\"\r\n"), (std::vector<Cells>{{"", "x"}}));
  EXPECT_EQ(records("a;b", ';'), (std::vector<Cells>{{"a", "b"}}));
  EXPECT_EQ(records("5\" screen,b"), (std::vector<Cells>{{"5\" screen", "b"}}));
  EXPECT_EQ(records("\"a\"b,c"), (std::vector<Cells>{{"ab", "c"}}));
  EXPECT_TRUE(records("").empty());
}

TEST(Csv, CountsLinesAndTellsAnOpenQuote) {
  CsvReader csv;
  std::string_view text = "\n\n\"a\nb\"\"\n\",c\nd,\"e\nf";
  ASSERT_TRUE(csv.next(text));
  EXPECT_EQ(csv.blank_lines(), 2u);
  EXPECT_EQ(csv.lines(), 5u);
  EXPECT_FALSE(csv.broken());
  ASSERT_TRUE(csv.next(text));
  EXPECT_TRUE(csv.broken());
  EXPECT_FALSE(csv.next(text));
}

TEST(Csv, RecordEndsAreWhereTheReaderEnds) {
  const std::string text = "a,\"x\ny\"\nb,5\" z\n\"\"\"\n\"\"\",c\nd\n";
  CsvReader csv;
  std::string_view rest = text;
  std::size_t from = 0;
  while (csv.next(rest)) {
    from = csv_record_end(text, from, ',');
    EXPECT_EQ(from, text.size() - rest.size());
  }
  EXPECT_EQ(csv_record_end("a,\"x\n", 0, ','), std::string_view::npos);
}

// Whatever the size of blocks, the same records come, with the same numbers.
TEST(Blocks, CutAnywhereGiveTheSameRecords) {
  const TempFolder folder;
  const std::string text = "a,\"x\ny\"\r\n\r\nb,c\n\"\"\"q\"\"\",\"\n\n\"\nd,e\nlast,\"one\ntwo\"";
  const std::string path = folder.write("f.csv", text);
  for (std::size_t size = 1; size < text.size() + 3; ++size) {
    auto blocks = BlockReader::open(path, {.block_bytes = size});
    ASSERT_TRUE(blocks);
    std::vector<Cells> all;
    std::vector<std::uint64_t> lines;
    Block block;
    std::uint64_t next_row = 1;
    while ((*blocks)->next(block)) {
      EXPECT_FALSE(block.broken) << size;
      EXPECT_EQ(block.first_row, next_row) << size;
      std::string_view rest = block.bytes;
      CsvReader csv;
      std::uint64_t line = block.first_line;
      while (csv.next(rest)) {
        all.emplace_back(csv.cells().begin(), csv.cells().end());
        lines.push_back(line + csv.blank_lines());
        line += csv.lines();
        ++next_row;
      }
    }
    EXPECT_EQ(all, records(text)) << size;
    EXPECT_EQ(lines, (std::vector<std::uint64_t>{1, 4, 5, 8, 9})) << size;
    EXPECT_TRUE((*blocks)->outcome());
  }
}

TEST(Blocks, AnOpenQuoteCostsItsLineAlone) {
  const TempFolder folder;
  const std::string path = folder.write("f.csv", "a,b\nc,\"d\ne,f\ng,h\n");
  for (const std::size_t size : {1U, 3U, 5U, 9U, 100U}) {
    auto blocks = BlockReader::open(path, {.block_bytes = size, .most_record_bytes = 12});
    ASSERT_TRUE(blocks);
    std::string good;
    std::string broken;
    Block block;
    while ((*blocks)->next(block)) (block.broken ? broken : good) += block.bytes;
    EXPECT_EQ(good, "a,b\ne,f\ng,h\n") << size;
    EXPECT_EQ(broken, "c,\"d\n") << size;
  }
}

TEST(Blocks, RefuseWhatIsNoFile) {
  EXPECT_EQ(BlockReader::open("/nonexistent", {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(BlockReader::open("/dev/null", {}).error().code, ErrorCode::kInvalidInput);
}

}  // namespace
}  // namespace tt::import
