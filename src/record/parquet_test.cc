#include "record/parquet.h"

#include <algorithm>
#include <atomic>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "record/columns.h"
#include "record/duck.h"
#include "record/file.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

TEST(Parquet, RoundTripsEveryKindOfRow) {
  const TempFolder folder;
  const std::string path = folder.file("requests.parquet");
  std::vector<Row> rows = make_rows(5, 7);
  rows.push_back(Row{});
  rows.push_back(extreme_row());
  rows.push_back(Row{});
  const auto written = write_rows(path, rows);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, rows.size());
  const auto back = read_rows(path);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(*back, rows);
  EXPECT_FALSE(std::filesystem::exists(path + ".tmp"));
}

// More than one chunk and more than one row group.
TEST(Parquet, KeepsOrderOverManyRowGroups) {
  const TempFolder folder;
  const std::vector<Row> rows = make_rows(20'000, 300);
  ASSERT_TRUE(write_rows(folder.file("r"), rows));
  std::size_t at = 0;
  bool same = true;
  const auto count =
      visit_rows(folder.file("r"), [&](Row&& row) { same = same && row == rows[at++]; });
  ASSERT_TRUE(count) << count.error().text();
  EXPECT_EQ(*count, rows.size());
  EXPECT_TRUE(same);

  auto session = DuckSession::open();
  std::int64_t groups = 0;
  ASSERT_TRUE(session->run("SELECT count(DISTINCT row_group_id) FROM parquet_metadata(" +
                               sql_path(folder.file("r")) + ")",
                           "", [&](duckdb_data_chunk chunk) {
                             groups = *static_cast<std::int64_t*>(
                                 duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
                             return true;
                           }));
  EXPECT_GT(groups, 1);
}

TEST(Parquet, NoRowsAreAFileToo) {
  const TempFolder folder;
  ASSERT_TRUE(write_rows(folder.file("r"), std::vector<Row>{}));
  const auto back = read_rows(folder.file("r"));
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_TRUE(back->empty());
}

TEST(Parquet, PathsAreTakenLiterally) {
  const TempFolder folder;
  for (const char* name : {"it's", "star*?", "range[a-c]", "sp ace", "\xc3\xa9"}) {
    ASSERT_TRUE(write_rows(folder.file(name), make_rows(1, 1))) << name;
    const auto back = read_rows(folder.file(name));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->size(), 1u);
  }
}

TEST(Parquet, TextThatIsNotUtf8IsRepaired) {
  const TempFolder folder;
  Row row;
  row.error = "a\xff\xc3\xa9\xe2\x82 \xf0\x9f\x98\x80\xed\xa0\x80\xc3";
  ASSERT_TRUE(write_rows(folder.file("r"), std::vector{row}));
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(read_rows(folder.file("r"))->at(0).error,
            "a" + bad + "\xc3\xa9" + bad + bad + " \xf0\x9f\x98\x80" + bad + bad + bad + bad);
}

void run_sql(const std::string& sql) {
  auto session = DuckSession::open();
  ASSERT_TRUE(session);
  const auto done = session->run(sql, "test");
  ASSERT_TRUE(done) << done.error().text();
}

TEST(Parquet, ReadsFilesOfOlderAndNewerVersions) {
  const TempFolder folder;
  const std::string path = folder.file("r");
  run_sql("COPY (SELECT 'new' AS future, 7::INTEGER AS index, 'ok' AS status, 5 AS sent_ns) TO " +
          sql_text(path) + " (FORMAT parquet)");
  const auto rows = read_rows(path);
  ASSERT_TRUE(rows) << rows.error().text();
  Row wanted;
  wanted.index = 7;
  wanted.status = Status::kOk;
  wanted.sent = 5;
  EXPECT_EQ(*rows, std::vector{wanted});
}

TEST(Parquet, RefusesWhatIsNotRequestRows) {
  const TempFolder folder;
  EXPECT_EQ(read_rows(folder.file("none")).error().code, ErrorCode::kNotFound);

  ASSERT_TRUE(write_file_atomically(folder.file("text"), "not Parquet at all"));
  EXPECT_EQ(read_rows(folder.file("text")).error().code, ErrorCode::kInvalidInput);

  run_sql("COPY (SELECT 1 AS a) TO " + sql_text(folder.file("other")) + " (FORMAT parquet)");
  EXPECT_NE(read_rows(folder.file("other")).error().message.find("not request rows"),
            std::string::npos);

  run_sql("COPY (SELECT 1 AS index, 'odd' AS status) TO " + sql_text(folder.file("odd")) +
          " (FORMAT parquet)");
  EXPECT_NE(read_rows(folder.file("odd")).error().message.find("'status'"), std::string::npos);

  run_sql("COPY (SELECT -1 AS index, 'ok' AS status) TO " + sql_text(folder.file("negative")) +
          " (FORMAT parquet)");
  EXPECT_FALSE(read_rows(folder.file("negative")));
}

TEST(Parquet, CutFilesAreErrors) {
  const TempFolder folder;
  ASSERT_TRUE(write_rows(folder.file("r"), make_rows(100, 10)));
  const std::string bytes = *read_file(folder.file("r"));
  for (std::size_t size = 0; size < bytes.size(); size += 211) {
    ASSERT_TRUE(write_file_atomically(folder.file("cut"), bytes.substr(0, size)));
    EXPECT_FALSE(read_rows(folder.file("cut"))) << size;
  }
}

TEST(Parquet, APipeInPlaceOfTheFileIsAnErrorAndNoWait) {
  const TempFolder folder;
  const std::string path = folder.file("requests.parquet");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const auto rows = read_rows(path);
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().message.find("not a regular file"), std::string::npos);
}

