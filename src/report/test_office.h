// For tests: what is in an office file, and a run to write one of.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pugixml.hpp>
#include <zip.h>

#include "analysis/test_rows.h"
#include "report/run_source.h"
#include "report/test_runs.h"

namespace tt::report {

using Files = std::map<std::string, std::string>;

/// A zip archive's files by path. A name that is there twice fails the test.
inline Files unzip(const std::string& bytes) {
  Files files;
  zip_error_t error;
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  EXPECT_NE(archive, nullptr) << zip_error_strerror(&error);
  if (archive == nullptr) return files;
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    zip_stat_t about;
    zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &about);
    std::string text(about.size, '\0');
    zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
    EXPECT_EQ(zip_fread(file, text.data(), text.size()), static_cast<zip_int64_t>(about.size));
    zip_fclose(file);
    EXPECT_TRUE(files.emplace(about.name, std::move(text)).second) << about.name << " twice";
  }
  zip_discard(archive);
  return files;
}

inline bool ends_with(const std::string& text, std::string_view end) { return text.ends_with(end); }

inline pugi::xml_document parsed(const Files& files, const std::string& path) {
  pugi::xml_document document;
  const auto found = files.find(path);
  EXPECT_NE(found, files.end()) << path;
  if (found == files.end()) return document;
  const auto result = document.load_buffer(found->second.data(), found->second.size(),
                                           pugi::parse_full, pugi::encoding_utf8);
  EXPECT_TRUE(result) << path << ": " << result.description();
  return document;
}

/// What every reader asks of a package: well-formed parts, a content type for each, relationships
/// whose targets are there, ids that are there once and point to something.
inline void expect_whole(const Files& files) {
  std::set<std::string> typed;
  std::set<std::string> endings;
  const auto types = parsed(files, "[Content_Types].xml");
  for (const auto& node : types.child("Types").children()) {
    if (std::string(node.name()) == "Default") {
      endings.insert(node.attribute("Extension").value());
    } else {
      const std::string part = std::string(node.attribute("PartName").value()).substr(1);
      EXPECT_TRUE(typed.insert(part).second) << part;
      EXPECT_TRUE(files.contains(part)) << part << " is typed, but not there";
    }
  }
  std::map<std::string, std::set<std::string>> ids;  // of relationships, by the part they go from
  for (const auto& [path, text] : files) {
    if (path == "[Content_Types].xml") continue;
    const std::string ending = path.substr(path.rfind('.') + 1);
    EXPECT_TRUE(typed.contains(path) || (endings.contains(ending) && ending != "xml")) << path;
    if (ending != "rels") continue;
    const auto folder = std::filesystem::path(path).parent_path().parent_path();
    const auto from = (folder / std::filesystem::path(path).stem()).string();
    const auto relations = parsed(files, path);
    for (const auto& one : relations.child("Relationships").children()) {
      EXPECT_TRUE(ids[from].insert(one.attribute("Id").value()).second) << path;
      if (std::string(one.attribute("TargetMode").value()) == "External") continue;
      std::filesystem::path target(one.attribute("Target").value());
      if (!target.is_absolute()) target = folder / target;
      std::string name = target.lexically_normal().string();
      if (name.starts_with('/')) name.erase(0, 1);
      EXPECT_TRUE(files.contains(name)) << path << " points to " << name;
    }
  }
  for (const auto& [path, text] : files) {
    if (!ends_with(path, ".xml") || path.starts_with("[")) continue;
    const auto document = parsed(files, path);
    for (const auto& found : document.select_nodes("//@*[starts-with(name(), 'r:')]")) {
      EXPECT_TRUE(ids[path].contains(found.attribute().value()))
          << path << ": " << found.attribute().value();
    }
    std::set<std::string> shapes;  // of the drawing: a program repairs what has one id twice
    for (const auto& found : document.select_nodes("//p:cNvPr/@id | //wp:docPr/@id")) {
      EXPECT_TRUE(shapes.insert(found.attribute().value()).second) << path;
    }
  }
}

/// All texts of an element's kind: "w:t", "a:t".
inline std::string texts_of(const pugi::xml_document& document, const char* name) {
  std::string all;
  for (const auto& node : document.select_nodes((std::string("//") + name).c_str())) {
    all += node.node().text().get();
    all += '\n';
  }
  return all;
}

/// Names that a format may stumble over.
inline std::vector<std::string> hostile_names() {
  return {"=cmd|' /C calc'!A1",
          "</w:t></a:t><b>&\"'",
          "+1-1@SUM(A1)",
          "\u05e9\u05dc\u05d5\u05dd \u202eabc",
          "\xf0\x9f\x90\x8d\xf0\x9f\x9a\x80 " + std::string(10'000, 'x'),
          std::string("a\x01\x1b[31m\0b\xff\xfe\xef\xbf\xbe", 14),
          "[sheet]:*?/\\ _x0041_ 'quoted'"};
}

}  // namespace tt::report
