#include "record/columns.h"

#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "record/file.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

TEST(Columns, NamesAreUniqueAndUnitsStandInThem) {
  std::set<std::string_view> names;
  for (const ColumnInfo& column : columns()) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_FALSE(column.meaning.empty()) << column.name;
    EXPECT_FALSE(column.sql_type.empty()) << column.name;
    EXPECT_EQ(column.unit == "ns", column.name.ends_with("_ns")) << column.name;
  }
  EXPECT_EQ(names.size(), kColumnCount);
}

// A row equal in every column is equal: no member has been forgotten.
TEST(Columns, CoverEveryMemberOfRow) {
  const Row original = extreme_row();
  Row copy;
  for_each_column([&](const auto& column) { column.of(copy) = column.of(original); });
  EXPECT_EQ(copy, original);
  EXPECT_NE(copy, Row{});
}

TEST(Columns, TypesFollowTheMembers) {
  const auto type_of = [](std::string_view name) -> std::string_view {
    for (const ColumnInfo& column : columns()) {
      if (column.name == name) return column.sql_type;
    }
    return "";
  };
  EXPECT_EQ(type_of("index"), "UBIGINT");
  EXPECT_EQ(type_of("target"), "UINTEGER");
  EXPECT_EQ(type_of("http_code"), "USMALLINT");
  EXPECT_EQ(type_of("sent_ns"), "BIGINT");
  EXPECT_EQ(type_of("chunk_at_ns"), "BIGINT[]");
  EXPECT_EQ(type_of("chunk_tokens"), "UINTEGER[]");
  EXPECT_EQ(type_of("status"), "VARCHAR");
  EXPECT_EQ(type_of("warmup"), "BOOLEAN");
}

TEST(Columns, CsvHasAHeaderAndQuotesWhatNeedsIt) {
  const std::string header = csv_header();
  const auto names = split(header, ',');
  ASSERT_EQ(names.size(), kColumnCount);
  EXPECT_EQ(names.front(), "index");

  Row row;
  row.index = 7;
  row.request_id = "a,\"b\"\nc";
  row.chunk_at = {1, -2};
  row.chunk_tokens = {3, 4};
  row.status = Status::kOk;
  row.input_source = TokenSource::kUsage;
  std::string line;
  append_csv(line, row);
  EXPECT_TRUE(line.starts_with("7,0,0,0,false,\"a,\"\"b\"\"\nc\",,,,,,,1;-2,3;4,ok,0,,")) << line;
  EXPECT_NE(line.find(",usage,none,"), std::string::npos) << line;
}

TEST(Columns, CsvHasACellForEveryColumn) {
  std::string line;
  append_csv(line, Row{});
  EXPECT_EQ(split(line, ',').size(), kColumnCount) << line;
}

// docs/run-folder.md holds the table between two marks. TT_UPDATE_GOLD=1 writes it anew.
TEST(Columns, DocumentationTableIsUpToDate) {
  const std::string path = TT_SOURCE_DIR "/docs/run-folder.md";
  constexpr std::string_view kBegin = "<!-- columns: generated from src/record/columns.h -->\n";
  constexpr std::string_view kEnd = "<!-- end of columns -->";
  auto text = read_file(path);
  ASSERT_TRUE(text) << text.error().text();
  const auto begin = text->find(kBegin);
  const auto end = text->find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto start = begin + kBegin.size();
  if (std::getenv("TT_UPDATE_GOLD") != nullptr) {
    text->replace(start, end - start, columns_markdown());
    ASSERT_TRUE(write_file_atomically(path, *text));
    return;
  }
  EXPECT_EQ(text->substr(start, end - start), columns_markdown())
      << "run record_test with TT_UPDATE_GOLD=1 and read the difference";
}

}  // namespace
}  // namespace tt::record
