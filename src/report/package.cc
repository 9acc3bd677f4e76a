#include "report/package.h"

#include <filesystem>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <zip.h>

#include "base/text.h"
#include "report/xml.h"

namespace tt::report {
namespace {

constexpr std::string_view kOffice =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};

std::unexpected<Error> no_archive(const std::string& why) {
  return fail(ErrorCode::kInternal, fmt::format("the document cannot be packed: {}", why));
}

std::string read_all(zip_source_t* source) {
  zip_stat_t about;
  std::string bytes;
  if (zip_source_stat(source, &about) != 0 || zip_source_open(source) != 0) return bytes;
  bytes.resize(about.size);
  const auto read = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  bytes.resize(read < 0 ? 0 : static_cast<std::size_t>(read));
  return bytes;
}

// What relates from a part stands beside it in _rels.
std::string relations_path(const std::string& from) {
  const std::filesystem::path path(from);
  return (path.parent_path() / "_rels" / (path.filename().string() + ".rels")).string();
}

std::string ending_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

Result<std::string> zip(const std::vector<std::pair<std::string, std::string>>& files) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (source == nullptr) return no_archive(zip_error_strerror(&error));
  zip_source_keep(source);  // the archive takes one, we keep one to read from
  const std::unique_ptr<zip_source_t, Discard> ours(source);
  std::unique_ptr<zip_t, Discard> archive(
      zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) {
    zip_source_free(source);
    return no_archive(zip_error_strerror(&error));
  }
  for (const auto& [path, bytes] : files) {
    zip_source_t* part = zip_source_buffer(archive.get(), bytes.data(), bytes.size(), 0);
    const auto at =
        part == nullptr ? -1 : zip_file_add(archive.get(), path.c_str(), part, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
      if (part != nullptr) zip_source_free(part);
      return no_archive(zip_strerror(archive.get()));
    }
    constexpr zip_uint16_t kFirstDay = (1U << 5) | 1U;  // of 1980, as DOS counts
    zip_file_set_dostime(archive.get(), static_cast<zip_uint64_t>(at), 0, kFirstDay, 0);
  }
  if (zip_close(archive.get()) != 0) return no_archive(zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // closed is freed
  auto bytes = read_all(ours.get());
  if (bytes.empty()) return no_archive("it cannot be read back");
  return bytes;
}

void Package::add(std::string path, std::string content_type, std::string bytes) {
  parts_.push_back({std::move(path), std::move(content_type), std::move(bytes)});
}

std::string Package::relate(const std::string& from, std::string_view type, const std::string& to,
                            bool external) {
  auto& list = relations_[from];
  const bool whole = type.starts_with("http");
  // Relative to the part that it goes from; "/ppt/..." is not read by all.
  const std::string target =
      external ? to
               : std::filesystem::path(to)
                     .lexically_relative(std::filesystem::path(from).parent_path())
                     .string();
  list.push_back({whole ? std::string(type) : fmt::format("{}{}", kOffice, type),
                  from.find('/') == std::string::npos && !external ? to : target, external});
  return fmt::format("rId{}", list.size());
}

std::string Package::content_types() const {
  pugi::xml_document document;
  auto root =
      xml::root(document, "Types",
                {{"xmlns", "http://schemas.openxmlformats.org/package/2006/content-types"}});
  std::set<std::string> endings = {"rels", "xml"};
  for (const auto& part : parts_) {
    if (part.content_type.empty()) endings.insert(ending_of(part.path));
  }
  for (const auto& ending : endings) {
    const std::string_view type = ending == "rels"
                                      ? "application/vnd.openxmlformats-package.relationships+xml"
                                  : ending == "xml" ? "application/xml"
                                  : ending == "svg" ? "image/svg+xml"
                                                    : "image/png";
    xml::add(root, "Default", {{"Extension", ending}, {"ContentType", type}});
  }
  for (const auto& part : parts_) {
    if (part.content_type.empty()) continue;
    xml::add(root, "Override", {{"PartName", "/" + part.path}, {"ContentType", part.content_type}});
  }
  return xml::text_of(document);
}

std::string Package::relations_text(const std::vector<Relation>& relations) {
  pugi::xml_document document;
  auto root =
      xml::root(document, "Relationships",
                {{"xmlns", "http://schemas.openxmlformats.org/package/2006/relationships"}});
  for (std::size_t i = 0; i < relations.size(); ++i) {
    auto node = xml::add(root, "Relationship",
                         {{"Id", fmt::format("rId{}", i + 1)},
                          {"Type", relations[i].type},
                          {"Target", relations[i].target}});
    if (relations[i].external) xml::set(node, "TargetMode", "External");
  }
  return xml::text_of(document);
}

Result<std::string> Package::bytes() const {
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back("[Content_Types].xml", content_types());
  for (const auto& [from, relations] : relations_) {
    files.emplace_back(relations_path(from), relations_text(relations));
  }
  for (const auto& part : parts_) files.emplace_back(part.path, part.bytes);
  return zip(files);
}

void add_properties(Package& package, const Properties& properties) {
  pugi::xml_document core;
  auto root = xml::root(
      core, "cp:coreProperties",
      {{"xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"},
       {"xmlns:dc", "http://purl.org/dc/elements/1.1/"},
       {"xmlns:dcterms", "http://purl.org/dc/terms/"},
       {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"}});
  xml::add_text(root, "dc:title", properties.title);
  xml::add_text(root, "dc:subject", properties.subject);
  xml::add_text(root, "dc:creator", "Tokentrial");
  xml::add_text(root, "cp:keywords", properties.keywords);
  xml::add_text(root, "dc:language", "en-GB");
  if (properties.created > 0) {
    // Fractions of a second are not read by all.
    const std::string created = format_utc(properties.created).substr(0, 19) + "Z";
    for (const char* name : {"dcterms:created", "dcterms:modified"}) {
      xml::add_text(root, name, created, {{"xsi:type", "dcterms:W3CDTF"}});
    }
  }
  package.add("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml",
              xml::text_of(core));
  package.relate("",
                 "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
                 "core-properties",
                 "docProps/core.xml");
  pugi::xml_document app;
  auto about = xml::root(
      app, "Properties",
      {{"xmlns", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"}});
  xml::add_text(about, "Application", "Tokentrial");
  package.add("docProps/app.xml",
              "application/vnd.openxmlformats-officedocument.extended-properties+xml",
              xml::text_of(app));
  package.relate("", "extended-properties", "docProps/app.xml");
}

}  // namespace tt::report
