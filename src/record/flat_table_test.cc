#include "record/flat_table.h"

#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "record/duck.h"

namespace tt::record {
namespace {

class FlatTable : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // What DuckDB says of the file, as one text.
  std::string ask(const std::string& sql) {
    auto session = DuckSession::open();
    std::string answer;
    const auto done = session->run(sql, path_, [&](duckdb_data_chunk chunk) {
      const auto vector = duckdb_data_chunk_get_vector(chunk, 0);
      for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
        auto* cells = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
        answer += duck_is_null(vector, i) ? "NULL" : std::string(duck_text(cells[i]));
        answer += '\n';
      }
      return true;
    });
    EXPECT_TRUE(done) << done.error().message;
    return answer;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("flat-table-" + std::to_string(::getpid()));
  std::string path_ = (folder_ / "table.parquet").string();
};

constexpr FlatColumn kColumns[] = {{"name", FlatType::kText},
                                   {"count", FlatType::kWhole},
                                   {"share", FlatType::kNumber},
                                   {"good", FlatType::kFlag},
                                   {"at", FlatType::kInstant}};

TEST_F(FlatTable, EveryTypeAndNull) {
  std::vector<std::vector<FlatValue>> rows = {{std::string("a'\"\xff"), std::int64_t{7}, 0.5, true,
                                               std::int64_t{1'769'860'800'123'456'789}},
                                              {{}, {}, std::nan(""), {}, {}}};
  std::size_t at = 0;
  const auto written = write_flat(path_, kColumns,
                                  [&](std::vector<FlatValue>& row) {
                                    if (at == rows.size()) return false;
                                    row = rows[at++];
                                    return true;
                                  },
                                  {{"run_id", "it's one"}});
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(*written, 2U);
  const std::string from = " FROM read_parquet(" + sql_path(path_) + ")";
  EXPECT_EQ(ask("SELECT concat_ws('|', name, count, share, good, \"at\")" + from),
            "a'\"\xef\xbf\xbd|7|0.5|true|2026-01-31 12:00:00.123456\n\n");
  EXPECT_EQ(ask("SELECT decode(value)::VARCHAR FROM parquet_kv_metadata(" + sql_path(path_) +
                ") WHERE decode(key) = 'run_id'"),
            "it's one\n");
}

TEST_F(FlatTable, MoreRowsThanAChunkHolds) {
  std::int64_t at = 0;
  const auto written = write_flat(path_, kColumns, [&](std::vector<FlatValue>& row) {
    if (at == 10'000) return false;
    row[1] = at++;
    return true;
  });
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, 10'000U);
  EXPECT_EQ(ask("SELECT (sum(count) || '/' || count(*))::VARCHAR FROM read_parquet(" +
                sql_path(path_) + ")"),
            "49995000/10000\n");
}

TEST_F(FlatTable, WithoutRowsItHasItsColumns) {
  ASSERT_TRUE(write_flat(path_, kColumns, [](std::vector<FlatValue>&) { return false; }));
  EXPECT_EQ(ask("SELECT count(*)::VARCHAR FROM read_parquet(" + sql_path(path_) + ")"), "0\n");
}

TEST_F(FlatTable, AFolderThatIsNotThereIsAnError) {
  const auto written = write_flat((folder_ / "no/table.parquet").string(), kColumns,
                                  [](std::vector<FlatValue>&) { return false; });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace tt::record
