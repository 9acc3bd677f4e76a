// The graph file: nodes as written, then in an order in which they can be played.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/reader.h"
#include "plan/session_section.h"
#include "plan/yaml_tree.h"
#include "workload/graph.h"

namespace tt::workload {

using plan::Field;
using plan::Lengths;
using plan::PlanReader;
using plan::Value;
using plan::YamlNode;

namespace {

// A node as it is written: others are called by name.
struct Draft {
  GraphNode node;
  std::vector<std::string> after;
  std::string context;  // empty: not said; "none": afresh
  std::string path;
};

struct GraphDraft {
  std::string name;
  std::vector<Draft> nodes;
};

struct FileDraft {
  GraphDraft single;
  std::vector<GraphDraft> graphs;
};

constexpr std::string_view kAfresh = "none";

void read_after(const Value& value, Draft& draft) {
  if (value.node.kind == YamlNode::Kind::kText) {
    draft.after.push_back(value.node.text);
    return;
  }
  read_list(value, [&](const Value& item) {
    std::string id;
    read_text(item, id);
    if (!id.empty()) draft.after.push_back(std::move(id));
  });
}

constexpr std::array kNodeFields = {
    Field<Draft>{"id", [](const Value& v, Draft& d) { read_text(v, d.node.id); }},
    Field<Draft>{"after", read_after},
    Field<Draft>{"delay", [](const Value& v, Draft& d) { read_pause(v, d.node.delay); }},
    Field<Draft>{"context", [](const Value& v, Draft& d) { read_text(v, d.context); }},
    Field<Draft>{"system", [](const Value& v, Draft& d) { read_text(v, d.node.system); }},
    Field<Draft>{"prompt", [](const Value& v, Draft& d) { read_text(v, d.node.prompt); }},
    Field<Draft>{
        "input",
        [](const Value& v, Draft& d) { read_into<Lengths>(v, d.node.input, plan::read_lengths); }},
    Field<Draft>{
        "output",
        [](const Value& v, Draft& d) { read_into<Lengths>(v, d.node.output, plan::read_lengths); }},
    Field<Draft>{"answer", [](const Value& v, Draft& d) { read_text(v, d.node.answer); }},
};

void read_node(const Value& value, GraphDraft& graph) {
  Draft draft{.node = {}, .after = {}, .context = {}, .path = value.path};
  read_section(value, kNodeFields, draft);
  if (value.node.kind != YamlNode::Kind::kMap) return;
  if (draft.node.id.empty()) value.fault("needs an id, by which others can wait for it");
  if (!draft.node.prompt.empty() && draft.node.input) {
    value.fault("has both prompt (a text) and input (tokens of a made-up one); keep one");
  }
  for (const auto& [key, lengths] :
       {std::pair("input", &draft.node.input), std::pair("output", &draft.node.output)}) {
    const std::string fault = *lengths ? plan::lengths_fault(**lengths) : std::string();
    if (!fault.empty()) value.fault(fmt::format("{}: {}", key, fault));
  }
  graph.nodes.push_back(std::move(draft));
}

void read_nodes(const Value& value, GraphDraft& graph) {
  read_list(value, [&](const Value& item) { read_node(item, graph); });
}

constexpr std::array kGraphFields = {
    Field<GraphDraft>{"name", [](const Value& v, GraphDraft& g) { read_text(v, g.name); }},
    Field<GraphDraft>{"nodes", read_nodes},
};

constexpr std::array kFileFields = {
    Field<FileDraft>{"name", [](const Value& v, FileDraft& f) { read_text(v, f.single.name); }},
    Field<FileDraft>{"nodes", [](const Value& v, FileDraft& f) { read_nodes(v, f.single); }},
    Field<FileDraft>{"graphs",
                     [](const Value& v, FileDraft& f) {
                       read_list(v, [&](const Value& item) {
                         f.graphs.emplace_back();
                         read_section(item, kGraphFields, f.graphs.back());
                       });
                     }},
};

std::vector<std::string> keys() {
  std::vector<std::string> all;
  for (const auto& field : kFileFields) all.emplace_back(field.key);
  for (const auto& field : kNodeFields) all.push_back(fmt::format("nodes[].{}", field.key));
  return all;
}

/// Turns one draft into a graph; faults go to the reader.
class GraphMaker {
 public:
  GraphMaker(PlanReader& reader, std::vector<Draft> drafts)
      : reader_(reader), drafts_(std::move(drafts)) {}

