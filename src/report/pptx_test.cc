#include "report/pptx.h"

#include <string>

#include <gtest/gtest.h>

#include "report/test_office.h"

namespace tt::report {
namespace {

const char* const kSvg =
    "<svg xmlns='http://www.w3.org/2000/svg' width='96' height='56'><rect width='9' "
    "height='9'/></svg>";

TestRun charted(std::vector<std::string> names) {
  TestRun run(std::move(names), 40);
  run.pictures = {
      {.id = "a", .title = "A", .alt = "A chart. It found x.", .note = "Read it.", .light = kSvg}};
  return run;
}

std::size_t slides_of(const Files& files) {
  std::size_t count = 0;
  while (files.contains("ppt/slides/slide" + std::to_string(count + 1) + ".xml")) ++count;
  return count;
}

TEST(Pptx, IsWhole) {
  const auto run = charted({"vllm", "tgi"});
  const auto bytes = pptx(run.document());
  ASSERT_TRUE(bytes) << bytes.error().message;
  const auto files = unzip(*bytes);
  expect_whole(files);
  EXPECT_EQ(slides_of(files), 9U);
  const auto list = parsed(files, "ppt/presentation.xml");
  EXPECT_EQ(list.select_nodes("//p:sldId").size(), 9U);
  for (std::size_t i = 1; i <= 9; ++i) {
    const auto slide = parsed(files, "ppt/slides/slide" + std::to_string(i) + ".xml");
    EXPECT_FALSE(texts_of(slide, "a:t").empty());
    const auto notes = parsed(files, "ppt/notesSlides/notesSlide" + std::to_string(i) + ".xml");
    EXPECT_GT(texts_of(notes, "a:t").size(), 10U);
  }
  EXPECT_EQ(*bytes, *pptx(run.document()));
  const auto core = parsed(files, "docProps/core.xml");
  EXPECT_STREQ(core.child("cp:coreProperties").child("dcterms:created").text().get(),
               "2026-01-31T12:00:00Z");
}

TEST(Pptx, AChartIsVectorAndPictureAndWords) {
  const auto files = unzip(*pptx(charted({"vllm", "tgi"}).document()));
  const auto slide = parsed(files, "ppt/slides/slide3.xml");
  EXPECT_EQ(files.at("ppt/media/chart3.svg"), kSvg);
  EXPECT_EQ(files.at("ppt/media/chart3.png").substr(1, 3), "PNG");
  EXPECT_STREQ(slide.select_node("//p:pic//p:cNvPr/@descr").attribute().value(),
               "A chart. It found x.");
  EXPECT_TRUE(slide.select_node("//a:blip/@r:embed"));
  EXPECT_TRUE(slide.select_node("//asvg:svgBlip/@r:embed"));
  EXPECT_NE(texts_of(slide, "a:t").find("It found x"), std::string::npos);
}

TEST(Pptx, TablesAndTextsCanBeEdited) {
  const auto files = unzip(*pptx(charted({"vllm", "tgi"}).document()));
  const auto slide = parsed(files, "ppt/slides/slide2.xml");
  EXPECT_EQ(slide.select_nodes("//a:tbl/a:tr").size(), 3U);
  EXPECT_NE(texts_of(slide, "a:t").find("vllm (model)"), std::string::npos);
  EXPECT_TRUE(slide.select_node("//a:fld[@type='slidenum']"));
}

TEST(Pptx, EveryShapeLiesOnTheSlide) {
  for (const auto& names :
       {std::vector<std::string>{"vllm"}, std::vector<std::string>{"a", "b", "c", "d", "e"}}) {
    for (const auto& [path, text] : unzip(*pptx(charted(names).document()))) {
      if (!path.starts_with("ppt/slides/slide")) continue;
      pugi::xml_document slide;
      slide.load_string(text.c_str());
      for (const auto& found : slide.select_nodes("//a:xfrm[a:ext] | //p:xfrm[a:ext]")) {
        const auto off = found.node().child("a:off");
        const auto ext = found.node().child("a:ext");
        EXPECT_LE(off.attribute("x").as_llong() + ext.attribute("cx").as_llong(), 12'192'000);
        EXPECT_LE(off.attribute("y").as_llong() + ext.attribute("cy").as_llong(), 6'309'360);
      }
    }
  }
}

TEST(Pptx, HostileNamesHarmNothing) {
  const auto names = hostile_names();
  auto run = charted({names.begin(), names.begin() + 5});
  run.manifest.name = names[5];
  run.pictures.front().alt = names[1] + ". " + names[4];
  run.insights.front().simple = names[6];
  const auto bytes = pptx(run.document());
  ASSERT_TRUE(bytes);
  expect_whole(unzip(*bytes));
}

TEST(Pptx, FiguresStayBehindNamesThatRunLeft) {
  auto run = charted({"vllm"});
  run.insights.front().simple = "שלום: 1.46";
  const auto bytes = pptx(run.document());
  ASSERT_TRUE(bytes);
  std::string all;
  for (const auto& [name, file] : unzip(*bytes)) {
    if (name.starts_with("ppt/slides/slide")) all += file;
  }
  EXPECT_NE(all.find("\u2068שלום\u2069: 1.46"), std::string::npos);
}

TEST(Pptx, ABrokenChartIsAnError) {
  auto run = charted({"vllm"});
  run.pictures.front().light = "no picture";
  EXPECT_FALSE(pptx(run.document()));
}

}  // namespace
}  // namespace tt::report
