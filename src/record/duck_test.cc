#include "record/duck.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tt::record {
namespace {

Result<std::vector<std::int64_t>> numbers(DuckSession& session, const std::string& sql,
                                          std::size_t at_most = SIZE_MAX) {
  std::vector<std::int64_t> out;
  auto done = session.run(sql, "numbers", [&](duckdb_data_chunk chunk) {
    const auto* cells = static_cast<const std::int64_t*>(
        duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
    out.insert(out.end(), cells, cells + duckdb_data_chunk_get_size(chunk));
    return out.size() < at_most;
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

TEST(DuckSession, StreamsAResultUntilItIsToldToStop) {
  auto session = DuckSession::open();
  ASSERT_TRUE(session) << session.error().message;
  const auto all = numbers(*session, "SELECT i FROM range(10000) r(i)");
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 10000u);
  EXPECT_EQ(all->front(), 0);
  EXPECT_EQ(all->back(), 9999);
  const auto some = numbers(*session, "SELECT i FROM range(1000000) r(i)", 1);
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_LT(some->size(), 10000u);
  EXPECT_TRUE(numbers(*session, "SELECT i FROM range(1) r(i)")) << "usable after an early stop";
}

// Each in one line, with the source's name: further lines of DuckDB's quote our SQL.
TEST(DuckSession, SaysWhatIsWrongInOneLineAndGoesOn) {
  auto session = DuckSession::open();
  ASSERT_TRUE(session);
  for (const std::string sql :
       {"SELEC 1", "SELECT nothing_such", "SELECT * FROM read_parquet('/nonexistent.parquet')",
        "SELECT CAST('x' || i AS BIGINT) FROM range(3) r(i)",
        "SELECT CASE WHEN i < 9000 THEN i ELSE error('late') END FROM range(10000) r(i)"}) {
    const auto done = session->run(sql, "the file");
    ASSERT_FALSE(done) << sql;
    EXPECT_EQ(done.error().code, ErrorCode::kInvalidInput) << sql;
    EXPECT_EQ(done.error().source, "the file") << sql;
    EXPECT_FALSE(done.error().message.empty()) << sql;
    EXPECT_EQ(done.error().message.find('\n'), std::string::npos) << done.error().message;
  }
  EXPECT_TRUE(session->run("SELECT 1", "after them"));
}

TEST(DuckSession, SessionsShareNothing) {
  auto one = DuckSession::open();
  auto other = DuckSession::open();
  ASSERT_TRUE(one && other);
  ASSERT_TRUE(one->run("CREATE TABLE t AS SELECT 1::BIGINT AS i", "one"));
  EXPECT_TRUE(numbers(*one, "SELECT i FROM t"));
  EXPECT_FALSE(numbers(*other, "SELECT i FROM t"));
}

TEST(DuckText, ALiteralIsReadBackAsItWas) {
  EXPECT_EQ(sql_text(""), "''");
  EXPECT_EQ(sql_text("it's"), "'it''s'");
  EXPECT_EQ(sql_text(std::string_view("a\0b", 3)),
            "'a\xef\xbf\xbd"
            "b'");
  auto session = DuckSession::open();
  ASSERT_TRUE(session);
  const std::string nasty = "'; DROP TABLE t; -- \\ ''";
  const auto length = numbers(*session, "SELECT length(" + sql_text(nasty) + ")");
  ASSERT_TRUE(length) << length.error().message;
  EXPECT_EQ(length->at(0), static_cast<std::int64_t>(nasty.size()));
}

TEST(DuckText, APathIsNoPattern) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "duck [a-z]* 'quoted'?";
  std::filesystem::create_directories(folder);
  const std::string path = folder / "rows.csv";
  std::ofstream(path) << "i\n7\n8\n";
  auto session = DuckSession::open();
  ASSERT_TRUE(session);
  const auto rows =
      numbers(*session, "SELECT i::BIGINT FROM read_csv(" + sql_path(path) + ", header = true)");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(*rows, (std::vector<std::int64_t>{7, 8}));
}

TEST(DuckType, KnowsTheTypesOfColumnsAndNoOthers) {
  EXPECT_EQ(duckdb_get_type_id(duck_type("UBIGINT").get()), DUCKDB_TYPE_UBIGINT);
  EXPECT_EQ(duckdb_get_type_id(duck_type("VARCHAR").get()), DUCKDB_TYPE_VARCHAR);
  const DuckType list = duck_type("UINTEGER[]");
  ASSERT_EQ(duckdb_get_type_id(list.get()), DUCKDB_TYPE_LIST);
  const DuckType item(duckdb_list_type_child_type(list.get()));
  EXPECT_EQ(duckdb_get_type_id(item.get()), DUCKDB_TYPE_UINTEGER);
  EXPECT_EQ(duckdb_get_type_id(duck_type("uinteger").get()), DUCKDB_TYPE_INVALID);
  EXPECT_EQ(duckdb_get_type_id(duck_type("").get()), DUCKDB_TYPE_INVALID);
}

}  // namespace
}  // namespace tt::record
