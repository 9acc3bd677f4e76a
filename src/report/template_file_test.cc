#include "report/template_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "report/html.h"
#include "report/markdown.h"
#include "report/test_runs.h"

namespace tt::report {
namespace {

std::string fault_of(std::string_view yaml) {
  const auto made = parse_template(yaml, "t.yaml");
  return made ? "good" : made.error().text();
}

TEST(TemplateFile, SaysWhatADocumentHolds) {
  const auto made = parse_template(
      "kind: decision\naudience: executive\ntitle: Which?\naccent: \"#1D4ed8\"\n"
      "sections:\n  - title: Why\n    text: |\n      We **must**.\n  - recommendation\n"
      "  - section: steps\n    title: And now\n    after: Ask `ops`.\n",
      "t.yaml");
  ASSERT_TRUE(made) << made.error().text();
  const auto outline = outline_of(*made, {}, {});
  EXPECT_EQ(outline.kind, Kind::kDecision);
  EXPECT_EQ(outline.audience, Audience::kExecutive);
  const TestRun run({"vllm", "tgi"});
  const std::vector<ReportRun> runs = {run.report_run()};
  const auto sides = sides_of(runs);
  const auto document =
      make_report({.runs = runs, .sides = sides, .contests = {run.contest(), 1}}, outline);
  EXPECT_EQ(document.title, "Which?");
  EXPECT_EQ(document.accent, "#1D4ed8");
  ASSERT_EQ(document.sections.size(), 3U);
  EXPECT_EQ(document.sections[0].id, "text-1");
  EXPECT_EQ(document.sections[0].title, "Why");
  EXPECT_EQ(document.sections[1].id, "recommendation");
  EXPECT_EQ(document.sections[2].title, "And now");
  const auto text = markdown(document);
  EXPECT_NE(text.find("We **must**."), std::string::npos) << text;
  EXPECT_NE(text.find("Ask `ops`."), std::string::npos) << text;
}

TEST(TemplateFile, TheCommandLineWins) {
  const auto made = parse_template("kind: decision\naudience: executive\n", "t.yaml");
  const auto outline = outline_of(*made, Kind::kSlo, Audience::kEngineer);
  EXPECT_EQ(outline.kind, Kind::kSlo);
  EXPECT_EQ(outline.audience, Audience::kEngineer);
  EXPECT_FALSE(outline.chapters.empty());
}

TEST(TemplateFile, FaultsHaveAPlaceAndARemedy) {
  EXPECT_EQ(fault_of("sections:\n  - recomendation\n"),
            "t.yaml:2:5: sections[0]: there is no section 'recomendation'; did you mean "
            "recommendation?\n");
  EXPECT_NE(fault_of("kind: king\n").find("t.yaml:1:7: kind: 'king' is none of run, executive"),
            std::string::npos);
  EXPECT_NE(fault_of("audience: all\n").find("t.yaml:1:11"), std::string::npos);
  EXPECT_NE(fault_of("title: " + std::string(400, 'x')).find("longer than 300 letters"),
            std::string::npos);
  std::string wide = "title: ";
  for (int i = 0; i < 300; ++i) wide += "速";  // three bytes each
  EXPECT_TRUE(parse_template(wide, "t.yaml"));
  EXPECT_FALSE(parse_template(wide + "度", "t.yaml"));
  EXPECT_NE(fault_of("accent: red\n").find("write it as \"#1d4ed8\""), std::string::npos);
  EXPECT_NE(fault_of("sections:\n  - answer\n  - answer\n").find("stands in it twice"),
            std::string::npos);
  EXPECT_NE(fault_of("sections:\n  - text: x\n").find("needs a title"), std::string::npos);
  EXPECT_NE(fault_of("sections:\n  - title: x\n").find("needs section"), std::string::npos);
  EXPECT_NE(fault_of("sections: []\n").find("holds no section"), std::string::npos);
  EXPECT_NE(fault_of("section: [answer]\n").find("t.yaml:1:1"), std::string::npos);
  // All at once.
  const auto two = fault_of("kind: king\naccent: red\n");
  EXPECT_NE(two.find("king"), std::string::npos);
  EXPECT_NE(two.find("red"), std::string::npos);
}

TEST(TemplateFile, EveryExampleIsGood) {
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TT_SOURCE_DIR) / "examples/reports")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto made = load_template(entry.path().string());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(std::string(kind_name(*made->kind)) + ".yaml", entry.path().filename());
    ++read;
  }
  EXPECT_EQ(read, 7U);
}

