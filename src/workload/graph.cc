#include "workload/graph.h"

#include <algorithm>
#include <utility>

#include "base/rng.h"
#include "plan/lengths.h"
#include "workload/prefix.h"

namespace tt::workload {
namespace {

class GraphConversations final : public Conversations {
 public:
  GraphConversations(std::vector<Graph> graphs, const plan::Workload& workload,
                     const plan::Seeds& seeds)
      : graphs_(std::move(graphs)), workload_(workload), seeds_(seeds) {
    for (const Graph& graph : graphs_) {
      most_turns_ = std::max(most_turns_, static_cast<std::uint32_t>(graph.nodes.size()));
      const auto made_up = [](const GraphNode& node) { return node.prompt.empty(); };
      synthetic_ = synthetic_ || std::ranges::any_of(graph.nodes, made_up);
      lengths_known_ = lengths_known_ && std::ranges::all_of(graph.nodes, made_up);
    }
  }

  std::uint64_t size() const override { return 0; }  // made-up messages are never the same
  std::uint32_t most_turns() const override { return most_turns_; }
  bool synthetic() const override { return synthetic_; }

  std::vector<Turn> turns(std::uint64_t number) const override {
    const Graph& graph = graph_of(number);
    const std::vector<Draw> draws = draws_of(graph, number);
    const auto prefix = prefix_of(workload_, seeds_, number);
    Rng pauses = Rng::item(seeds_.lengths, "session pauses", number);
    std::vector<Turn> turns;
    for (std::uint32_t place = 0; place < graph.nodes.size(); ++place) {
      const GraphNode& node = graph.nodes[place];
      Turn turn{.after = node.after,
                .delay = plan::draw_pause(node.delay, pauses),
                .output_tokens = draws[place].output};
      if (!lengths_known_) {
        turns.push_back(std::move(turn));
        continue;
      }
      if (node.context) {
        const Turn& before = turns[*node.context];
        turn.known_tokens = add_tokens(before.input_tokens, before.output_tokens);
      }
      std::uint32_t fresh = draws[place].input;
      for (const std::uint32_t parent : joined(node)) {
        fresh = add_tokens(fresh, turns[parent].output_tokens);
      }
      if (!node.context && prefix) fresh = add_tokens(fresh, prefix->tokens);
      turn.input_tokens = add_tokens(turn.known_tokens, fresh);
      turns.push_back(std::move(turn));
    }
    return turns;
  }

  engine::Prompt prompt(std::uint64_t number, std::uint32_t place,
                        std::span<const std::string> answers, const WordFit& fit) const override {
    const Graph& graph = graph_of(number);
    const std::vector<Draw> draws = draws_of(graph, number);
    const bool engine = workload_.sessions->replay == plan::Sessions::Replay::kEngine;
    const auto answer = [&](std::uint32_t node) -> std::string {
      if (engine) return answers[node];
      if (!graph.nodes[node].answer.empty()) return graph.nodes[node].answer;
      return made_up_answer(seeds_, number, node, draws[node].output, fit);
    };
    // The talk that it goes on, from its beginning.
    std::vector<std::uint32_t> talk = {place};
    while (graph.nodes[talk.back()].context) talk.push_back(*graph.nodes[talk.back()].context);
    std::ranges::reverse(talk);
    engine::Prompt prompt;
    for (const std::uint32_t at : talk) {
      const GraphNode& node = graph.nodes[at];
      if (!node.system.empty()) prompt.messages.push_back({"system", node.system});
      // One message, for some chat templates want the two sides to take turns.
      std::string text;
      for (const std::uint32_t parent : joined(node)) text += answer(parent) + "\n\n";
      text += node.prompt.empty() ? made_up_message(seeds_, number, at, draws[at].input, fit)
                                  : node.prompt;
      prompt.messages.push_back({"user", std::move(text)});
      if (at != place) prompt.messages.push_back({"assistant", answer(at)});
    }
    if (const auto prefix = prefix_of(workload_, seeds_, number)) {
      add_prefix(prompt, *prefix, seeds_, fit);
    }
    return prompt;
  }

 private:
  struct Draw {
    std::uint32_t input;
    std::uint32_t output;
  };

  const Graph& graph_of(std::uint64_t number) const { return graphs_[number % graphs_.size()]; }

  std::vector<Draw> draws_of(const Graph& graph, std::uint64_t number) const {
    const auto* made_up = std::get_if<plan::SyntheticPrompts>(&workload_.prompts);
    const plan::Lengths input =
        made_up != nullptr ? made_up->input : plan::SyntheticPrompts{}.input;
    Rng inputs = Rng::item(seeds_.lengths, "session inputs", number);
    Rng outputs = Rng::item(seeds_.lengths, "session outputs", number);
    std::vector<Draw> draws;
    for (const GraphNode& node : graph.nodes) {
      // Texts draw nothing, and how many tokens they have is not known.
      const bool text = !node.prompt.empty();
      draws.push_back({text ? 0 : plan::draw_length(node.input.value_or(input), inputs),
                       plan::draw_length(node.output.value_or(workload_.output), outputs)});
    }
    return draws;
  }

  // The parents whose answers the node is told, beside the talk that it goes on.
  static std::vector<std::uint32_t> joined(const GraphNode& node) {
    std::vector<std::uint32_t> others;
    for (const std::uint32_t parent : node.after) {
      if (parent != node.context) others.push_back(parent);
    }
    return others;
  }

  std::vector<Graph> graphs_;
  plan::Workload workload_;
  plan::Seeds seeds_;
  std::uint32_t most_turns_ = 1;
  bool synthetic_ = false;
  bool lengths_known_ = true;  // of texts nobody knows them
};

}  // namespace

std::unique_ptr<Conversations> graph_conversations(std::vector<Graph> graphs,
                                                   const plan::Workload& workload,
                                                   const plan::Seeds& seeds) {
  return std::make_unique<GraphConversations>(std::move(graphs), workload, seeds);
}

}  // namespace tt::workload
