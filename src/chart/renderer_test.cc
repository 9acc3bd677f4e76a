#include "chart/renderer.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/jobs.h"
#include "base/test_gold.h"
#include "chart/catalogue.h"
#include "chart/option.h"
#include "chart/picture.h"
#include "chart/test_charts.h"

namespace tt::chart {
namespace {

const SteadyClock kClock;

Chart distribution(const TestRun& run) {
  return make_chart(*find_chart("ttft-distribution"), run.input());
}

std::string svg_of(const Chart& chart, const Page& page = {}) {
  auto svg = Renderer::create(kClock).value().svg(chart, page);
  EXPECT_TRUE(svg) << svg.error().message;
  return svg.value_or("");
}

TEST(Renderer, DrawsAsEver) {
  expect_gold(svg_of(distribution(three_targets()), {.width = 1280, .height = 720}),
              "chart/ttft-distribution.svg");
}

TEST(Renderer, SameChartSameBytes) {
  const auto run = three_targets();
  const Chart chart = distribution(run);
  const std::string first = svg_of(chart);
  auto renderer = Renderer::create(kClock);
  ASSERT_TRUE(renderer);
  ASSERT_TRUE(renderer->svg(make_chart(*find_chart("ttft-ecdf"), run.input()), {}));
  EXPECT_EQ(renderer->svg(chart, {}).value(), first);
  std::vector<std::string> drawn(4);
  std::vector<Job> jobs;
  for (auto& svg : drawn) jobs.emplace_back([&] { svg = svg_of(chart); });
  run_jobs(jobs);
  EXPECT_EQ(drawn, std::vector<std::string>(4, first));
}

TEST(Renderer, ThemesAndSizesDiffer) {
  const Chart chart = distribution(three_targets());
  const std::string light = svg_of(chart);
  const std::string dark = svg_of(chart, {.theme = Theme::kDark});
  EXPECT_NE(light.find("fill=\"#FFFFFF\""), std::string::npos);
  EXPECT_NE(dark.find("fill=\"#111827\""), std::string::npos);
  // Twice the size is the same layout, enlarged.
  const std::string small = svg_of(chart, {.width = 1280, .height = 720});
  const std::string large = svg_of(chart, {.width = 2560, .height = 1440});
  EXPECT_EQ(small.substr(small.find("<title>")), large.substr(large.find("<title>")));
  EXPECT_TRUE(large.starts_with("<svg width=\"2560\" height=\"1440\" viewBox=\"0 0 1280 720\""));
}

TEST(Renderer, SvgIsPlain) {
  const std::string svg = svg_of(distribution(three_targets()));
  for (const char* not_there :
       {"dominant-baseline", "<style", "<script", "class=", "NaN", "href"}) {
    EXPECT_EQ(svg.find(not_there), std::string::npos) << not_there;
  }
  EXPECT_NE(svg.find("<desc>Histogram of time to first token by target."), std::string::npos);
}

TEST(Renderer, PngAndPdf) {
  auto renderer = Renderer::create(kClock);
  ASSERT_TRUE(renderer);
  const Chart chart = distribution(three_targets());
  const Page page{.width = 640, .height = 480};
  const auto png = renderer->draw(chart, page, Format::kPng);
  ASSERT_TRUE(png);
  EXPECT_TRUE(png->starts_with("\x89PNG\r\n"));
  EXPECT_EQ(png->substr(16, 8), std::string("\0\0\x02\x80\0\0\x01\xE0", 8));  // 640 x 480
  const auto pdf = renderer->draw(chart, page, Format::kPdf);
  ASSERT_TRUE(pdf);
  EXPECT_TRUE(pdf->starts_with("%PDF-1."));
  EXPECT_NE(pdf->find("Inter-Regular"), std::string::npos);  // text, in our font
  EXPECT_EQ(pdf->find("CreationDate"), std::string::npos);
  EXPECT_EQ(renderer->draw(chart, page, Format::kPdf).value(), *pdf);
}

TEST(Renderer, HostileNamesAreText) {
  const std::vector<std::string> names = {
      "<script>alert(1)</script>&amp;\"'", "]]><svg onload=x>",
      "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D \xE2\x80\xAE evil",
      "\xF0\x9F\x98\x80 {b} {a|x} @purple #number",
      std::string("a\0b\x01\x1B[31m\xFF", 10) + std::string(10'000, 'n')};
  std::vector<TestTarget> targets;
  for (const auto& name : names) targets.push_back({.name = name, .requests = 40});
  const auto run = test_run(targets);
  auto renderer = Renderer::create(kClock);
  ASSERT_TRUE(renderer);
  for (const char* id : {"ttft-distribution", "ttft-spread", "ttft-shift", "ttft-ecdf",
                         "request-lanes", "request-waterfall"}) {
    const auto svg = renderer->svg(make_chart(*find_chart(id), run.input()), {});
    ASSERT_TRUE(svg) << id << ": " << svg.error().message;
    EXPECT_EQ(svg->find("<script"), std::string::npos) << id;
    EXPECT_EQ(svg->find("<svg onload"), std::string::npos) << id;
    EXPECT_EQ(svg->find('\x1B'), std::string::npos) << id;
    EXPECT_LT(svg->size(), 200'000U) << id;
    EXPECT_TRUE(svg_to_png(*svg)) << id;  // well-formed
  }
}

// Texts are members of objects in ECharts, and these are in every object already.
TEST(Renderer, NamesThatEveryObjectHasAreNames) {
  const std::vector<std::string> names = {"__proto__", "hasOwnProperty", "constructor", "valueOf",
                                          "toString"};
  std::vector<TestTarget> targets;
  std::vector<TestTarget> plain;
  for (const auto& name : names) {
    targets.push_back({.name = name, .requests = 40});
    plain.push_back({.name = "x" + name, .requests = 40});
  }
  const auto run = test_run(targets);
  const auto usual = test_run(plain);
  auto renderer = Renderer::create(kClock);
  ASSERT_TRUE(renderer);
  const auto parts = [](const std::string& svg) {
    return std::ranges::count(svg, '<');  // as many lines and texts, whatever they say
  };
  for (const char* id : {"ttft-distribution", "ttft-spread", "ttft-ecdf", "warm-up"}) {
    const auto svg = renderer->svg(make_chart(*find_chart(id), run.input()), {});
    const auto other = renderer->svg(make_chart(*find_chart(id), usual.input()), {});
    ASSERT_TRUE(svg && other) << id;
    EXPECT_EQ(parts(*svg), parts(*other)) << id;
    EXPECT_EQ(svg->find("[object"), std::string::npos) << id;
    EXPECT_TRUE(svg_to_png(*svg)) << id;
  }
}

TEST(Renderer, NamesTurnNoText) {
  const auto run = test_run({{.name = "a\u202e46.1\u2066", .requests = 40}});
  const auto json = chart_json(make_chart(*find_chart("ttft-ecdf"), run.input()));
  EXPECT_NE(json.find("a 46.1 "), std::string::npos);
  EXPECT_EQ(json.find("\u202e"), std::string::npos);
  EXPECT_EQ(json.find("\u2066"), std::string::npos);
}

TEST(Renderer, FiguresStayBehindNamesThatRunLeft) {
  const auto run = test_run({{.name = "שלום", .requests = 40}});
  const auto json = Json::parse(chart_json(make_chart(*find_chart("ttft-ecdf"), run.input())));
  EXPECT_NE(json.at("subtitle").get<std::string>().find("\u2068שלום\u2069 "), std::string::npos);
  EXPECT_EQ(json.at("legend").at(0), "שלום") << "names are found by their letters";
}

// Fontconfig of Debian brings DejaVu Sans, which has Hebrew.
TEST(Picture, LettersWeLackComeFromTheMachine) {
  ASSERT_TRUE(use_own_fonts());
  const std::string head =
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="99" height="40"><text y="20" )"
      R"(font-family="Inter">)";
  const auto fonts = [](const std::string& pdf) {
    std::set<std::string> names;
    for (std::size_t at = 0; (at = pdf.find("/FontName /", at)) != std::string::npos; ++at) {
      const std::size_t plus = pdf.find('+', at);  // ABCDEF+Name
      names.insert(pdf.substr(plus + 1, pdf.find_first_of("\n /", plus) - plus - 1));
    }
    return names;
  };
  const std::string plain = head + "n</text></svg>";
  const auto before = svg_to_pdf(plain);
  ASSERT_TRUE(before);
  EXPECT_EQ(fonts(*before), std::set<std::string>{"Inter-Regular"});
  const auto pdf = svg_to_pdf(head + "n \u05e9\u05dc\u05d5\u05dd</text></svg>");
  ASSERT_TRUE(pdf);
  EXPECT_TRUE(fonts(*pdf).contains("Inter-Regular"));
  EXPECT_EQ(fonts(*pdf).size(), 2U) << "no font of the machine; is fonts-dejavu-core there?";
  // The thread's fonts are ours again.
  EXPECT_EQ(svg_to_pdf(plain).value(), *before);
}

TEST(Picture, ReadsNothingOutside) {
  ASSERT_TRUE(use_own_fonts());
  const std::string head = R"(<svg xmlns="http://www.w3.org/2000/svg" )"
                           R"(xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">)";
  const std::string file = std::string(TT_SOURCE_DIR) + "/tests/gold/chart/ttft-distribution.svg";
  const auto empty = svg_to_png(head + "</svg>");
  ASSERT_TRUE(empty);
  for (const auto& reference : {"file://" + file, file, std::string("http://127.0.0.1:1/x.png")}) {
    EXPECT_EQ(svg_to_png(head + R"(<image width="64" height="64" xlink:href=")" + reference +
                         R"("/></svg>)")
                  .value(),
              *empty);
  }
}

TEST(Picture, BadInputIsAnError) {
  ASSERT_TRUE(use_own_fonts());
  EXPECT_FALSE(svg_to_png("no svg"));
  EXPECT_FALSE(svg_to_pdf("<svg"));
  const std::string svg =
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="10"></svg>)";
  EXPECT_TRUE(svg_to_png(svg));
  EXPECT_EQ(svg_to_png(svg, 2).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(svg_to_png(svg, 0).error().code, ErrorCode::kInvalidInput);
}

TEST(Renderer, ParsesSizes) {
  EXPECT_EQ(parse_size("1280x720")->width, 1280);
  EXPECT_EQ(parse_size("1280x720")->height, 720);
  for (const char* bad : {"", "x", "1280", "1280x", "x720", "1280x720x1", "-5x720", "1280 x720",
                          "10x10", "99999x720", "1e3x720"}) {
    EXPECT_FALSE(parse_size(bad)) << bad;
  }
}

TEST(Renderer, GivesUpInTime) {
  VirtualClock clock;
  auto renderer = Renderer::create(clock, {.bytes = 4 << 20});
  ASSERT_TRUE(renderer);
  EXPECT_EQ(renderer->svg(distribution(three_targets()), {}).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tt::chart
