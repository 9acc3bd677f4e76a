#include "report/xlsx.h"

#include <gtest/gtest.h>

#include "report/test_office.h"
#include "report/xlsx_book.h"

namespace tt::report {
namespace {

Files workbook_of(const TestRun& run, std::size_t most_rows = kExcelRows) {
  const auto of = run.report_run();
  const RunSource source{.run = of, .contest = run.contest(), .rows = run.rows};
  const auto bytes = xlsx(run.document(), &source, most_rows);
  EXPECT_TRUE(bytes) << bytes.error().message;
  return bytes ? unzip(*bytes) : Files();
}

// Path of the sheet by its name.
std::string path_of(const Files& files, const std::string& name) {
  const auto book = parsed(files, "xl/workbook.xml");
  int number = 1;
  for (const auto& sheet : book.child("workbook").child("sheets").children()) {
    if (name == sheet.attribute("name").value()) {
      return "xl/worksheets/sheet" + std::to_string(number) + ".xml";
    }
    ++number;
  }
  return {};
}

pugi::xml_node cell_of(const pugi::xml_document& sheet, const std::string& place) {
  return sheet.select_node(("//c[@r='" + place + "']").c_str()).node();
}

std::vector<std::string> sheets_of(const Files& files) {
  std::vector<std::string> names;
  const auto book = parsed(files, "xl/workbook.xml");
  for (const auto& sheet : book.child("workbook").child("sheets").children()) {
    names.emplace_back(sheet.attribute("name").value());
  }
  return names;
}

TEST(Xlsx, SheetsOfARun) {
  const TestRun run({"vllm", "tgi"});
  const auto files = workbook_of(run);
  expect_whole(files);
  EXPECT_EQ(sheets_of(files),
            (std::vector<std::string>{"Summary", "Comparison", "Percentiles", "Distribution",
                                      "Cost", "Insights", "Configuration", "Requests"}));
  EXPECT_TRUE(files.contains("xl/charts/chart6.xml"));
  const auto requests = parsed(files, path_of(files, "Requests"));
  EXPECT_EQ(requests.select_nodes("//row").size(), run.rows.size() + 1);
  EXPECT_STREQ(requests.select_node("//autoFilter/@ref").attribute().value(), "A1:S801");
  EXPECT_STREQ(requests.select_node("//pane/@state").attribute().value(), "frozen");
}

TEST(Xlsx, ChartsHaveTheColoursOfTargets) {
  TestRun run({"vllm", "tgi"});
  run.input.targets[1].colour = "#0f766e";
  const auto files = workbook_of(run);
  const auto& chart = files.at("xl/charts/chart1.xml");
  EXPECT_NE(chart.find("<a:srgbClr val=\"7C3AED\"/>"), std::string::npos);
  EXPECT_NE(chart.find("<a:srgbClr val=\"0F766E\"/>"), std::string::npos) << "the user's own";
}

TEST(Xlsx, FiguresAreNumbersAsMeasured) {
  const TestRun run({"vllm", "tgi"});
  const auto files = workbook_of(run);
  const auto sheet = parsed(files, path_of(files, "Percentiles"));
  const auto* ttft = run.summary().targets[0].distribution(analysis::MetricId::kTtft);
  EXPECT_DOUBLE_EQ(cell_of(sheet, "E2").child("v").text().as_double(), ttft->at(0.5)->value);
  EXPECT_DOUBLE_EQ(cell_of(sheet, "H2").child("v").text().as_double(), ttft->at(0.99)->value);
  const auto comparison = parsed(files, path_of(files, "Comparison"));
  EXPECT_STREQ(cell_of(comparison, "E2").child("is").child("t").text().get(), "vllm");
}

TEST(Xlsx, OneTargetAloneIsComparedWithNothing) {
  const auto files = workbook_of(TestRun({"vllm"}));
  expect_whole(files);
  EXPECT_TRUE(path_of(files, "Comparison").empty());
  EXPECT_FALSE(path_of(files, "Percentiles").empty());
}

TEST(Xlsx, RequestsThatDoNotFitAreSaidToBeLeftOut) {
  const TestRun run({"vllm"});
  const auto files = workbook_of(run, 101);
  const auto requests = parsed(files, path_of(files, "Requests"));
  EXPECT_EQ(requests.select_nodes("//row").size(), 101U);
  const auto summary = texts_of(parsed(files, path_of(files, "Summary")), "t");
  EXPECT_NE(summary.find("first 100 of 400 requests"), std::string::npos) << summary;
  const auto whole = texts_of(parsed(workbook_of(run), "xl/worksheets/sheet1.xml"), "t");
  EXPECT_EQ(whole.find("requests: Excel has"), std::string::npos);
}

TEST(Xlsx, CostsFollowTheirAssumptions) {
  const TestRun run({"vllm", "tgi"});
  const auto of = run.report_run();
  const analysis::CostRun cost_run{&run.input, run.summary()};
  analysis::CostQuestion question;
  question.scales = {50};
  question.machines["vllm"] = {.gpu_hour = 3.99, .gpus = 2, .basis = "a list"};
  question.machines["tgi"] = {.gpu_hour = 1.5, .gpus = 1, .basis = "a list"};
  const auto cost = analysis::cost_report({&cost_run, 1}, question);
  const RunSource source{.run = of, .contest = run.contest(), .rows = run.rows, .cost = &*cost};
  const auto files = unzip(*xlsx(run.document(), &source));
  const auto sheet = parsed(files, path_of(files, "Cost"));
  const auto book = texts_of(parsed(files, "xl/workbook.xml"), "definedName");
  EXPECT_NE(book.find("'Cost'!$B$5"), std::string::npos) << book;
  // Every figure that is not measured or assumed is a formula, and its value that of the analysis.
  std::size_t formulas = 0;
  bool monthly = false;
  for (const auto& found : sheet.select_nodes("//c[f]")) {
    ++formulas;
    const double value = found.node().child("v").text().as_double();
    monthly = monthly || value == cost->targets[0].budgets[0]->monthly->value;
    EXPECT_GT(std::string_view(found.node().child("f").text().get()).size(), 5U);
  }
  EXPECT_EQ(formulas, 21U);
  EXPECT_TRUE(monthly);
}

TEST(Xlsx, ATargetThatMissesItsObjectivesHasNoBudget) {
  const TestRun run({"vllm", "tgi"});  // the second one misses ttft_p50=120ms
  const auto files = workbook_of(run);
  const auto sheet = parsed(files, path_of(files, "Cost"));
  EXPECT_TRUE(cell_of(sheet, "B26").child("f"));
  EXPECT_STREQ(cell_of(sheet, "C26").child("is").child("t").text().get(), "objectives missed");
  EXPECT_FALSE(cell_of(sheet, "C28").child("f"));
}

TEST(Xlsx, ForeignTextIsNoFormulaAndNoMarkup) {
  TestRun run({"a", "b", "c", "d", "e"}, 20);
  const auto names = hostile_names();
  for (std::size_t t = 0; t < run.input.targets.size(); ++t) {
    run.input.targets[t].name = names[t];
    run.input.targets[t].model = names[(t + 3) % names.size()];
  }
  run.manifest.name = names[0];
  run.manifest.plan_yaml = names[5] + "\n" + names[6];
  run.rows[0].request_id = names[0];
  run.rows[1].error = names[4];
  run.finish();
  const auto files = workbook_of(run);
  expect_whole(files);
  for (const auto& [path, text] : files) {
    if (!path.starts_with("xl/worksheets/sheet")) continue;
    EXPECT_EQ(text.find("<hyperlink"), std::string::npos) << path;
    if (path == path_of(files, "Cost")) continue;
    EXPECT_EQ(text.find("<f>"), std::string::npos) << path;
  }
  const auto texts = texts_of(parsed(files, path_of(files, "Requests")), "t");
  EXPECT_NE(texts.find("=cmd|' /C calc'!A1"), std::string::npos);
}

TEST(Xlsx, ADocumentAloneHasASheetForEachSection) {
  const TestRun run({"vllm", "tgi"});
  const auto bytes = xlsx(run.document(), nullptr);
  ASSERT_TRUE(bytes);
  const auto files = unzip(*bytes);
  expect_whole(files);
  EXPECT_FALSE(path_of(files, "Latency").empty());
  EXPECT_TRUE(path_of(files, "Requests").empty());
  EXPECT_EQ(*bytes, *xlsx(run.document(), nullptr));
}

TEST(XlsxText, IsWhatACellHolds) {
  EXPECT_EQ(excel_text("a\x01\xff"), "a \xef\xbf\xbd");
  EXPECT_EQ(excel_text("_x0041_ _x00_"), "_x005F_x0041_ _x00_");
  EXPECT_EQ(excel_text(std::string(40'000, 'x')).size(), 32'766U + 3);
}

TEST(XlsxNames, AreTakenByExcel) {
  EXPECT_EQ(sheet_name("a/b[c]:*?\\"), "a b c");
  EXPECT_EQ(sheet_name("'quoted'"), "quoted");
  EXPECT_EQ(sheet_name(""), "Sheet");
  EXPECT_EQ(sheet_name("History"), "Sheet");
  EXPECT_EQ(sheet_name(std::string(40, 'x')), std::string(30, 'x') + "…");
  auto book = Book::create();
  ASSERT_TRUE(book);
  EXPECT_EQ(book->sheet("Cost").name(), "Cost");
  EXPECT_EQ(book->sheet("COST").name(), "COST 2");
  EXPECT_TRUE(book->bytes());
}

}  // namespace
}  // namespace tt::report
