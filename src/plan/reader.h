// Reading a plan's YAML tree by tables: a section is a table of keys, each with the function that
// reads it. What stands in a table is what the parser knows; nothing else is.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "plan/keywords.h"
#include "plan/yaml_tree.h"

namespace tt::plan {

/// The faults found so far and the places of the fields read so far.
class PlanReader {
 public:
  /// `all_keys`: every key that the file may have, as a path ("load.rate"), so that one that stands
  /// in a wrong place is sent to its own.
  PlanReader(std::string_view name, std::vector<std::string> all_keys)
      : name_(name), all_keys_(std::move(all_keys)) {}

  const std::vector<std::string>& all_keys() const { return all_keys_; }
  void fault(const YamlNode& at, std::string_view path, std::string message);
  /// Adds a fault whose source is a field's path, at that field's place; not where that field has
  /// a fault already, for what could not be read cannot be judged.
  void fault_at_path(const Error& fault);
  void remember(const std::string& path, const YamlNode& at);
  bool has(const std::string& path) const { return places_.contains(path); }
  bool has_fault(const std::string& path) const { return faulty_.contains(path); }
  bool any_fault() const { return !faults_.empty(); }
  /// In the order of the file.
  std::vector<Error> take_faults();

 private:
  struct Place {
    int line;
    int column;
  };
  struct Found {
    Place place;
    Error error;
  };
  std::string name_;
  std::vector<std::string> all_keys_;
  std::map<std::string, Place, std::less<>> places_;
  std::vector<Found> faults_;
  std::set<std::string, std::less<>> faulty_;  // their paths
};

/// What a file comes to of which not even the first fault could be passed.
PlanFaults one_fault(Error error);

/// One value and where it stands.
struct Value {
  PlanReader& reader;
  const YamlNode& node;
  std::string path;

  void fault(std::string message) const { reader.fault(node, path, std::move(message)); }
  Value at(const YamlNode& inner, std::string inner_path) const {
    return {reader, inner, std::move(inner_path)};
  }
};

/// Each reads one value into `out`, or notes a fault and leaves `out` as it was.
void read_text(const Value& value, std::string& out);
void read_truth(const Value& value, bool& out);
void read_number(const Value& value, double& out);
void read_duration(const Value& value, Nanos& out);
void read_whole(const Value& value, std::uint64_t& out);
void read_whole(const Value& value, std::uint32_t& out);

/// A number of tokens, a text as parse_lengths takes it, or a map.
void read_lengths(const Value& value, Lengths& out);

/// Objectives: a list of texts ("ttft_p99=500ms"), a map of figures and limits, or one text.
void read_slos(const Value& value, std::vector<Slo>& out);

/// Calls `read` for every item of a list.
template <class Read>
void read_list(const Value& value, Read read) {
  if (value.node.kind != YamlNode::Kind::kList) {
    value.fault("must be a list, not " + describe(value.node));
    return;
  }
  for (std::size_t i = 0; i < value.node.items.size(); ++i) {
    auto path = value.path + "[" + std::to_string(i) + "]";
    value.reader.remember(path, value.node.items[i]);
    read(value.at(value.node.items[i], std::move(path)));
  }
}

template <class E, std::size_t N>
void read_word(const Value& value, const std::array<Word<E>, N>& words, E& out) {
  std::string text;
  read_text(value, text);
  if (text.empty()) return;
  if (const auto found = value_of(words, text)) {
    out = *found;
  } else {
    value.fault(unknown_word(text, texts_of(words)));
  }
}

/// Anything read into an optional.
template <class T>
void read_into(const Value& value, std::optional<T>& out, void (*read)(const Value&, T&)) {
  T inner{};
  read(value, inner);
  out = inner;
}

/// One key of a section.
template <class T>
struct Field {
  std::string_view key;
  void (*read)(const Value& value, T& out);
};

/// The keys of a section as paths: "stop.duration".
template <class T, std::size_t N>
void add_keys(std::vector<std::string>& out, std::string_view section,
              const std::array<Field<T>, N>& fields) {
  for (const auto& field : fields) {
    out.push_back(std::string(section) + "." + std::string(field.key));
  }
}

/// Checks that a value is a map and its keys are known, once each; calls `found` with the place of
/// each known one.
void walk_map(const Value& value, std::span<const std::string_view> known,
              void (*found)(void* context, std::size_t field, const Value& value), void* context);

template <class T, std::size_t N>
void read_section(const Value& value, const std::array<Field<T>, N>& fields, T& out) {
  std::array<std::string_view, N> known;
  for (std::size_t i = 0; i < N; ++i) known[i] = fields[i].key;
  struct Context {
    const std::array<Field<T>, N>& fields;
    T& out;
  } context{fields, out};
  walk_map(
      value, known,
      [](void* opaque, std::size_t field, const Value& inner) {
        auto& c = *static_cast<Context*>(opaque);
        c.fields[field].read(inner, c.out);
      },
      &context);
}

}  // namespace tt::plan
