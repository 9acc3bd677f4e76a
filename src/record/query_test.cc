#include "record/query.h"

#include <array>
#include <filesystem>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "record/file.h"
#include "record/notes.h"
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
    return query_runs(std::array{folder_.path()}, sql, {.max_rows = max_rows});
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

// As a file of another tool's rows has it.
TEST_F(Query, ColumnsThatTheFileLacksAreThereAndEmpty) {
  const std::vector<Row> rows = make_rows(2, 0);
  const auto written = write_rows(folder_.file("requests.parquet"),
                                  BulkRows{.source = [&]() -> RowSource {
                                             return [&rows, at = std::size_t{0}](Row& row) mutable {
                                               if (at == rows.size()) return false;
                                               row = rows[at++];
                                               return true;
                                             };
                                           },
                                           .columns = {"index", "sent_ns", "status"}});
  ASSERT_TRUE(written) << written.error().text();
  const auto table = query(
      "SELECT status, planned_ns, target, len(chunk_at_ns), error FROM requests WHERE NOT warmup");
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_EQ(table->rows[0][0], "ok");
  EXPECT_EQ(table->rows[0][1], std::nullopt);
  EXPECT_EQ(table->rows[0][2], "0");
  EXPECT_EQ(table->rows[0][3], "0");
  EXPECT_EQ(table->rows[0][4], "");
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
  EXPECT_EQ(query_runs(std::array{folder_.file("none")}, "SELECT 1").error().code,
            ErrorCode::kNotFound);
}

TEST_F(Query, FollowsNoLinkOutOfTheFolder) {
  const TempFolder other;
  ASSERT_TRUE(write_file_atomically(other.file("secret.jsonl"), "{\"t\":1,\"type\":\"secret\"}\n"));
  std::filesystem::remove(folder_.file("events.jsonl"));
  std::filesystem::create_symlink(other.file("secret.jsonl"), folder_.file("events.jsonl"));
  EXPECT_FALSE(query("SELECT * FROM events"));
  EXPECT_FALSE(query("SELECT * FROM read_text('" + folder_.file("events.jsonl") + "')"));
}

TEST_F(Query, GivesCellsAsJson) {
  const auto table = query_runs(
      std::array{folder_.path()},
      "SELECT 7 AS n, 'a\"b' AS t, [1, 2] AS l, NULL AS none, true AS yes, 'nan'::DOUBLE AS nan, "
      "['nan'::DOUBLE] AS nans",
      {.json_cells = true});
  ASSERT_TRUE(table) << table.error().text();
  const auto& row = table->rows.at(0);
  EXPECT_EQ(row[0], "7");
  EXPECT_EQ(row[1], "\"a\\\"b\"");
  EXPECT_EQ(row[2], "[1,2]");
  EXPECT_EQ(row[3].value_or("null"), "null");
  EXPECT_EQ(row[4], "true");
  EXPECT_EQ(row[5].value_or("null"), "null");
  EXPECT_EQ(row[6], "\"[NaN]\"");
}

TEST_F(Query, HoldsNoMoreThanItMay) {
  constexpr auto kMuch = "SELECT repeat('x', 100000) AS text FROM range(1000)";
  const auto some = query_runs(std::array{folder_.path()}, kMuch, {.max_bytes = 1'000'000});
  ASSERT_TRUE(some) << some.error().text();
  EXPECT_EQ(some->rows.size(), 10u);
  EXPECT_TRUE(some->truncated);
  const auto large = query_runs(std::array{folder_.path()},
                                "SELECT count(*) FROM (SELECT DISTINCT range FROM range(2000000))",
                                {.memory = 16 << 20});
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().message.find("Out of Memory"), std::string::npos) << large.error().text();
}

