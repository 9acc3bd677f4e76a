// Reading YAML that was written for other tools: what is understood is taken, and every key that is
// left over becomes a warning with its place, so that nothing is dropped in silence.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/yaml_tree.h"

namespace tt::plan {

/// The faults and warnings of one file.
class ForeignNotes {
 public:
  explicit ForeignNotes(std::string_view name) : name_(name) {}
  void warn(const YamlNode& at, std::string_view path, std::string_view message);
  void fault(const YamlNode& at, std::string_view path, std::string message);

  const std::string& name() const { return name_; }
  std::vector<Error>& faults() { return faults_; }
  /// "race.yaml:3:5: race.emoji: ...".
  std::vector<std::string>& warnings() { return warnings_; }

 private:
  std::string name_;
  std::vector<Error> faults_;
  std::vector<std::string> warnings_;
};

/// One map of such a file. What was never asked for is warned of when it goes out of scope.
class ForeignMap {
 public:
  /// A node that is no map is a fault; then the map is empty. nullptr: an empty map.
  ForeignMap(ForeignNotes& notes, const YamlNode* node, std::string path);
  ~ForeignMap();
  ForeignMap(const ForeignMap&) = delete;
  ForeignMap& operator=(const ForeignMap&) = delete;

  /// nullptr where it is missing or empty.
  const YamlNode* take(std::string_view key);
  // Each takes a value and reads it; another kind of value is a fault and gives nothing.
  std::optional<std::string> text(std::string_view key);
  std::optional<double> number(std::string_view key);
  std::optional<std::uint64_t> whole(std::string_view key);
  std::optional<bool> truth(std::string_view key);
  /// Seconds, or a text as parse_duration takes it.
  std::optional<Nanos> duration(std::string_view key);
  /// The items of a list; none where it is missing.
  std::vector<const YamlNode*> list(std::string_view key);

  /// Takes a key that cannot be honoured, and says why.
  void refuse(std::string_view key, std::string_view why);
  std::string path_of(std::string_view key) const;
  ForeignNotes& notes() { return notes_; }

 private:
  ForeignNotes& notes_;
  const YamlNode* node_;  // a map, or nullptr
  std::string path_;
  std::set<std::string, std::less<>> taken_;
};

/// A text as a plan's name: what may not stand in a folder's name becomes '-'.
std::string name_from(std::string_view text);

}  // namespace tt::plan
