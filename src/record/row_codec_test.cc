#include "record/row_codec.h"

#include <gtest/gtest.h>

#include "record/test_rows.h"
#include "record/varint.h"

namespace tt::record {
namespace {

std::string encoded(const Row& row) {
  std::string out;
  encode_row(out, row);
  return out;
}

TEST(RowCodec, RoundTripsEveryKindOfRow) {
  std::vector<Row> rows = make_rows(50, 20);
  rows.push_back(extreme_row());
  rows.push_back(Row{});
  Row uneven;  // not what a run writes, but bytes must not lie
  uneven.chunk_tokens = {1, 2, 3};
  rows.push_back(uneven);
  for (int i = 0; i < kStatusCount; ++i) {
    rows.push_back(Row{});
    rows.back().status = static_cast<Status>(i);
  }
  for (const Row& row : rows) {
    const auto back = decode_row(encoded(row));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(*back, row);
  }
}

TEST(RowCodec, IsCompact) {
  EXPECT_EQ(encoded(Row{}).size(), 1u);
  // A chunk each 10 ms: four bytes for the instant, one for its tokens.
  EXPECT_LT(encoded(make_rows(1, 1000)[0]).size(), 5200u);
}

TEST(RowCodec, RefusesEveryCut) {
  const std::string bytes = encoded(extreme_row());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_row(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_row(bytes + '\0'));
}

TEST(RowCodec, RefusesValuesOutOfRange) {
  const auto with_column = [](unsigned bit, std::uint64_t value) {
    std::string out;
    put_varint(out, std::uint64_t{1} << bit);
    put_varint(out, value);
    return decode_row(out);
  };
  EXPECT_TRUE(with_column(1, UINT32_MAX));                      // target
  EXPECT_FALSE(with_column(1, std::uint64_t{UINT32_MAX} + 1));  // target
  EXPECT_TRUE(with_column(4, 1));                               // warmup
  EXPECT_FALSE(with_column(4, 2));
  EXPECT_FALSE(with_column(14, kStatusCount));  // status
  EXPECT_FALSE(with_column(15, 65536));         // http_code
  EXPECT_FALSE(with_column(63, 0));             // no such column
}

// A count far beyond the bytes must not make room for itself.
TEST(RowCodec, RefusesCountsThatCannotBe) {
  for (const unsigned column : {5U, 12U, 13U, 16U}) {  // a text, both lists, a text
    std::string out;
    put_varint(out, std::uint64_t{1} << column);
    put_varint(out, std::uint64_t{1} << 60);
    EXPECT_FALSE(decode_row(out)) << column;
  }
}

TEST(Varint, RefusesMoreThan64Bits) {
  ByteCursor good("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
  EXPECT_EQ(good.varint(), UINT64_MAX);
  EXPECT_TRUE(good.ok());
  ByteCursor bad("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  bad.varint();
  EXPECT_FALSE(bad.ok());
}

TEST(Varint, ZigzagIsItsOwnWayBack) {
  for (const std::int64_t v :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(unzigzag(zigzag(static_cast<std::uint64_t>(v))), static_cast<std::uint64_t>(v));
  }
  EXPECT_EQ(zigzag(static_cast<std::uint64_t>(-1)), 1u);
}

}  // namespace
}  // namespace tt::record