TEST_F(Query, CutsACellThatIsTooLong) {
  constexpr auto kLong =
      "SELECT repeat('x', 30000000) AS text, repeat('é\\n', 1000) AS escapes, range(1000) AS list, "
      "'short' AS short";
  const auto json =
      query_runs(std::array{folder_.path()}, kLong, {.max_cell = 101, .json_cells = true});
  ASSERT_TRUE(json) << json.error().text();
  EXPECT_EQ(json->cut, 3u);
  const auto& row = json->rows.at(0);
  EXPECT_LT(row[0]->size(), 200u);
  EXPECT_TRUE(row[0]->starts_with("\"xxx")) << *row[0];
  EXPECT_NE(row[0]->find("(cut: 30,000,002 bytes in all)"), std::string::npos) << *row[0];
  for (const auto& cell : row) EXPECT_TRUE(nlohmann::json::accept(*cell)) << *cell;
  EXPECT_EQ(row[3], "\"short\"");
  const auto text = query_runs(std::array{folder_.path()}, kLong, {.max_cell = 102});
  ASSERT_TRUE(text) << text.error().text();
  EXPECT_EQ(text->cut, 3u);
  EXPECT_TRUE(text->rows.at(0)[1]->starts_with("é\\né")) << *text->rows.at(0)[1];
}

TEST_F(Query, StopsWhenTimeIsUpOrNobodyWantsIt) {
  constexpr auto kLong = "SELECT sum(a.range + b.range) FROM range(10000000) a, range(10000000) b";
  const auto late = query_runs(std::array{folder_.path()}, kLong, {.timeout = 30 * kMillisecond});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kCancelled);
  EXPECT_NE(late.error().message.find("30ms"), std::string::npos) << late.error().text();
  const auto stopped =
      query_runs(std::array{folder_.path()}, kLong, {.stopped = [] { return true; }});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

// Folders with odd names, one of a run with fewer columns, as an older version wrote it.
class QueryOfRuns : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* id : {"a'b [x]*-20260101-000000", "b-20260102-000000"}) {
      const std::string folder = results_.file(id);
      std::filesystem::create_directory(folder);
      ASSERT_TRUE(write_rows(folder + "/requests.parquet", make_rows(folders_.empty() ? 4 : 3, 2)));
      Manifest manifest;
      manifest.run_id = folders_.empty() ? "a-20260101-000000" : id;  // its folder got another name
      manifest.name = "night's run";
      manifest.started_realtime = 1'767'225'600 * kSecond;
      manifest.duration = 90 * kSecond;
      manifest.targets = {{.name = "fast", .engine = "vllm"}, {.name = "it's", .engine = "tgi"}};
      ASSERT_TRUE(save_manifest(folder + "/manifest.json", manifest));
      folders_.push_back(folder);
    }
  }
  SqlTable query(std::string_view sql) {
    auto table = query_runs(folders_, sql);
    EXPECT_TRUE(table) << table.error().text();
    return table ? std::move(*table) : SqlTable{};
  }
  TempFolder results_;
  std::vector<std::string> folders_;
};

TEST_F(QueryOfRuns, TellsTheirRowsApart) {
  const SqlTable table = query("SELECT run, count(*) FROM requests GROUP BY run ORDER BY run");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0][0], "a'b [x]*-20260101-000000");
  EXPECT_EQ(table.rows[0][1], "4");
  EXPECT_EQ(table.rows[1][1], "3");
}

TEST_F(QueryOfRuns, CountsARunGivenTwiceOnce) {
  folders_.push_back(folders_.back() + "/.");
  EXPECT_EQ(query("SELECT count(*) FROM requests").rows.at(0)[0], "7");
}

TEST_F(QueryOfRuns, NamesRunsAndTargets) {
  ASSERT_TRUE(update_notes(*RunFolder::open(folders_[1]), [](Notes& n) { n.baseline_since = 1; }));
  const SqlTable runs = query(
      "SELECT name, status, started, duration_s, baseline FROM runs "
      "ORDER BY run");
  ASSERT_EQ(runs.rows.size(), 2u);
  EXPECT_EQ(runs.rows[0][0], "night's run");
  EXPECT_EQ(runs.rows[0][2], "2026-01-01 00:00:00");
  EXPECT_EQ(runs.rows[0][3], "90.0");
  EXPECT_EQ(runs.rows[0][4], "false");
  EXPECT_EQ(runs.rows[1][4], "true");
  const SqlTable joined = query(
      "SELECT t.name, count(*) FROM requests r JOIN targets t USING (run, target) "
      "WHERE t.name = 'it''s' GROUP BY ALL");
  for (const auto& row : joined.rows) EXPECT_EQ(row[0], "it's");
}

