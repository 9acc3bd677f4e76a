// An Open Packaging package (ECMA-376, part 2): the zip file that Word and PowerPoint documents
// are, with its content types and relationships. Pure memory; the same parts give the same bytes.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::report {

/// Files as a zip archive, in their order, dated 1980-01-01.
Result<std::string> zip(const std::vector<std::pair<std::string, std::string>>& files);

class Package {
 public:
  /// `path` as in "word/document.xml", once each. An empty content type: that of the path's ending
  /// (png, svg).
  void add(std::string path, std::string content_type, std::string bytes);

  /// Says that `from` (a part's path; "" is the package) refers to `to` (a part's path, or with
  /// `external` an address), and as what: a name of the office namespace ("image") or a whole URI.
  /// Returns the id, "rId1", which is unique within `from`.
  std::string relate(const std::string& from, std::string_view type, const std::string& to,
                     bool external = false);

  /// The whole. kInternal where the archive cannot be made.
  Result<std::string> bytes() const;

 private:
  struct Part {
    std::string path;
    std::string content_type;
    std::string bytes;
  };
  struct Relation {
    std::string type;
    std::string target;
    bool external = false;
  };

  std::string content_types() const;
  static std::string relations_text(const std::vector<Relation>& relations);

  std::vector<Part> parts_;
  std::map<std::string, std::vector<Relation>> relations_;  // by the part that they go from
};

/// docProps/core.xml and app.xml, related to the package.
struct Properties {
  std::string title;
  std::string subject;
  std::string keywords;
  Nanos created = 0;  // wall clock; 0: not said
};
void add_properties(Package& package, const Properties& properties);

}  // namespace tt::report
