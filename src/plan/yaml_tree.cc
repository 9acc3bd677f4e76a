#include "plan/yaml_tree.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace tt::plan {
namespace {

/// Thrown through yaml-cpp's parser, which knows no other way to stop; caught in read_yaml.
struct Refused {
  YAML::Mark mark;
  std::string message;
};

std::size_t size_of(const YamlNode& node) {
  std::size_t size = 1;
  for (const auto& key : node.keys) size += size_of(key);
  for (const auto& item : node.items) size += size_of(item);
  return size;
}

std::size_t bytes_of(const YamlNode& node) {
  std::size_t bytes = node.text.size();
  for (const auto& key : node.keys) bytes += bytes_of(key);
  for (const auto& item : node.items) bytes += bytes_of(item);
  return bytes;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(mark, anchor, make(mark, YamlNode::Kind::kNull));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = make(mark, YamlNode::Kind::kText);
    node.quoted = tag == "!";
    node.text = value;
    place(mark, anchor, std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark, "an alias stands inside its own anchor"};
    nodes_ += found->second.nodes;
    bytes_ += found->second.bytes;
    check_size(mark);
    add(YamlNode(found->second.node));
  }

 private:
  struct Anchored {
    YamlNode node;
    std::size_t nodes;
    std::size_t bytes;
  };
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    bool key_next = true;  // maps: keys and values arrive in turn
  };

  static YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind) {
    YamlNode node;
    node.kind = kind;
    node.line = std::max(mark.line, 0) + 1;
    node.column = std::max(mark.column, 0) + 1;
    return node;
  }

  void check_size(const YAML::Mark& mark) const {
    if (nodes_ > kMaxYamlNodes || bytes_ > 4 * kMaxYamlBytes) {
      throw Refused{mark, "the document is too large once its aliases are expanded"};
    }
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode::Kind kind) {
    if (open_.size() >= static_cast<std::size_t>(kMaxYamlDepth)) {
      throw Refused{mark, fmt::format("nested deeper than {} levels", kMaxYamlDepth)};
    }
    ++nodes_;
    check_size(mark);
    open_.push_back({make(mark, kind), anchor});
  }

  void close() {
    Open done = std::move(open_.back());
    open_.pop_back();
    remember(done.anchor, done.node);
    add(std::move(done.node));
  }

  void place(const YAML::Mark& mark, YAML::anchor_t anchor, YamlNode node) {
    ++nodes_;
    bytes_ += node.text.size();
    check_size(mark);
    remember(anchor, node);
    add(std::move(node));
  }

  void remember(YAML::anchor_t anchor, const YamlNode& node) {
    if (anchor == 0) return;
    Anchored anchored{node, size_of(node), bytes_of(node)};
    // The copy kept for later counts too, or anchors inside anchors would be free.
    nodes_ += anchored.nodes;
    bytes_ += anchored.bytes;
    check_size({});
    anchors_.insert_or_assign(anchor, std::move(anchored));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    const bool key = parent.node.kind == YamlNode::Kind::kMap && parent.key_next;
    (key ? parent.node.keys : parent.node.items).push_back(std::move(node));
    parent.key_next = !parent.key_next;
  }

  YamlNode root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
};

std::unexpected<Error> refuse(std::string_view name, const YAML::Mark& mark, std::string message) {
  return fail(
      ErrorCode::kInvalidInput, std::move(message),
      fmt::format("{}:{}:{}", name, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1));
}

}  // namespace

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kText:
      break;
  }
  constexpr std::size_t kEnough = 60;
  return node.text.size() <= kEnough ? fmt::format("'{}'", node.text)
                                     : fmt::format("'{}...'", node.text.substr(0, kEnough));
}

Result<std::string> read_yaml_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot be opened; check the path", path);
  // One byte more than is allowed, so that a file too large is seen without being read whole.
  std::string text(kMaxYamlBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return fail(ErrorCode::kIo, "cannot be read", path);
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<YamlNode> read_yaml(std::string_view text, std::string_view name) {
  if (text.size() > kMaxYamlBytes) {
    return refuse(name, {},
                  fmt::format("larger than {} MiB; is this the right file?", kMaxYamlBytes >> 20));
  }
  TreeBuilder builder;
  TreeBuilder second;
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    parser.HandleNextDocument(builder);
    if (parser.HandleNextDocument(second)) {
      return refuse(name, {}, "holds more than one document ('---'); write one a file");
    }
  } catch (const Refused& refused) {
    return refuse(name, refused.mark, refused.message);
  } catch (const YAML::Exception& error) {
    return refuse(name, error.mark, fmt::format("this is not YAML: {}", error.msg));
  } catch (const std::exception& error) {
    return refuse(name, {}, fmt::format("this is not YAML: {}", error.what()));
  }
  return builder.take_root();
}

}  // namespace tt::plan
