// What kind of file it is, from its content.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "import/blocks.h"
#include "import/document.h"
#include "import/format.h"

namespace tt::import {

/// A file whose format is known, and how its requests are read.
struct Sniffed {
  const Format* format = nullptr;
  std::uint64_t bytes = 0;
  bool has_texts = false;

  /// Files that are read record by record: makes a source anew each time. Empty for documents.
  std::function<Result<std::unique_ptr<Source>>()> open;
  bool names_engines = false;             // its records name engine or model
  std::vector<std::string_view> columns;  // of rows, that such records can fill; empty: any

  /// JSON documents, read as a whole.
  Document document;
  /// CSV files of figures: "vllm.TTFT P50 (ms)".
  std::map<std::string, double> figures;
};

/// Reads as much as it takes to know. kInvalidInput, with place and remedy, where the file is
/// empty, binary, compressed, UTF-16 or broken; kNotFound where it is of no known format.
Result<Sniffed> sniff(const std::string& path);

}  // namespace tt::import
