#include "report/chart_file.h"

#include <limits>

#include <gtest/gtest.h>

namespace tt::report {
namespace {

chart::Chart nothing() {
  chart::Chart chart;
  chart.id = "x";
  chart.title = "Nothing";
  chart.empty = "Nothing to draw.";
  chart.table.columns = {"target, by name", "ms"};
  return chart;
}

TEST(ChartFile, TablesKeepTheirDigitsAndLeaveOutWhatIsNoNumber) {
  chart::Table table;
  table.columns = {"target, by name", "ms"};
  table.rows.push_back({chart::Cell("=1+1"), chart::Cell(0.1)});
  table.rows.push_back({chart::Cell("b"), chart::Cell(std::numeric_limits<double>::quiet_NaN())});
  EXPECT_EQ(chart_table_csv(table), "\"target, by name\",ms\r\n'=1+1,0.1\r\nb,\r\n");
}

TEST(ChartFile, EachFormatIsWhatItsNameSays) {
  const auto chart = nothing();
  const chart::Page page{.width = 640, .height = 360};
  EXPECT_TRUE(chart_file(chart, page, "png").value().starts_with("\x89PNG"));
  EXPECT_TRUE(chart_file(chart, page, "svg").value().contains("<svg"));
  EXPECT_TRUE(chart_file(chart, page, "pdf").value().starts_with("%PDF"));
  EXPECT_EQ(chart_file(chart, page, "csv").value(), "\"target, by name\",ms\r\n");
  const auto other = chart_file(chart, page, "exe");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kInvalidInput);
  EXPECT_NE(other.error().message.find("png, svg, pdf, csv"), std::string::npos);
}

}  // namespace
}  // namespace tt::report
