#include "serve/request_page.h"

#include <gtest/gtest.h>

#include "record/row.h"

namespace tt::serve {
namespace {

record::Row row_of(std::uint64_t index, Nanos ttft, Nanos e2e, Status status = Status::kOk) {
  record::Row row;
  row.index = index;
  row.target = static_cast<std::uint32_t>(index % 2);
  row.planned = row.sent = static_cast<Nanos>(index) * kSecond;
  row.status = status;
  if (status == Status::kOk) {
    row.first_token = row.sent + ttft;
    row.last_token = row.end = row.sent + e2e;
    row.output_tokens = 10;
  }
  row.user = index < 2 ? "ann" : "bob";
  return row;
}

record::Frame made() {
  std::vector<record::Row> rows;
  rows.push_back(row_of(0, 50 * kMillisecond, 300 * kMillisecond));
  rows.push_back(row_of(1, 20 * kMillisecond, 500 * kMillisecond));
  rows.push_back(row_of(2, 0, 0, Status::kTotalTimeout));
  rows.push_back(row_of(3, 20 * kMillisecond, 100 * kMillisecond));
  rows.push_back(row_of(4, 90 * kMillisecond, 200 * kMillisecond));
  rows.back().warmup = true;
  return record::make_frame(rows);
}

std::vector<std::uint32_t> found(std::string_view query) {
  const auto target = parse_target("/x?" + std::string(query));
  const auto read = request_query(*target);
  EXPECT_TRUE(read) << (read ? "" : read.error().text());
  return read ? find_requests(made(), *read).rows : std::vector<std::uint32_t>();
}

using Rows = std::vector<std::uint32_t>;

TEST(RequestPage, IsInTheOrderOfTheFileWithoutWarmup) {
  EXPECT_EQ(found(""), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(found("warmup=true"), (Rows{0, 1, 2, 3, 4}));
}

TEST(RequestPage, SortsWithMissingFiguresLastEitherWay) {
  EXPECT_EQ(found("sort=e2e_ms"), (Rows{3, 0, 1, 2}));
  EXPECT_EQ(found("sort=-e2e_ms"), (Rows{1, 0, 3, 2}));
  EXPECT_EQ(found("sort=ttft_ms"), (Rows{1, 3, 0, 2})) << "equals in the order of the file";
}

TEST(RequestPage, Filters) {
  EXPECT_EQ(found("min_e2e_ms=300"), (Rows{0, 1}));
  EXPECT_EQ(found("min_e2e_ms=300&max_e2e_ms=400"), (Rows{0}));
  EXPECT_EQ(found("status=failed"), (Rows{2}));
  EXPECT_EQ(found("status=ok,total_timeout&target=0"), (Rows{0, 2}));
  EXPECT_EQ(found("user=ann"), (Rows{0, 1}));
  EXPECT_EQ(found("user=nobody"), Rows{});
}

TEST(RequestPage, IsCutAndCounted) {
  const auto page = find_requests(made(), *request_query(*parse_target("/x?offset=1&limit=2")));
  EXPECT_EQ(page.of, 5u);
  EXPECT_EQ(page.matching, 4u);
  EXPECT_EQ(page.rows, (Rows{1, 2}));
  EXPECT_EQ(found("offset=99"), Rows{});
  EXPECT_EQ(found("limit=0"), Rows{});
}

TEST(RequestPage, SaysWhatIsWrongWithAQuery) {
  const auto wrong = [](std::string_view query) {
    const auto read = request_query(*parse_target("/x?" + std::string(query)));
    return read ? std::string() : read.error().text();
  };
  EXPECT_EQ(wrong("sort=tftt_ms"), "sort: there is no column 'tftt_ms'; did you mean ttft_ms?");
  EXPECT_EQ(wrong("min_ttft_ms=fast"), "min_ttft_ms: 'fast' is no number");
  EXPECT_EQ(wrong("status=fine"), "status: there is no status 'fine'");
  EXPECT_EQ(wrong("limit=100000"), "limit: must be a whole number up to 1000");
  EXPECT_EQ(wrong("where=1"), "where: there is no such parameter");
}

}  // namespace
}  // namespace tt::serve