TEST_F(QueryOfRuns, HasNullsWhereOneHasFewerColumns) {
  const std::string old = results_.file("old.parquet");
  const auto written =
      write_query(folders_, "SELECT index, target FROM requests WHERE run LIKE 'b%'",
                  TableFormat::kParquet, old);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, 3u);
  std::filesystem::rename(old, folders_[1] + "/requests.parquet");
  const SqlTable table = query(
      "SELECT run[1], count(*), count(end_ns) FROM requests GROUP BY ALL "
      "ORDER BY ALL");
  EXPECT_EQ(table.rows.at(0)[2], "4");
  EXPECT_EQ(table.rows.at(1)[1], "3");
  EXPECT_EQ(table.rows.at(1)[2], "0");
}

TEST_F(QueryOfRuns, AreWrittenInEveryFormat) {
  constexpr auto kSql = "SELECT index AS i, 'x,\"y' AS t FROM requests ORDER BY ALL LIMIT 2";
  const auto text_of = [&](TableFormat format) {
    const std::string path = results_.file("out");
    const auto rows = write_query(folders_, kSql, format, path);
    EXPECT_TRUE(rows) << rows.error().text();
    EXPECT_EQ(rows.value_or(0), 2u);
    EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
    return read_file(path).value_or("");
  };
  EXPECT_EQ(text_of(TableFormat::kCsv), "i,t\n0,\"x,\"\"y\"\n0,\"x,\"\"y\"\n");
  EXPECT_EQ(text_of(TableFormat::kJsonLines),
            "{\"i\":0,\"t\":\"x,\\\"y\"}\n{\"i\":0,\"t\":\"x,\\\"y\"}\n");
  EXPECT_TRUE(text_of(TableFormat::kJson).starts_with("["));
  EXPECT_TRUE(text_of(TableFormat::kParquet).starts_with("PAR1"));
}

TEST_F(QueryOfRuns, AreWrittenWithoutAFormulaForASpreadsheet) {
  constexpr auto kSql =
      "SELECT '=cmd' AS a, '＝1' AS w, '-1+1' AS a, -1 AS n, 'a=b' AS \"q\"\"x\", NULL::VARCHAR AS "
      "none, "
      "'@x'::ENUM('@x') AS e, ['=y'] AS l";
  const std::string path = results_.file("out.csv");
  const auto rows = write_query(folders_, kSql, TableFormat::kCsv, path);
  ASSERT_TRUE(rows) << rows.error().text();
  const std::string text = read_file(path).value_or("");
  EXPECT_EQ(text.substr(text.find('\n') + 1), "'=cmd,'＝1,'-1+1,-1,a=b,,'@x,['=y']\n");
  EXPECT_TRUE(text.starts_with("a,w,a")) << text;
}

TEST_F(QueryOfRuns, NeverWriteOverARun) {
  const std::string before = *read_file(folders_[0] + "/requests.parquet");
  for (const std::string& path : {folders_[0] + "/requests.parquet", folders_[0] + "/new.csv",
                                  folders_[0] + "/../b-20260102-000000/x.csv"}) {
    const auto written = write_query(folders_, "SELECT 1", TableFormat::kCsv, path);
    ASSERT_FALSE(written) << path;
    EXPECT_EQ(written.error().code, ErrorCode::kInvalidInput);
  }
  EXPECT_EQ(*read_file(folders_[0] + "/requests.parquet"), before);
}

TEST_F(QueryOfRuns, LeaveNothingBehindWhereTheyFail) {
  for (const char* sql : {"SELECT nonsense", "DROP VIEW requests", "SELECT error('x')",
                          "SELECT 1) TO 'stolen.csv'; COPY (SELECT 2"}) {
    EXPECT_FALSE(write_query(folders_, sql, TableFormat::kCsv, results_.file("out.csv"))) << sql;
  }
  EXPECT_FALSE(std::filesystem::exists(results_.file("out.csv")));
  EXPECT_FALSE(std::filesystem::exists(results_.file("out.csv.tmp")));
  EXPECT_FALSE(std::filesystem::exists("stolen.csv"));
  EXPECT_FALSE(write_query(folders_, "SELECT 1", TableFormat::kCsv, results_.file("none/out.csv")));
}

}  // namespace
}  // namespace tt::record
