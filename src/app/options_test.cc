#include "app/options.h"

#include <array>

#include <gtest/gtest.h>

namespace tt::app {
namespace {

constexpr std::array kOptions = {
    Option{"--rate", "R", ""}, Option{"--order", "interleaved|sequential", ""},
    Option{"--slo", "S", "", "", true}, Option{"--json", "", ""}, Option{"--help", "", ""}};

Result<Arguments> parse(std::vector<std::string_view> words) {
  static std::vector<std::vector<std::string_view>> kept;  // arguments point into the words
  kept.push_back(std::move(words));
  return parse_arguments(kept.back(), kOptions);
}

std::string fault(std::vector<std::string_view> words) {
  const auto parsed = parse(std::move(words));
  return parsed ? "" : parsed.error().text();
}

TEST(ParseArguments, ReadsBothSpellings) {
  const auto a = parse({"plan.yaml", "--rate", "4", "--order=sequential", "--json"});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->words(), std::vector<std::string_view>{"plan.yaml"});
  EXPECT_EQ(a->value("--rate"), "4");
  EXPECT_EQ(a->value("--order"), "sequential");
  EXPECT_TRUE(a->has("--json"));
  EXPECT_FALSE(a->has("--slo"));
  EXPECT_EQ(a->value("--slo"), std::nullopt);
}

TEST(ParseArguments, KeepsEveryValueOfARepeatableOption) {
  const auto a = parse({"--slo", "a=1", "--slo=b=2"});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->all("--slo"), (std::vector<std::string_view>{"a=1", "b=2"}));
}

TEST(ParseArguments, TakesEverythingAfterTwoDashesAsWords) {
  const auto a = parse({"--json", "--", "--rate"});
  ASSERT_TRUE(a);
  EXPECT_EQ(a->words(), std::vector<std::string_view>{"--rate"});
}

TEST(ParseArguments, SuggestsTheNearestOption) {
  EXPECT_EQ(fault({"--ratee", "4"}), "there is no option --ratee; did you mean --rate?");
  EXPECT_EQ(fault({"--xyz"}), "there is no option --xyz");
  EXPECT_EQ(fault({"-x"}), "there is no option -x");
}

TEST(ParseArguments, RefusesWhatCannotBeMeant) {
  EXPECT_EQ(fault({"--rate"}), "--rate: needs a value: --rate R");
  EXPECT_EQ(fault({"--rate", "--json"}), "--rate: needs a value: --rate R");
  EXPECT_EQ(fault({"--rate", "1", "--rate", "2"}), "--rate: is there twice");
  EXPECT_EQ(fault({"--json=1"}), "--json: takes no value");
  EXPECT_EQ(fault({"--order", "random"}), "--order: 'random' is none of interleaved, sequential");
}

TEST(ParseArguments, ShortHelp) { EXPECT_TRUE(parse({"-h"})->has("--help")); }

TEST(Arguments, ReadsNumbers) {
  EXPECT_EQ(**parse({"--rate", "16"})->count("--rate"), 16u);
  EXPECT_EQ(**parse({"--rate", "0.5"})->number("--rate", 0), 0.5);
  EXPECT_EQ(**parse({"--rate", "90s"})->duration("--rate"), 90 * kSecond);
  EXPECT_EQ(*parse({})->count("--rate"), std::nullopt);
}

TEST(Arguments, SaysWhatIsWrongWithANumber) {
  const auto count = [](std::string_view text) {
    return parse({"--rate", text})->count("--rate", 1, 10).error().text();
  };
  EXPECT_EQ(count("x"), "--rate: 'x' is not a whole number");
  EXPECT_EQ(count("-1"), "--rate: '-1' is not a whole number");
  EXPECT_EQ(count("1.5"), "--rate: '1.5' is not a whole number");
  EXPECT_EQ(count("99999999999999999999"), "--rate: '99999999999999999999' is not a whole number");
  EXPECT_EQ(count("0"), "--rate: 0 is not from 1 to 10");
  EXPECT_EQ(count("11"), "--rate: 11 is not from 1 to 10");
  EXPECT_EQ(parse({"--rate", "0"})->number("--rate", 0).error().text(), "--rate: 0 is not above 0");
  EXPECT_EQ(parse({"--rate", "nan"})->number("--rate", 0).error().text(),
            "--rate: 'nan' is not a number");
  EXPECT_FALSE(parse({"--rate", "soon"})->duration("--rate"));
}

}  // namespace
}  // namespace tt::app
