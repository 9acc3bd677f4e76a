#include "analysis/smoothness.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::analysis {
namespace {

using record::Frame;
using record::make_frame;
using record::Row;

// Chunks after these gaps in ms, the first 100 ms after the send.
Row with_gaps(std::vector<double> gaps, std::uint64_t index) {
  Row row = make_row({.tokens = 1}, index);
  for (const double gap : gaps) {
    row.chunk_at.push_back(row.chunk_at.back() + at_ms(gap));
    row.chunk_tokens.push_back(1);
  }
  row.last_token = row.end = row.chunk_at.back();
  row.output_tokens = static_cast<std::uint32_t>(row.chunk_at.size());
  return row;
}

TEST(Smoothness, CountsStallsAndScatter) {
  const Frame frame = make_frame(std::vector{
      with_gaps({10, 10, 10, 10}, 0), with_gaps({10, 30, 10, 30}, 1),  // mean 20, deviation 11.547
      with_gaps({10, 250, 100}, 2),  // two stalls at a limit of 100
      with_gaps({10}, 3),            // no scatter of one gap
      make_failed({}, Status::kTls, 4)});
  const Smoothness s = smoothness(make_slices(frame, 1)[0], 10);
  EXPECT_EQ(s.stall_ms, 100);
  EXPECT_EQ(s.gaps, 12u);
  EXPECT_EQ(s.requests, 3u);
  EXPECT_EQ(s.stalls, 2u);
  EXPECT_EQ(s.stalled_requests, 1u);
  EXPECT_NEAR(*s.stalled_share, 350.0 / 490, 1e-12);
  EXPECT_DOUBLE_EQ(*s.longest_ms, 250);
  EXPECT_NEAR(*s.gap_cv.p50, 11.547 / 20, 1e-4);
  ASSERT_EQ(s.worst.size(), 4u);
  EXPECT_EQ(s.worst[0].row.index, 2u);
  EXPECT_EQ(s.worst[1].row.index, 1u);
}

TEST(Smoothness, ASlowEngineStallsLater) {
  const Frame frame = make_frame(std::vector{with_gaps({40, 150, 40}, 0)});
  const Smoothness s = smoothness(make_slices(frame, 1)[0], 40);
  EXPECT_EQ(s.stall_ms, 200);
  EXPECT_EQ(s.stalls, 0u);
}

TEST(Smoothness, WithoutChunkTimesThereIsNothing) {
  Row row = make_row({});
  row.chunk_at.clear();
  row.chunk_tokens.clear();
  const Frame frame = make_frame(std::vector{row});
  const Smoothness s = smoothness(make_slices(frame, 1)[0], 0);
  EXPECT_EQ(s.gaps, 0u);
  EXPECT_FALSE(s.longest_ms);
  EXPECT_TRUE(s.worst.empty());
}

TEST(Smoothness, KeepsTheWorst) {
  std::vector<Row> rows;
  for (std::uint64_t i = 0; i < 30; ++i) rows.push_back(with_gaps({1, 10.0 + i % 7, 1}, i));
  const Frame frame = make_frame(rows);
  const Smoothness s = smoothness(make_slices(frame, 1)[0], 1);
  ASSERT_EQ(s.worst.size(), kWorstGaps);
  EXPECT_EQ(s.worst[0].gap_ms, 16);
  EXPECT_TRUE(std::ranges::is_sorted(s.worst, std::greater(), &Smoothness::Worst::gap_ms));
}

TEST(FirstSentence, EndsWhereAReaderWouldSaySo) {
  EXPECT_EQ(first_sentence_end("Yes. And no."), 4u);
  EXPECT_EQ(first_sentence_end("Pi is 3.14 or so! Really"), 17u);
  EXPECT_EQ(first_sentence_end("It ends here."), 13u);
  EXPECT_EQ(first_sentence_end("A heading\n\nThen text"), 9u);
  EXPECT_EQ(first_sentence_end("  \n Hm? Well"), 7u);
  EXPECT_EQ(first_sentence_end("\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82\xe5\x86\x8d"), 9u);
  EXPECT_EQ(first_sentence_end("Well… then"), 7u);
  EXPECT_FALSE(first_sentence_end("no end at all"));
  EXPECT_FALSE(first_sentence_end(""));
  EXPECT_FALSE(first_sentence_end(" \n "));
}

TEST(FirstSentence, IsTimedByItsShareOfTheAnswer) {
  // Ten chunks, 100 ms after the send and then every 10 ms.
  std::vector<Row> rows = {make_row({.tokens = 10}, 0), make_row({.tokens = 10}, 1),
                           make_row({.tokens = 10}, 2)};
  const Frame frame = make_frame(rows);
  const std::vector<record::TextRow> texts = {{0, 0, "", "Abc. efghi"},  // 4 of 10 bytes: chunk 4
                                              {0, 1, "", "no sentence"},
                                              {1, 2, "", "Other target."}};
  const auto q = first_sentence(make_slices(frame, 1)[0], texts);
  EXPECT_EQ(q.n, 1u);
  EXPECT_DOUBLE_EQ(*q.p50, 130);
  EXPECT_EQ(first_sentence(make_slices(frame, 1)[0], {}).n, 0u);
}

}  // namespace
}  // namespace tt::analysis
