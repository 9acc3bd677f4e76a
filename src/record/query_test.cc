#include <gtest/gtest.h>

#include "record/file.h"
#include "record/parquet.h"
#include "record/run_folder.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

class Query : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<Row> rows = make_rows(10, 3);
    rows[4].error = "it broke";
    ASSERT_TRUE(write_rows(folder_.file("requests.parquet"), rows));
    ASSERT_TRUE(write_file_atomically(folder_.file("events.jsonl"),
                                      "{\"t\":5,\"type\":\"phase\",\"name\":\"load\"}\n"));
  }
  Result<SqlTable> query(std::string_view sql, std::size_t max_rows = 100) {
    return query_run(folder_.path(), sql, max_rows);
  }
  TempFolder folder_;
};

TEST_F(Query, GivesNamesTypesAndCells) {
  const auto table = query(
      "SELECT index, nullif(error, '') AS error, len(chunk_at_ns) AS chunks FROM requests "
      "WHERE index >= 4 ORDER BY index DESC LIMIT 6  -- the last six");
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_EQ(table->columns.size(), 3u);
  EXPECT_EQ(table->columns[0].name, "index");
  EXPECT_EQ(table->columns[0].type, "UBIGINT");
  EXPECT_EQ(table->columns[2].name, "chunks");
  ASSERT_EQ(table->rows.size(), 6u);
  EXPECT_EQ(table->rows[0][0], "9");
  EXPECT_EQ(table->rows[0][1], std::nullopt);
  EXPECT_EQ(table->rows[5][0], "4");
  EXPECT_EQ(table->rows[5][1], "it broke");
  EXPECT_EQ(table->rows[5][2], "3");
  EXPECT_FALSE(table->truncated);
}

TEST_F(Query, SeesEvents) {
  const auto table = query("SELECT t, type, event->>'name' FROM events ; ");
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_EQ(table->rows.size(), 1u);
  EXPECT_EQ(table->rows[0][0], "5");
  EXPECT_EQ(table->rows[0][1], "phase");
  EXPECT_EQ(table->rows[0][2], "load");
}

TEST_F(Query, StopsAtTheRowsAskedFor) {
  EXPECT_TRUE(query("SELECT index FROM requests", 9)->truncated);
  EXPECT_EQ(query("SELECT index FROM requests", 9)->rows.size(), 9u);
  EXPECT_FALSE(query("SELECT index FROM requests", 10)->truncated);
}

TEST_F(Query, IsOneSelectAndNothingElse) {
  for (const char* sql : {"", "nonsense", "DROP VIEW requests", "SELECT 1; SELECT 2",
                          "SELECT 1); DROP VIEW requests; SELECT * FROM (SELECT 2",
                          "COPY requests TO 'x.csv'", "SELECT * FROM texts"}) {
    const auto table = query(sql);
    ASSERT_FALSE(table) << sql;
    EXPECT_EQ(table.error().code, ErrorCode::kInvalidInput) << sql;
  }
}

TEST_F(Query, ReadsNothingOutsideOfTheFolder) {
  const TempFolder other;
  ASSERT_TRUE(write_file_atomically(other.file("secret.csv"), "a\n1\n"));
  for (const std::string& path :
       {other.file("secret.csv"), std::string("/etc/passwd"),
        folder_.path() + "/../" + std::filesystem::path(other.path()).filename().string() +
            "/secret.csv"}) {
    const auto table = query("SELECT * FROM read_csv('" + path + "')");
    ASSERT_FALSE(table) << path;
    EXPECT_NE(table.error().message.find("ermission"), std::string::npos) << table.error().text();
  }
}

TEST_F(Query, NeedsAFolder) {
  EXPECT_EQ(query_run(folder_.file("none"), "SELECT 1").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tt::record
