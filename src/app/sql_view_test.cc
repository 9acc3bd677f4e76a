#include "app/sql_view.h"

#include <gtest/gtest.h>

#include "app/test_gold.h"

namespace tt::app {
namespace {

record::SqlTable make_table() {
  record::SqlTable table;
  table.columns = {{"status", "VARCHAR"}, {"n", "BIGINT"}, {"ids", "INTEGER[]"}};
  table.rows = {{"ok", "1200", "[1, 2]"}, {"=1+1", "-5", std::nullopt}};
  return table;
}

TEST(SqlView, AlignsNumbersToTheRight) {
  EXPECT_EQ(plain_text(sql_table_lines(make_table(), 80)),
            "  status     n  ids\n  ok      1200  [1, 2]\n  =1+1      -5\n");
}

TEST(SqlView, SaysThatThereIsNothing) {
  record::SqlTable table = make_table();
  table.rows.clear();
  EXPECT_EQ(plain_text(sql_table_lines(table, 80)), "  status  n  ids\n  no rows\n");
  EXPECT_EQ(sql_csv(table), "status,n,ids\r\n");
}

TEST(SqlView, CutsLongTextsAndControlCharacters) {
  record::SqlTable table = make_table();
  table.rows = {{std::string(500, 'x') + "\x1b[31m\n", "1", "[]"}};
  const auto lines = sql_table_lines(table, 60);
  expect_within(lines, 60);
  EXPECT_EQ(plain_text(lines).find('\x1b'), std::string::npos);
}

TEST(SqlView, KeepsNumbersNumbersAndTextsHarmlessInCsv) {
  EXPECT_EQ(sql_csv(make_table()), "status,n,ids\r\nok,1200,\"[1, 2]\"\r\n'=1+1,-5,\r\n");
}

TEST(SqlView, WritesJson) {
  record::SqlTable table = make_table();
  table.rows = {{"\"ok\"", "1", "[1,2]"}, {std::nullopt, "2", std::nullopt}};
  table.truncated = true;
  EXPECT_EQ(sql_json(table),
            "{\"columns\": [{\"name\": \"status\", \"type\": \"VARCHAR\"}, {\"name\": \"n\", "
            "\"type\": \"BIGINT\"}, {\"name\": \"ids\", \"type\": \"INTEGER[]\"}],\n"
            "\"rows\": [\n  {\"status\": \"ok\", \"n\": 1, \"ids\": [1,2]},\n"
            "  {\"status\": null, \"n\": 2, \"ids\": null}\n],\n\"truncated\": true}\n");
  EXPECT_EQ(sql_json_lines(table),
            "{\"status\": \"ok\", \"n\": 1, \"ids\": [1,2]}\n"
            "{\"status\": null, \"n\": 2, \"ids\": null}\n");
}

}  // namespace
}  // namespace tt::app
