#include "plan/scenario.h"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>

namespace tt::plan {
namespace {

constexpr std::string_view kStory = R"(scenario:
  name: "short_prompt_long_completion"
  description: "Creative writing expansion"
  prompt: {template: "Write a story about {topic}", min_tokens: 5, max_tokens: 20}
  completion: {max_tokens: 500, temperature: 0.7, top_p: 0.9, top_k: 40, stop_sequences: ["END", "\n\n"]}
  test_cases:
    - topic: "a robot learning to paint"
    - topic: "time travel paradox"
)";

std::string faults_of(std::string_view yaml) {
  const auto scenario = parse_scenario(yaml, "s.yaml");
  return scenario ? "none" : scenario.error().text();
}

TEST(Scenario, BecomesAPlanByItsContent) {
  const auto plan = parse_plan(kStory, "story.yaml");
  ASSERT_TRUE(plan) << plan.error().text();
  EXPECT_EQ(plan->name, "short_prompt_long_completion");
  EXPECT_EQ(std::get<PromptFile>(plan->workload.prompts),
            (PromptFile{.path = "story.yaml", .format = PromptFile::Format::kScenario}));
  EXPECT_EQ(plan->workload.output.mean, 500);
  EXPECT_EQ(plan->workload.temperature, 0.7);
  EXPECT_EQ(plan->workload.extra_body, R"("top_p":0.9,"top_k":40,"stop":["END","\n\n"])");
  EXPECT_FALSE(plan->workload.force_length);
  EXPECT_EQ(plan->stop.requests, 2U);
  EXPECT_TRUE(plan->warnings.empty());
}

TEST(Scenario, FillsItsTemplate) {
  const TestCase values{.name = "", .values = {{"a", "1"}, {"b", "{a}"}}};
  EXPECT_EQ(fill_template("x {a} {{a}} { b }", values).value(), "x 1 {a} {a}");
  EXPECT_EQ(fill_template("{c}", values).error().message,
            "gives no value for the placeholder {c}; write {{ and }} for braces that are none");
  EXPECT_EQ(fill_template("open {", values).value(), "open {");
  EXPECT_EQ(fill_template("} {a} { {", values).value(), "} 1 { {");
}

TEST(Scenario, SaysWhichValuesPlayNoPart) {
  const auto scenario = parse_scenario(
      "scenario: {prompt: {template: \"{x}\"}, test_cases: [{name: a, x: 1, topic: b}, {x: 2, "
      "topic: "
      "c}]}",
      "s.yaml");
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->warnings, (std::vector<std::string>{
                                    "s.yaml:1:68: scenario.test_cases[0].topic: plays no part: no "
                                    "template has this placeholder"}));
}

TEST(Scenario, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(faults_of("scenario: {prompt: {template: \"{x}\"}, test_cases: [{y: 1}]}"),
            "s.yaml:1:52: scenario.test_cases[0]: gives no value for the placeholder {x}; write "
            "{{ and }} for braces that are none\n");
  EXPECT_EQ(
      faults_of("scenario: {prompt: {template: \"{x}\"}}"),
      "s.yaml:1:11: scenario.test_cases: gives no value for the placeholder {x}; write {{ and }} "
      "for braces that are none\n");
  EXPECT_EQ(faults_of("scenario:\n  name: a\n"),
            "s.yaml:2:3: scenario.prompt.template: is missing: the text of the prompts\n");
  EXPECT_EQ(faults_of("scenario:\n  prompt: {template: hi, min_tokens: few}\n"),
            "s.yaml:2:38: scenario.prompt.min_tokens: must be a whole number, not 'few'\n");
  EXPECT_EQ(
      faults_of("scenario: {prompt: {template: \"{x}\"}, test_cases: [{x: tokens(2000000)}]}"),
      "s.yaml:1:56: scenario.test_cases: 'tokens(2000000)' must ask for 1 to 1000000 tokens\n");
  EXPECT_EQ(
      faults_of("name: a\n"),
      "s.yaml:1:1: scenario: is missing or empty; docs/scenarios.md says what stands there\n");
  EXPECT_EQ(faults_of("scenario: 3\n"),
            "s.yaml:1:11: scenario: must be a map, not '3'\n"
            "s.yaml:1:11: scenario.prompt.template: is missing: the "
            "text of the prompts\n");
}

// Half a megabyte of open braces, and as many cases as placeholders: linear work, or this test
// takes minutes.
TEST(Scenario, HostileFilesTakeNoLonger) {
  const std::string braces(500'000, '{');
  std::string apart;
  for (int i = 0; i < 250'000; ++i) apart += "{ ";
  EXPECT_EQ(fill_template(braces, {}).value().size(), braces.size() / 2);
  EXPECT_EQ(fill_template(apart, {}).value(), apart);
  std::string yaml = "scenario: {prompt: {template: '";
  for (int i = 0; i < 100'000; ++i) yaml += "{a} ";
  yaml += "'}, test_cases: [";
  for (int i = 0; i < 20'000; ++i) yaml += "{a: b}, ";
  EXPECT_EQ(faults_of(yaml + "]}"), "none");
}

TEST(Scenario, WarnsOfWhatItDoesNotHonour) {
  const auto scenario = parse_scenario(R"(scenario:
  prompt: {template: hi, tone: dry}
  enabled: false
  targets:
    - {engine: ollama, model: "llama3.2:3b"}
)",
                                       "s.yaml");
  ASSERT_TRUE(scenario) << scenario.error().text();
  EXPECT_EQ(scenario->warnings,
            (std::vector<std::string>{
                "s.yaml:2:26: scenario.prompt.tone: is not known here and changes nothing",
                "s.yaml:5:7: scenario.targets: has no URL; name its server with --target "
                "ollama=http://host:port --model ollama=llama3.2:3b",
                "s.yaml:2:3: scenario.enabled: is false in the file; it is run all the same"}));
}

TEST(Scenario, EveryBuiltInOneIsGoodAndHasAFile) {
  const std::filesystem::path folder = TT_SOURCE_DIR "/examples/scenarios";
  std::set<std::string_view> names;
  for (const auto& builtin : builtin_scenarios()) {
    names.insert(builtin.name);
    EXPECT_TRUE(std::filesystem::exists(folder / (std::string(builtin.name) + ".yaml")));
    const auto scenario = parse_scenario(builtin.yaml, builtin.name);
    ASSERT_TRUE(scenario) << scenario.error().text();
    EXPECT_TRUE(scenario->warnings.empty()) << builtin.name << ": " << scenario->warnings.front();
    EXPECT_EQ(scenario->name, builtin.name);
    const auto plan = plan_of_scenario(*scenario, builtin.name);
    EXPECT_TRUE(check_plan(plan).empty()) << check_plan(plan).front().text();
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"short-to-long", "long-to-short", "long-to-long",
                                               "short-to-short", "customer-support", "code-review",
                                               "creative-writing", "technical-documentation",
                                               "business-intelligence"}));
}

TEST(Scenario, AConversationHasItsTurns) {
  const auto scenario = load_scenario("customer-support");
  ASSERT_TRUE(scenario);
  const auto plan = plan_of_scenario(*scenario, "customer-support");
  ASSERT_TRUE(plan.workload.sessions);
  EXPECT_EQ(plan.workload.sessions->think.mean, 2 * kSecond);
  EXPECT_EQ(plan.stop.requests, 16U);  // four conversations of four turns
  const auto first = load_scenario("nowhere");
  ASSERT_FALSE(first);
  EXPECT_NE(first.error().text().find("nowhere: is neither a file nor one of the built-in"),
            std::string::npos);
}

}  // namespace
}  // namespace tt::plan