TEST(TemplateFile, ALogoIsAPictureOrAnError) {
  const auto folder = std::filesystem::temp_directory_path() / "tt_template_logo";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "a.svg") << "<?xml version=\"1.0\"?><svg "
                                     "xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" "
                                     "height=\"9\"><path d=\"M0 0h9v9\"/></svg>";
  std::ofstream(folder / "a.txt") << "no picture";
  std::ofstream(folder / "big.svg") << "<svg>" << std::string(kMaxLogoBytes, ' ') << "</svg>";
  const auto yaml = (folder / "t.yaml").string();
  const auto logo = load_logo({.logo = "a.svg", .logo_text = "<ACME>"}, yaml);
  ASSERT_TRUE(logo);
  EXPECT_TRUE(logo->svg);
  const auto page = html({.title = "T", .logo = *logo, .accent = "#112233"});
  EXPECT_NE(page.find("alt=\"&lt;ACME&gt;\""), std::string::npos);
  EXPECT_NE(page.find("--accent: #112233"), std::string::npos);
  EXPECT_FALSE(load_logo({.logo = "a.txt"}, yaml));
  // Whole pictures alone: no document shows half a logo where another leaves it out.
  const std::string head("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
  const auto refused = [&](const std::string& bytes) {
    std::ofstream(folder / "bad.png") << bytes;
    const auto bad = load_logo({.logo = "bad.png"}, yaml);
    return bad ? std::string() : bad.error().text();
  };
  EXPECT_NE(refused(head + std::string("\0\0\0\x10\0\0\0\x10", 8)).find("damaged"),
            std::string::npos);
  EXPECT_NE(refused(head + std::string("\x7f\xff\xff\xff\0\0\0\x10", 8)).find("pixels"),
            std::string::npos);
  std::ofstream(folder / "bad.svg") << "<svg xmlns=\"http://www.w3.org/2000/svg\"><path";
  EXPECT_FALSE(load_logo({.logo = "bad.svg"}, yaml));
  EXPECT_FALSE(load_logo({.logo = "big.svg"}, yaml));
  // Office files would carry what is more than a picture.
  for (const auto* more : {"<script>x()</script>", "<g onload=\"x()\"/>",
                           "<image href=\"file:///etc/passwd\"/>", "<foreignObject/>"}) {
    std::ofstream(folder / "more.svg") << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" "
                                          "height=\"9\"><path d=\"M0 0h9v9\"/>"
                                       << more << "</svg>";
    const auto bad = load_logo({.logo = "more.svg"}, yaml);
    ASSERT_FALSE(bad) << more;
    EXPECT_NE(bad.error().text().find("scripts or links"), std::string::npos);
  }
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_FALSE(load_logo({.logo = "pipe"}, yaml)) << "and does not wait";
  EXPECT_FALSE(load_logo({.logo = "none.png"}, yaml));
  EXPECT_TRUE(load_logo({}, yaml)->bytes.empty());
  std::filesystem::remove_all(folder);
}

std::string shown(std::string_view text) {
  return markdown({.title = "T", .sections = {{"s", "S", blocks_of_markdown(text)}}});
}

TEST(OwnText, ParagraphsBulletsBoldCodeLinks) {
  const auto text = shown("One\nline.\n\n- a **b**\n  goes on\n* `c`\n\nSee [docs](http://x).");
  EXPECT_NE(text.find("\nOne line.\n\n- a **b** goes on\n- `c`\n\nSee docs (http://x)."),
            std::string::npos)
      << text;
}

TEST(OwnText, WhatIsNotKnownStaysText) {
  const auto text = shown("# no heading **open `open [x](y <script>\n\n***\n\n``");
  EXPECT_NE(text.find("\\# no heading"), std::string::npos) << text;
  EXPECT_EQ(text.find("<script>"), std::string::npos) << text;
}

}  // namespace
}  // namespace tt::report
