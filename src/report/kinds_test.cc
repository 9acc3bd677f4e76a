#include "report/kinds.h"

#include <gtest/gtest.h>

#include "base/test_gold.h"
#include "report/markdown.h"
#include "report/test_runs.h"

namespace tt::report {
namespace {

std::vector<std::string> ids_of(const Document& document) {
  std::vector<std::string> ids;
  for (const auto& section : document.sections) ids.push_back(section.id);
  return ids;
}

TEST(Kinds, GoldForAnEngineer) {
  expect_gold(markdown(TestRun({"vllm", "tgi", "ollama"}).document()), "report/run_engineer.md");
}

TEST(Kinds, AnExecutiveIsSparedTheTables) {
  EXPECT_EQ(ids_of(TestRun({"vllm", "tgi"}).document(Audience::kExecutive)),
            (std::vector<std::string>{"answer", "targets", "users", "business", "insights",
                                      "objectives", "trust", "steps"}));
}

TEST(Kinds, OneTargetAloneIsToldByItsFigures) {
  const auto text = markdown(TestRun({"vllm"}).document(Audience::kProduct));
  EXPECT_NE(text.find("vllm: TTFT p50 1"), std::string::npos) << text;
  EXPECT_EQ(text.find("Figure by figure"), std::string::npos);
}

TEST(Kinds, AllFailedAndForeignTextHarmNothing) {
  TestRun run({"<script>|x|"}, 0);
  run.rows_.clear();
  for (std::uint64_t i = 0; i < 20; ++i) {
    run.rows_.push_back(analysis::make_failed({}, Status::kTls, i));
    run.rows_.back().error = "| <b>bad</b>\n# heading " + std::string(500, 'x');
  }
  run.finish();
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    const auto text = markdown(run.document(static_cast<Kind>(kind), Audience::kEngineer));
    EXPECT_EQ(text.find("<script>"), std::string::npos);
    EXPECT_EQ(text.find("<b>"), std::string::npos);
    EXPECT_EQ(text.find("\n# heading"), std::string::npos);
  }
  EXPECT_NE(markdown(run.document()).find("tls"), std::string::npos);
}

TEST(Kinds, NothingAtAllIsADocumentToo) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    const auto outline = outline_of(static_cast<Kind>(kind), Audience::kEngineer);
    EXPECT_FALSE(markdown(make_report({}, outline)).empty());
  }
  EXPECT_FALSE(markdown(TestRun({}, 0).document()).empty());
}

TEST(Kinds, EverySectionThatAKindNamesIsThere) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    for (int audience = 0; audience < 4; ++audience) {
      const auto outline = outline_of(static_cast<Kind>(kind), static_cast<Audience>(audience));
      for (const auto& chapter : outline.chapters) {
        EXPECT_TRUE(std::ranges::any_of(section_names(), [&](const auto& name) {
          return name.id == chapter.id;
        })) << chapter.id;
      }
    }
  }
}

TEST(Kinds, NamesAreReadBack) {
  for (int kind = 0; kind <= static_cast<int>(Kind::kSlo); ++kind) {
    EXPECT_EQ(kind_from_name(kind_name(static_cast<Kind>(kind))), static_cast<Kind>(kind));
  }
  EXPECT_FALSE(kind_from_name("king"));
}

}  // namespace
}  // namespace tt::report
