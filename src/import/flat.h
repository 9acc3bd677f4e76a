// Flat records (a CSV line, a JSON object) into samples, by the columns that a format declares.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

#include "import/format.h"
#include "import/sample.h"

namespace tt::import {

/// The cells of a CSV line, by the header of their file.
class CsvBinding {
 public:
  CsvBinding(const Format& format, std::span<const std::string_view> header);

  /// Fills `sample` (reset, with row and line set). A cell that is not what it should be, and a
  /// wrong number of cells, are blamed on the sample; what can be read is read all the same.
  void read(std::span<const std::string_view> cells, Sample& sample) const;

  /// Texts that only --texts keeps.
  bool has_texts() const { return has_texts_; }
  bool has_engine() const { return has_engine_; }
  bool has(Field field) const;
  /// The columns of a row that these cells can fill, in file order; the rest need not be written.
  std::vector<std::string_view> row_columns() const;

 private:
  bool is_header(std::span<const std::string_view> cells) const;

  const Format* format_;
  std::vector<std::string> header_;
  std::vector<const Column*> columns_;  // parallel to the header; nullptr: not known
  bool has_texts_ = false;
  bool has_engine_ = false;
};

/// The members of a JSON object. Texts are views into the parser's document.
class ObjectBinding {
 public:
  explicit ObjectBinding(const Format& format);
  void read(const simdjson::dom::object& object, Sample& sample) const;

 private:
  const Format* format_;
  std::unordered_map<std::string_view, const Column*> columns_;
};

/// Blames a successful request's missing values: every column of need kValue whose field is not
/// told.
void require_values(const Format& format, Sample& sample);

}  // namespace tt::import