TEST(Parquet, UnwritablePlacesAreErrors) {
  const TempFolder folder;
  ASSERT_TRUE(write_file_atomically(folder.file("file"), ""));
  const auto below = write_rows(folder.file("file/r"), make_rows(1, 1));
  ASSERT_FALSE(below);
  EXPECT_EQ(below.error().code, ErrorCode::kIo);
  EXPECT_FALSE(write_rows("/dev/full/r", make_rows(1, 1)));
}

TEST(Parquet, ASourceThatThrowsIsAnErrorAndLeavesNoFile) {
  const TempFolder folder;
  int calls = 0;
  const auto done = write_rows(folder.file("r"), [&](Row&) -> bool {
    if (++calls > 5000) throw std::runtime_error("the source broke");
    return true;
  });
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("the source broke"), std::string::npos)
      << done.error().text();
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Parquet, TextsRoundTrip) {
  const TempFolder folder;
  std::vector<TextRow> texts;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    texts.push_back({static_cast<std::uint32_t>(i % 3), i, "prompt " + std::to_string(i),
                     std::string(i % 50, 'a')});
  }
  std::size_t at = 0;
  const auto written = write_texts(folder.file("t"), [&](TextRow& text) {
    if (at == texts.size()) return false;
    text = texts[at++];
    return true;
  });
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*read_texts(folder.file("t")), texts);
  EXPECT_FALSE(read_texts(folder.file("none")));
}

// Two threads share out the rows; what is not written reads back as the empty row's.
TEST(Parquet, BulkWritesFromThreadsWhatIsAskedFor) {
  const TempFolder folder;
  const std::vector<Row> rows = make_rows(20'000, 2);
  std::atomic<std::size_t> at = 0;
  std::atomic<int> sources = 0;
  const auto source = [&]() -> RowSource {
    ++sources;
    return [&](Row& row) {
      const std::size_t mine = at++;
      if (mine >= rows.size()) return false;
      row = rows[mine];
      return true;
    };
  };
  const auto written = write_rows(folder.file("r"), {.source = source,
                                                     .threads = 2,
                                                     .columns = {"index", "sent_ns", "status"},
                                                     .metadata = {{"tool", "it's \"one\""}}});
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, rows.size());
  EXPECT_GE(sources, 1);
  auto back = read_rows(folder.file("r"));
  ASSERT_TRUE(back) << back.error().text();
  std::ranges::sort(*back, {}, &Row::index);
  ASSERT_EQ(back->size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Row expected;
    expected.index = rows[i].index;
    expected.sent = rows[i].sent;
    expected.status = rows[i].status;
    ASSERT_EQ((*back)[i], expected) << i;
  }

  auto session = DuckSession::open();
  std::string value;
  ASSERT_TRUE(session->run(
      "SELECT decode(value) FROM parquet_kv_metadata(" + sql_path(folder.file("r")) + ")", "test",
      [&](duckdb_data_chunk chunk) {
        auto* cells = static_cast<duckdb_string_t*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
        value = duck_text(cells[0]);
        return true;
      }));
  EXPECT_EQ(value, "it's \"one\"");
}

TEST(Duck, FetchesNothingFromOutside) {
  auto session = DuckSession::open();
  ASSERT_TRUE(session);
  const auto extension = session->run("LOAD httpfs", "test");
  EXPECT_FALSE(extension);
  const auto remote =
      session->run("SELECT * FROM read_parquet('https://localhost:1/x.parquet')", "test");
  ASSERT_FALSE(remote);
  EXPECT_NE(remote.error().message.find("httpfs"), std::string::npos) << remote.error().text();
}

}  // namespace
}  // namespace tt::record