  Graph make() {
    if (!name_nodes() || !link()) return {};
    const std::vector<std::uint32_t> order = sort();
    if (order.size() != drafts_.size()) return {};
    Graph graph;
    std::vector<std::uint32_t> place_of(drafts_.size());
    for (std::uint32_t place = 0; place < order.size(); ++place) place_of[order[place]] = place;
    for (const std::uint32_t from : order) {
      GraphNode node = std::move(drafts_[from].node);
      for (const std::uint32_t parent : parents_[from]) node.after.push_back(place_of[parent]);
      if (context_[from]) node.context = place_of[*context_[from]];
      graph.nodes.push_back(std::move(node));
    }
    return graph;
  }

 private:
  void fault(const Draft& draft, std::string_view field, std::string message) {
    good_ = false;
    const std::string path = fmt::format("{}.{}", draft.path, field);
    reader_.fault_at_path(
        {ErrorCode::kInvalidInput, std::move(message), reader_.has(path) ? path : draft.path});
  }

  bool name_nodes() {
    for (std::uint32_t i = 0; i < drafts_.size(); ++i) {
      const auto& id = drafts_[i].node.id;
      if (id.empty()) {
        good_ = false;
      } else if (id == kAfresh) {
        fault(drafts_[i], "id", "'none' means no context; give the node another name");
      } else if (!places_.emplace(id, i).second) {
        fault(drafts_[i], "id", fmt::format("'{}' is the name of two nodes", id));
      }
    }
    return good_;
  }

  std::optional<std::uint32_t> find(const Draft& draft, std::string_view field,
                                    const std::string& id) {
    if (const auto found = places_.find(id); found != places_.end()) return found->second;
    std::vector<std::string_view> names;
    for (const auto& [name, place] : places_) names.push_back(name);
    fault(draft, field, "no node has this name: " + plan::unknown_word(id, names));
    return std::nullopt;
  }

  bool link() {
    parents_.resize(drafts_.size());
    context_.resize(drafts_.size());
    for (std::uint32_t i = 0; i < drafts_.size(); ++i) {
      const Draft& draft = drafts_[i];
      for (const auto& id : draft.after) {
        const auto parent = find(draft, "after", id);
        if (!parent) break;  // one fault a list is told
        if (std::ranges::find(parents_[i], *parent) != parents_[i].end()) {
          fault(draft, "after", fmt::format("names '{}' twice", id));
        }
        parents_[i].push_back(*parent);
      }
      if (draft.context.empty()) {
        if (!parents_[i].empty()) context_[i] = parents_[i].front();
      } else if (draft.context != kAfresh) {
        context_[i] = find(draft, "context", draft.context);
      }
      if (context_[i] && !draft.node.system.empty()) {
        fault(draft, "system",
              "belongs to a node that begins afresh; leave it out or write context: none");
      }
    }
    return good_;
  }

  // Kahn's way, earlier nodes of the file first. What is left over waits in a circle.
  std::vector<std::uint32_t> sort() {
    std::vector<std::uint32_t> order;
    std::vector<char> done(drafts_.size(), 0);
    for (bool moved = true; moved;) {
      moved = false;
      for (std::uint32_t i = 0; i < drafts_.size(); ++i) {
        const auto ready = [&](std::uint32_t parent) { return done[parent] != 0; };
        if (done[i] != 0 || !std::ranges::all_of(parents_[i], ready)) continue;
        done[i] = 1;
        order.push_back(i);
        moved = true;
      }
    }
    for (std::uint32_t i = 0; i < drafts_.size(); ++i) {
      if (done[i] == 0) {
        report_circle(i, done);
        return order;
      }
    }
    for (const std::uint32_t i : order) check_context(i);
    return good_ ? order : std::vector<std::uint32_t>{};
  }

