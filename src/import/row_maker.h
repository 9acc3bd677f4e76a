// Samples into rows: nothing is invented. What the file does not tell stays the empty row's value.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/outcome.h"
#include "import/sample.h"
#include "record/row.h"

namespace tt::import {

/// The engines and models that a file's requests name, numbered as they come. Thread-safe.
class TargetTable {
 public:
  struct Target {
    std::string engine;
    std::string model;
  };
  std::uint32_t index_of(std::string_view engine, std::string_view model);
  std::vector<Target> all() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::uint32_t, std::less<>> known_;
  std::vector<Target> targets_;
};

/// How a request ended, by its HTTP status code where there is one, else by the words of its error.
Status status_of(const Sample& sample);

struct RowMaker {
  Nanos anchor = 0;  // the instant on the file's clock that becomes 0
  TargetTable* targets = nullptr;
  TokenSource tokens = TokenSource::kUsage;  // where such files have their counts from

  /// `row` must be empty. A faulty sample gives a row of what can be believed of it, flagged.
  void make(const Sample& sample, record::Row& row) const;
};

/// Rows by how they ended. One thread; merge() adds another's.
struct StatusCounts {
  std::array<std::uint64_t, kStatusCount> by_status{};
  std::uint64_t warmup = 0;

  void add(const record::Row& row);
  void merge(const StatusCounts& other);
  std::uint64_t rows() const;
};

}  // namespace tt::import
