#include "workload/graph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tt::workload {
namespace {

constexpr std::string_view kAgent = R"(
name: research agent
nodes:
  - id: answer
    after: [search, read]
    context: plan
    delay: 250ms
    prompt: Now answer.
  - id: plan
    system: You are a careful researcher.
    prompt: Plan the work.
    output: 60
    answer: First search, then read.
  - id: search
    after: plan
    delay: uniform(1s,2s)
    input: 300
    output: uniform(20,40)
  - id: read
    after: plan
    context: none
    input: 500
)";

std::vector<Graph> good(std::string_view yaml) {
  auto graphs = parse_graphs(yaml, "graph.yaml");
  EXPECT_TRUE(graphs) << graphs.error().text();
  return graphs.value_or(std::vector<Graph>{});
}

std::string fault(std::string_view yaml) {
  const auto graphs = parse_graphs(yaml, "graph.yaml");
  EXPECT_FALSE(graphs) << yaml;
  return graphs ? "" : graphs.error().text();
}

plan::Workload with(plan::Sessions::Replay replay) {
  plan::Workload workload;
  workload.sessions = plan::Sessions{.graph = "graph.yaml", .replay = replay};
  return workload;
}

TEST(Graph, NodesAreSortedSoThatEachComesAfterWhatItWaitsFor) {
  const auto graphs = good(kAgent);
  ASSERT_EQ(graphs.size(), 1u);
  const auto& nodes = graphs[0].nodes;
  ASSERT_EQ(nodes.size(), 4u);
  EXPECT_EQ(nodes[0].id, "plan");
  EXPECT_EQ(nodes[3].id, "answer");
  EXPECT_EQ(nodes[3].after, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(nodes[3].context, 0u);
  EXPECT_EQ(nodes[1].context, 0u);  // one parent: its talk goes on
  EXPECT_FALSE(nodes[2].context);
  EXPECT_EQ(nodes[1].delay, *plan::parse_pause("uniform(1s,2s)"));
}

TEST(Graph, AJoinGoesOnWithItsContextAndIsToldTheOtherAnswers) {
  const auto made = graph_conversations(good(kAgent), with(plan::Sessions::Replay::kEngine), {});
  const std::vector<std::string> answers = {"my plan", "found", "read it", ""};
  const engine::Prompt expected{{{"system", "You are a careful researcher."},
                                 {"user", "Plan the work."},
                                 {"assistant", "my plan"},
                                 {"user", "found\n\nread it\n\nNow answer."}}};
  EXPECT_EQ(made->prompt(0, 3, answers, {}), expected);
  // A node that begins afresh has its own message alone, and the answer that it waited for.
  const auto read = made->prompt(0, 2, answers, {});
  ASSERT_EQ(read.messages.size(), 1u);
  EXPECT_TRUE(read.messages[0].content.starts_with("my plan\n\n"));
}

TEST(Graph, RecordedAnswersComeFromTheFileOrAreMadeUp) {
  const auto made = graph_conversations(good(kAgent), with(plan::Sessions::Replay::kRecorded), {});
  const auto prompt = made->prompt(0, 3, {}, {});
  EXPECT_EQ(prompt.messages[2].content, "First search, then read.");
  EXPECT_GT(prompt.messages[3].content.size(), 100u);
  EXPECT_EQ(made->prompt(0, 3, {}, {}), prompt);
}

TEST(Graph, MadeUpNodesKnowTheirLengths) {
  const auto made = graph_conversations(good(R"({"graphs": [
      {"nodes": [{"id": "a", "input": 100, "output": 50},
                 {"id": "b", "after": "a", "input": 10, "output": 5},
                 {"id": "c", "after": ["a"], "input": 20, "output": 7},
                 {"id": "d", "after": ["b", "c"], "input": 1, "output": 1}]},
      {"nodes": [{"id": "a"}]}]})"),
                                        with(plan::Sessions::Replay::kEngine), {});
  EXPECT_EQ(made->most_turns(), 4u);
  EXPECT_EQ(made->turns(1).size(), 1u);
  const auto turns = made->turns(2);  // the first graph again
  ASSERT_EQ(turns.size(), 4u);
  EXPECT_EQ(turns[1].known_tokens, 150u);
  EXPECT_EQ(turns[1].input_tokens, 160u);
  EXPECT_EQ(turns[3].known_tokens, 165u);
  EXPECT_EQ(turns[3].input_tokens, 165u + 7 + 1);
}