  // From a node that cannot be played, parents that cannot be played lead into a circle.
  void report_circle(std::uint32_t from, const std::vector<char>& done) {
    std::vector<std::uint32_t> way;
    std::uint32_t at = from;
    while (std::ranges::find(way, at) == way.end()) {
      way.push_back(at);
      at = *std::ranges::find_if(parents_[at], [&](std::uint32_t p) { return done[p] == 0; });
    }
    way.erase(way.begin(), std::ranges::find(way, at));
    way.push_back(at);
    std::vector<std::string_view> names;
    for (const std::uint32_t node : way) names.push_back(drafts_[node].node.id);
    fault(drafts_[at], "after",
          fmt::format("waits for itself: {}; take one of these out", fmt::join(names, " after ")));
  }

  // What a node goes on from must have been answered by then.
  void check_context(std::uint32_t node) {
    if (!context_[node]) return;
    std::vector<std::uint32_t> open = parents_[node];
    std::vector<char> seen(drafts_.size(), 0);
    while (!open.empty()) {
      const std::uint32_t at = open.back();
      open.pop_back();
      if (at == *context_[node]) return;
      if (std::exchange(seen[at], 1) != 0) continue;
      open.insert(open.end(), parents_[at].begin(), parents_[at].end());
    }
    fault(drafts_[node], "context",
          fmt::format("goes on from '{}', but does not wait for it; name it in after",
                      drafts_[*context_[node]].node.id));
  }

  PlanReader& reader_;
  std::vector<Draft> drafts_;
  std::map<std::string, std::uint32_t, std::less<>> places_;
  std::vector<std::vector<std::uint32_t>> parents_;
  std::vector<std::optional<std::uint32_t>> context_;
  bool good_ = true;
};

}  // namespace

std::expected<std::vector<Graph>, plan::PlanFaults> parse_graphs(std::string_view yaml,
                                                                 std::string_view name) {
  const auto tree = plan::read_yaml(yaml, name);
  if (!tree) return std::unexpected(plan::one_fault(tree.error()));
  FileDraft file;
  PlanReader reader(name, keys());
  const Value whole{reader, *tree, ""};
  if (tree->kind == YamlNode::Kind::kNull) {
    whole.fault("is empty; a graph file has a list of nodes");
  } else {
    read_section(whole, kFileFields, file);
  }
  if (reader.has("nodes") && reader.has("graphs")) {
    whole.fault("has both nodes (one graph) and graphs (several); keep one");
  }
  if (!reader.has("graphs")) file.graphs.push_back(std::move(file.single));
  std::vector<Graph> graphs;
  for (GraphDraft& draft : file.graphs) {
    if (draft.nodes.empty() && !reader.any_fault()) whole.fault("has a graph without nodes");
    if (draft.nodes.size() > plan::kMostTurns) {
      whole.fault(fmt::format("has a graph of {} nodes; a session has at most {} requests",
                              draft.nodes.size(), plan::kMostTurns));
      continue;
    }
    graphs.push_back(GraphMaker(reader, std::move(draft.nodes)).make());
  }
  if (graphs.empty() && !reader.any_fault()) whole.fault("has no graph");
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(plan::PlanFaults{std::move(faults)});
  return graphs;
}

std::expected<std::vector<Graph>, plan::PlanFaults> load_graphs(const std::string& path) {
  const auto text = plan::read_yaml_file(path);
  if (!text) return std::unexpected(plan::one_fault(text.error()));
  return parse_graphs(*text, path);
}

}  // namespace tt::workload
