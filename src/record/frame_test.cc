#include "record/frame.h"

#include <fstream>

#include <gtest/gtest.h>

#include "record/parquet.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

// Every column of `frame` is that of `rows`.
void expect_same(const Frame& frame, const std::vector<Row>& rows) {
  ASSERT_EQ(frame.size(), rows.size());
  ASSERT_EQ(frame.chunk_begin.size(), rows.size() + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    EXPECT_EQ(frame.index[i], row.index);
    EXPECT_EQ(frame.target[i], row.target);
    EXPECT_EQ(frame.block[i], row.block);
    EXPECT_EQ(frame.warmup[i] != 0, row.warmup);
    EXPECT_EQ(frame.planned[i], row.planned);
    EXPECT_EQ(frame.sent[i], row.sent);
    EXPECT_EQ(frame.first_byte[i], row.first_byte);
    EXPECT_EQ(frame.first_token[i], row.first_token);
    EXPECT_EQ(frame.last_token[i], row.last_token);
    EXPECT_EQ(frame.end[i], row.end);
    EXPECT_EQ(frame.status[i], row.status);
    EXPECT_EQ(frame.http_code[i], row.http_code);
    EXPECT_EQ(frame.input_tokens[i], row.input_tokens);
    EXPECT_EQ(frame.output_tokens[i], row.output_tokens);
    EXPECT_EQ(frame.output_source[i], row.output_source);
    EXPECT_EQ(frame.cached_tokens[i], row.cached_tokens);
    EXPECT_EQ(frame.input_source[i], row.input_source);
    EXPECT_EQ(frame.session[i], row.session);
    EXPECT_EQ(frame.turn[i], row.turn);
    EXPECT_EQ(frame.dns[i], row.dns);
    EXPECT_EQ(frame.engine_total[i], row.engine.total_ns);
    EXPECT_EQ(frame.lag_mean[i], row.lag_mean);
    EXPECT_EQ(frame.stamped_reads[i], row.stamped_reads);
    EXPECT_EQ(frame.reported_e2e[i], row.reported.e2e);
    EXPECT_TRUE(std::ranges::equal(frame.chunks_at(i), row.chunk_at));
    EXPECT_TRUE(std::ranges::equal(frame.chunks_tokens(i), row.chunk_tokens));
  }
}

std::vector<Row> assorted() {
  std::vector<Row> rows = make_rows(5000, 3);  // more than one chunk of DuckDB's
  rows[7] = Row{};                             // everything NULL
  rows[9].status = Status::kOverloaded;
  rows[9].http_code = 429;
  rows[9].error = "too many";
  rows[11] = rows[9];
  rows[11].error = "still too many";
  rows[20].chunk_at.clear();
  rows[20].chunk_tokens.clear();
  rows[30].reported.e2e = 5;
  rows[31].session = 9;
  rows[31].turn = 4;
  rows[31].cached_tokens = 64;
  return rows;
}

TEST(Frame, ReadsWhatWasWritten) {
  const TempFolder folder;
  const auto rows = assorted();
  ASSERT_TRUE(write_rows(folder.file("r.parquet"), rows));
  const auto frame = read_frame(folder.file("r.parquet"), true);
  ASSERT_TRUE(frame) << frame.error().text();
  expect_same(*frame, rows);
  expect_same(make_frame(rows), rows);
}

TEST(Frame, SaysHowMuchMemoryItTakes) {
  Frame frame;
  EXPECT_EQ(frame.bytes(), 0u);
  frame.status.reserve(1000);
  frame.chunk_at.reserve(1000);
  EXPECT_EQ(frame.bytes(), 1000 * (sizeof(Status) + sizeof(Nanos)));
}

TEST(Frame, KeepsTheFirstErrorOfEachKind) {
  const auto rows = assorted();
  const Frame frame = make_frame(rows);
  EXPECT_EQ(frame.first_errors.at({rows[9].target, Status::kOverloaded, 429}), "too many");
  EXPECT_EQ(frame.first_errors.size(), 2u);  // and the empty row, which is a dropped one
}

TEST(Frame, WithoutChunksNoneAreRead) {
  const TempFolder folder;
  ASSERT_TRUE(write_rows(folder.file("r.parquet"), make_rows(10, 3)));
  const auto frame = read_frame(folder.file("r.parquet"), false);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->chunk_begin.empty());
  EXPECT_FALSE(frame->has_chunks());
  EXPECT_TRUE(frame->chunks_at(3).empty());
}

TEST(Frame, NumbersUsersInTheOrderOfTheirFirstRow) {
  auto rows = make_rows(5, 0);
  rows[1].user = "bea";
  rows[3].user = "al";
  rows[4].user = "bea";
  const TempFolder folder;
  ASSERT_TRUE(write_rows(folder.file("r.parquet"), rows));
  for (const Frame& frame : {make_frame(rows), *read_frame(folder.file("r.parquet"), false)}) {
    EXPECT_EQ(frame.users, (std::vector<std::string>{"", "bea", "al"}));
    EXPECT_EQ(frame.user, (std::vector<std::uint32_t>{0, 1, 0, 2, 1}));
  }
}

TEST(Frame, NoUsersNoNumbers) {
  const Frame frame = make_frame(make_rows(5, 0));
  EXPECT_TRUE(frame.user.empty());
  EXPECT_TRUE(frame.users.empty());
}

TEST(Frame, ListsOfUnequalLengthCountAsNone) {
  auto rows = make_rows(2, 3);
  rows[0].chunk_tokens.pop_back();
  const Frame frame = make_frame(rows);
  EXPECT_TRUE(frame.chunks_at(0).empty());
  EXPECT_EQ(frame.chunks_at(1).size(), 3u);
}

TEST(Frame, SaysWhatIsWrongWithAFile) {
  const TempFolder folder;
  EXPECT_EQ(read_frame(folder.file("absent"), true).error().code, ErrorCode::kNotFound);
  std::ofstream(folder.file("text")) << "not Parquet";
  EXPECT_EQ(read_frame(folder.file("text"), true).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(read_frame(folder.path(), true).error().code, ErrorCode::kInvalidInput);
  ASSERT_TRUE(write_texts(folder.file("t.parquet"), [](TextRow&) { return false; }));
  const auto texts = read_frame(folder.file("t.parquet"), true);
  ASSERT_FALSE(texts);
  EXPECT_NE(texts.error().message.find("not request rows"), std::string::npos);
}

}  // namespace
}  // namespace tt::record
