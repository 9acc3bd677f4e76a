// XML written with pugixml, in few words. For the writers of office files in this folder.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <pugixml.hpp>

#include "base/isolates.h"
#include "base/safe_text.h"

namespace tt::report::xml {

using Attributes = std::initializer_list<std::pair<const char*, std::string_view>>;

/// Foreign text is safe in every value.
inline void set(pugi::xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(safe_text(value).c_str());
}

inline pugi::xml_node add(pugi::xml_node parent, const char* name, Attributes attributes = {}) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) set(node, key, value);
  return node;
}

inline pugi::xml_node add_text(pugi::xml_node parent, const char* name, std::string_view text,
                               Attributes attributes = {}) {
  auto node = add(parent, name, attributes);
  node.text().set(safe_text(text).c_str());
  return node;
}

/// The same of words that people read: names that run from right to left turn nothing around.
inline pugi::xml_node add_words(pugi::xml_node parent, const char* name, std::string_view text,
                                Attributes attributes = {}) {
  auto node = add(parent, name, attributes);
  node.text().set(isolated(safe_text(text)).c_str());
  return node;
}

/// The root of an empty document.
inline pugi::xml_node root(pugi::xml_document& document, const char* name, Attributes attributes) {
  pugi::xml_node top = document.root();
  auto declaration = top.append_child(pugi::node_declaration);
  for (const auto& [key, value] :
       Attributes{{"version", "1.0"}, {"encoding", "UTF-8"}, {"standalone", "yes"}}) {
    set(declaration, key, value);
  }
  return add(top, name, attributes);
}

/// On one line: blanks between elements would be text in some of these formats.
inline std::string text_of(const pugi::xml_document& document) {
  struct Writer : pugi::xml_writer {
    std::string out;
    void write(const void* data, std::size_t size) override {
      out.append(static_cast<const char*>(data), size);
    }
  } writer;
  document.save(writer, "", pugi::format_raw);
  return std::move(writer.out);
}

}  // namespace tt::report::xml
