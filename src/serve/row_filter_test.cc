#include "serve/row_filter.h"

#include <gtest/gtest.h>

#include "analysis/test_rows.h"

namespace tt::serve {
namespace {

using analysis::make_failed;
using analysis::make_row;

record::Frame made() {
  std::vector<record::Row> rows;
  for (std::uint32_t i = 0; i < 6; ++i) {
    rows.push_back(
        make_row({.target = i % 2, .planned_ms = i * 1000.0, .ttft_ms = 10.0 * (i + 1)}, i / 2));
  }
  rows.push_back(make_failed({.target = 1, .planned_ms = 6000}, Status::kTotalTimeout, 3));
  return record::make_frame(rows);
}

RowFilter read(std::string_view query) {
  const std::array<std::string_view, 1> others = {"runs"};
  const auto filter = row_filter(*parse_target("/x?" + std::string(query)), others);
  EXPECT_TRUE(filter) << (filter ? "" : filter.error().text());
  return filter ? *filter : RowFilter();
}

std::vector<std::vector<std::uint32_t>> rows_of(std::string_view query) {
  const auto frame = made();
  const auto view = chart::view_of(analysis::make_run({"a", "b"}), frame);
  const auto part = filtered(view, read(query));
  std::vector<std::vector<std::uint32_t>> rows;
  if (!part) return rows;
  for (const auto& slice : part->slices) rows.push_back(slice.rows);
  return rows;
}

using Rows = std::vector<std::vector<std::uint32_t>>;

TEST(RowFilter, TakesPartOfEveryTarget) {
  EXPECT_EQ(rows_of("runs=x"), (Rows{{0, 2, 4}, {1, 3, 5, 6}}));
  EXPECT_EQ(rows_of("min_sent_s=2&max_sent_s=5"), (Rows{{2, 4}, {3, 5}}));
  EXPECT_EQ(rows_of("max_ttft_ms=40&min_ttft_ms=20"), (Rows{{2}, {1, 3}}));
  EXPECT_EQ(rows_of("status=failed"), (Rows{{}, {6}}));
}

TEST(RowFilter, KeepsTheTargetsThatItLeavesOut) {
  EXPECT_EQ(rows_of("target=1&status=ok"), (Rows{{}, {1, 3, 5}}));
  EXPECT_EQ(rows_of("target=0,1"), rows_of(""));
  EXPECT_EQ(rows_of("target=2"), Rows{}) << "there is none";
}

TEST(RowFilter, IsKeptByWhatItSays) {
  EXPECT_TRUE(read("runs=a").empty());
  EXPECT_EQ(read("min_ttft_ms=5&target=1").key(), read("target=1&min_ttft_ms=5.0").key());
  for (const auto* other :
       {"min_ttft_ms=6&target=1", "max_ttft_ms=5&target=1", "min_ttft_ms=5&target=0",
        "min_ttft_ms=5&target=1&status=ok", "min_ttft_ms=5&target=1&user="}) {
    EXPECT_NE(read("min_ttft_ms=5&target=1").key(), read(other).key()) << other;
  }
}

TEST(RowFilter, IsSaidInWords) {
  const std::vector<std::string> names = {"vllm", "tgi"};
  EXPECT_EQ(filter_text(read("runs=a"), names), "");
  EXPECT_EQ(filter_text(read("target=0&min_sent_s=10&max_sent_s=20.5&min_ttft_ms=300"), names),
            "target vllm; sent_s 10 to 20.5; ttft_ms at least 300");
  EXPECT_EQ(filter_text(read("max_output_tokens=8&status=failed,ok&user=a%20b"), names),
            "output_tokens at most 8; status ok or failed; user a b");
  EXPECT_EQ(filter_text(read("target=1,0&status=ok,dropped"), names),
            "target tgi or vllm; status ok or dropped");
}

TEST(RowFilter, SaysWhatIsWrong) {
  const auto wrong = [](std::string_view query) {
    const auto filter = row_filter(*parse_target("/x?" + std::string(query)), {});
    return filter ? std::string() : filter.error().text();
  };
  EXPECT_EQ(wrong("target=x"), "target: 'x' is no number of a target");
  EXPECT_EQ(wrong("min_tftt_ms=1"),
            "min_tftt_ms: there is no column 'tftt_ms'; did you mean ttft_ms?");
  EXPECT_EQ(wrong("runs=a"), "runs: there is no such parameter");
}

}  // namespace
}  // namespace tt::serve
