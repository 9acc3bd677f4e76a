// Request graphs: sessions whose requests wait for others, fan out and join, as the tool calls of
// an agent do. Read from a YAML (or JSON) file; docs/sessions.md describes it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"
#include "workload/conversation.h"

namespace tt::workload {

/// One request of a graph.
struct GraphNode {
  std::string id;
  std::vector<std::uint32_t> after;  // places of the nodes it waits for, all below its own
  plan::Pause delay;                 // from the last of their ends
  /// Whose talk it goes on: that node's messages and answer come first. Unset: it begins afresh.
  std::optional<std::uint32_t> context;
  std::string system;                  // a system message; only where it begins afresh
  std::string prompt;                  // the text of its message; empty: made up
  std::optional<plan::Lengths> input;  // tokens of a made-up message; unset: the workload's
  std::optional<plan::Lengths> output;
  std::string answer;  // recorded; empty: made up where recorded answers are replayed
  bool operator==(const GraphNode&) const = default;
};

/// Nodes in an order in which each stands after those that it waits for.
struct Graph {
  std::vector<GraphNode> nodes;
  bool operator==(const Graph&) const = default;
};

/// Reads a file of one graph (`nodes`) or of several (`graphs`). All faults at once, each with its
/// place: unknown and repeated names, circles, a context that is not there yet.
std::expected<std::vector<Graph>, plan::PlanFaults> parse_graphs(std::string_view yaml,
                                                                 std::string_view name);
std::expected<std::vector<Graph>, plan::PlanFaults> load_graphs(const std::string& path);

/// Sessions that play the graphs in turn.
std::unique_ptr<Conversations> graph_conversations(std::vector<Graph> graphs,
                                                   const plan::Workload& workload,
                                                   const plan::Seeds& seeds);

}  // namespace tt::workload