TEST(Graph, SumsOfTokensDoNotWrapRound) {
  std::string yaml = "nodes:\n";
  for (int i = 0; i < 600; ++i) {
    yaml += fmt::format(
        "  - {{id: n{}{}, input: 'uniform(9999999,9999999)', output: "
        "'uniform(9999999,9999999)'}}\n",
        i, i > 0 ? fmt::format(", after: n{}", i - 1) : "");
  }
  auto graphs = parse_graphs(yaml, "graph.yaml");
  ASSERT_TRUE(graphs) << graphs.error().text();
  plan::Workload workload;
  workload.sessions = plan::Sessions{};
  const auto made = graph_conversations(std::move(*graphs), workload, {});
  const auto turns = made->turns(0);
  for (std::size_t i = 1; i < turns.size(); ++i) {
    EXPECT_GE(turns[i].input_tokens, turns[i - 1].input_tokens) << i;
  }
  EXPECT_EQ(turns.back().input_tokens, UINT32_MAX);
}

TEST(Graph, SaysWhichNodesWaitInACircle) {
  const auto text = fault(
      "nodes:\n  - {id: a}\n  - {id: b, after: [a, d]}\n"
      "  - {id: c, after: b}\n  - {id: d, after: c}\n");
  EXPECT_NE(text.find("graph.yaml:3:"), std::string::npos) << text;
  EXPECT_NE(text.find("waits for itself: b after d after c after b"), std::string::npos) << text;
  EXPECT_NE(fault("nodes: [{id: a, after: a}]").find("a after a"), std::string::npos);
}

TEST(Graph, SaysWhichNamesAreUnknownOrUsedTwice) {
  auto text = fault("nodes:\n  - id: search\n  - id: join\n    after: [serch]\n");
  EXPECT_NE(text.find("graph.yaml:4:"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean search?"), std::string::npos) << text;
  text = fault("nodes:\n  - id: a\n  - id: a\n");
  EXPECT_NE(text.find("'a' is the name of two nodes"), std::string::npos) << text;
  text = fault("nodes:\n  - id: a\n  - {id: b, after: [a, a]}\n");
  EXPECT_NE(text.find("names 'a' twice"), std::string::npos) << text;
}

TEST(Graph, EveryOtherFaultHasItsPlaceAndRemedy) {
  struct Case {
    const char* yaml;
    const char* says;
  };
  for (const Case& c : {
           Case{"", "is empty"},
           Case{"nodes: []", "without nodes"},
           Case{"graphs: []", "has no graph"},
           Case{"nodes: [{input: 5}]", "needs an id"},
           Case{"nodes: [{id: none}]", "'none' means no context"},
           Case{"nodes: [{id: a, prompt: x, input: 5}]", "keep one"},
           Case{"nodes: [{id: a, delay: soon}]", "2s"},
           Case{"nodes: [{id: a, output: uniform(9)}]", "has 1 number;"},
           Case{"nodes: [{id: a, output: {distribution: uniform, min: 9, max: 5}}]", "min <= max"},
           Case{"nodes: [{id: a, input: {distribution: lognormal, mean: -5, stddev: 1}}]",
                "must lie from 1"},
           Case{"nodes: [{id: a, affter: b}]", "did you mean after"},
           Case{"nodes: [{id: a}, {id: b, context: a}]", "does not wait for it"},
           Case{"nodes: [{id: a}, {id: b, after: a, system: x}]", "context: none"},
           Case{"nodes: [{id: a}]\ngraphs: [{nodes: [{id: a}]}]", "keep one"},
           Case{"nodes: {a: b}", "must be a list"},
           Case{"nodes: [a, b]", "must be a map"},
       }) {
    const auto text = fault(c.yaml);
    EXPECT_NE(text.find(c.says), std::string::npos) << c.yaml << "\n" << text;
    EXPECT_TRUE(text.starts_with("graph.yaml")) << text;
  }
}

TEST(Graph, AFileThatIsNotThereIsAFault) {
  const auto graphs = load_graphs("/nowhere/graph.yaml");
  ASSERT_FALSE(graphs);
  EXPECT_NE(graphs.error().text().find("/nowhere/graph.yaml"), std::string::npos);
}

}  // namespace
}  // namespace tt::workload
