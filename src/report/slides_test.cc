#include "report/slides.h"

#include <gtest/gtest.h>

#include "report/test_office.h"

namespace tt::report {
namespace {

std::vector<std::string> titles_of(const Document& document) {
  std::vector<std::string> titles;
  for (const auto& slide : make_slides(document)) titles.push_back(slide.title);
  return titles;
}

Picture picture(std::string id, std::string alt) {
  return {.id = std::move(id),
          .title = "A chart",
          .alt = std::move(alt),
          .note = "How to read it.",
          .light = "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='56'/>"};
}

TEST(Slides, TellTheAnswerTheEvidenceTheRiskAndTheNextSteps) {
  TestRun run({"vllm", "tgi"});
  run.pictures = {picture("ttft-percentiles", "Percentiles. p99: vllm 12 ms. More."),
                  picture("ttft-spread", "Box. The middle half: 5 ms to 6 ms.")};
  const auto titles = titles_of(run.document());
  EXPECT_EQ(titles[0], "night: vllm and tgi");
  EXPECT_EQ(titles[1], run.summary().answer.headline);
  EXPECT_EQ(titles[2], "The middle half: 5 ms to 6 ms");
  EXPECT_EQ(titles[3], "p99: vllm 12 ms");
  EXPECT_EQ(titles[4], "First words within 0.1 s: vllm 45.25%, tgi 15.75%");
  EXPECT_EQ(titles[5], "1 of 2 objectives are met, 1 missed");
  EXPECT_EQ(titles[7], "Next steps");
  EXPECT_EQ(titles.back(), "Appendix: where the figures come from");
  EXPECT_EQ(titles.size(), kMostSlides);
}

TEST(Slides, AreNeverFewerThanSixNorMoreThanTen) {
  EXPECT_EQ(titles_of(Document{.title = "Nothing", .subtitle = {}, .metadata = {}, .sections = {}})
                .size(),
            kFewestSlides);
  TestRun run({"vllm", "tgi", "ollama"});
  for (int i = 0; i < 30; ++i) {
    run.pictures.push_back(picture("chart-" + std::to_string(i), "A. B."));
  }
  EXPECT_EQ(titles_of(run.document()).size(), kMostSlides);
  EXPECT_GE(titles_of(TestRun({"vllm"}).document(Audience::kExecutive)).size(), kFewestSlides);
}

TEST(Slides, SectionsOfOtherKindsAndCostHaveTheirPlace) {
  TestRun run({"vllm", "tgi"});
  auto document = run.document();
  document.sections.push_back(
      {"cost", "Cost", {Callout{Tone::kPlain, "vllm saves $410 a month", {}}}});
  document.sections.push_back({"waves", "Waves", {Paragraph{plain("It rises.")}}});
  const auto titles = titles_of(document);
  EXPECT_NE(std::ranges::find(titles, "vllm saves $410 a month"), titles.end());
  EXPECT_NE(std::ranges::find(titles, "Waves"), titles.end());
  for (const auto& slide : make_slides(document)) {
    if (slide.title != "Next steps") continue;
    for (const Text& item : std::get<Bullets>(slide.blocks.front()).items) {
      EXPECT_EQ(plain_text(item).find("Put a price"), std::string::npos);
    }
  }
}

TEST(Slides, NextStepsFollowFromTheAnswer) {
  const auto first_step = [](Tone tone) {
    const Document document{.title = "x",
                            .subtitle = "load",
                            .metadata = {},
                            .sections = {{"answer", "A", {Callout{tone, "so it is", {}}}}}};
    for (const auto& slide : make_slides(document)) {
      if (slide.title != "Next steps") continue;
      return std::get<Bullets>(slide.blocks.front()).items.front().front().text;
    }
    return std::string();
  };
  EXPECT_EQ(first_step(Tone::kGood), "Try it on a part of the traffic. ");
  EXPECT_EQ(first_step(Tone::kWarn), "Measure longer. ");
  EXPECT_EQ(first_step(Tone::kBad), "Measure again. ");
  EXPECT_EQ(first_step(Tone::kPlain), "Compare. ");
}

TEST(Slides, AReportsOwnRisksAndStepsAreTaken) {
  const Document document{
      .title = "x",
      .subtitle = {},
      .metadata = {},
      .sections = {{"recommendation", "R", {Callout{Tone::kPlain, "We recommend vllm", {}}}},
                   {"cost",
                    "Cost",
                    {Callout{Tone::kWarn, "tgi has no price", {}},
                     Bullets{{plain("vllm costs $410 a month")}},
                     Table{.columns = {{"a"}, {"b"}},
                           .rows = {{{.text = "1", .number = {}}, {.text = "2", .number = {}}}}}}},
                   {"risks", "Risks", {Bullets{{plain("One GPU alone was measured.")}}}},
                   {"steps", "Next steps", {Bullets{{plain("Do this.")}}}}}};
  const auto slides = make_slides(document);
  EXPECT_EQ(slides[1].title, "We recommend vllm");
  EXPECT_EQ(slides[2].title, "vllm costs $410 a month");
  EXPECT_EQ(plain_text(std::get<Bullets>(slides[3].blocks[0]).items[0]),
            "One GPU alone was measured.");
  EXPECT_EQ(plain_text(std::get<Bullets>(slides[4].blocks[0]).items[0]), "Do this.");
}

TEST(Slides, OfSeveralAnswersNoneStandsForTheOthers) {
  const Document document{
      .title = "x",
      .subtitle = {},
      .metadata = {},
      .sections = {{"regression",
                    "Did it get worse?",
                    {Callout{Tone::kGood, "vllm: no", {}}, Callout{Tone::kBad, "tgi: yes", {}}}}}};
  const auto slide = make_slides(document)[1];
  EXPECT_EQ(slide.title, "Did it get worse?");
  ASSERT_EQ(slide.blocks.size(), 2U);
  EXPECT_EQ(plain_text(std::get<Paragraph>(slide.blocks[1]).text), "tgi: yes");
}

TEST(Slides, WhatIsTooLongForATitleStandsBelowItWhole) {
  const std::string why(200, 'w');
  const Document document{
      .title = "x",
      .subtitle = {},
      .metadata = {},
      .sections = {{"answer", "The answer", {Callout{Tone::kWarn, "No winner: " + why, {}}}},
                   {"risks", "Risks", {Bullets{{plain("a risk")}}}},
                   {"trust",
                    "Can it be trusted?",
                    {Paragraph{plain("1 of 2 checks passed; " + why)},
                     Bullets{{{{.text = "fine", .tone = Tone::kGood}},
                              {{.text = "a check", .tone = Tone::kWarn}}}}}}}};
  const auto slides = make_slides(document);
  EXPECT_EQ(slides[1].title, "No winner");
  EXPECT_EQ(plain_text(std::get<Paragraph>(slides[1].blocks[0]).text), why);
  const auto risk = std::ranges::find(slides, "1 of 2 checks passed", &Slide::title);
  ASSERT_NE(risk, slides.end());
  const auto& items = std::get<Bullets>(risk->blocks[0]).items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(plain_text(items[1]), "a check");
}

TEST(Slides, AChartWithoutASecondSentenceKeepsItsTitle) {
  EXPECT_EQ(finding_of(picture("x", "Only what it is.")), "A chart");
  EXPECT_EQ(finding_of(picture("x", "What it is. 1.5 ms of 2.5 ms. More.")), "1.5 ms of 2.5 ms");
}

}  // namespace
}  // namespace tt::report
