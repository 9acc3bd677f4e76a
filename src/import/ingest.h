// The requests of one run from a file into requests.parquet: read, checked, counted, written.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "import/audit.h"
#include "import/format.h"
#include "import/row_maker.h"

namespace tt::import {

/// Gives requests one after the other. One thread.
class Reader {
 public:
  virtual ~Reader() = default;
  /// The next request into `sample`, which is reset; false at the end.
  virtual bool next(Sample& sample) = 0;
  /// The bytes of the last request's record, for showing; may be made only now.
  virtual std::string_view record() = 0;
  /// Number of the part of the file that it came from. A part is read by one reader, as a whole.
  virtual std::uint64_t part() const { return 0; }
};

/// A run's requests in a file.
class Source {
 public:
  virtual ~Source() = default;
  /// A reader for the calling thread; several share the file's parts. Thread-safe.
  virtual std::unique_ptr<Reader> reader() = 0;
  virtual std::uint64_t bytes_done() const { return 0; }
  /// Why the reading ended early, once all readers are at their end.
  virtual Result<void> outcome() const { return {}; }
  virtual bool is_shared() const { return false; }  // worth more than one thread
};

struct IngestOptions {
  const Format* format = nullptr;
  RowMaker rows;
  bool keep_invalid = false;
  unsigned threads = 1;
  std::string parquet;                    // where to; empty: only check
  std::vector<std::string_view> columns;  // to write; empty: all
  std::map<std::string, std::string> metadata;
  std::function<void(std::uint64_t bytes_done)> progress;  // from any thread, one at a time
};

struct Ingested {
  Audit audit;
  StatusCounts counts;  // of the rows that were kept
};

/// The figures do not depend on the number of threads; the order of the rows in the file does.
Result<Ingested> ingest(Source& source, const IngestOptions& options);

}  // namespace tt::import
