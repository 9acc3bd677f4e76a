// A flat table as a Parquet file, for warehouses and other programs: a value a cell, no lists.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"

namespace tt::record {

enum class FlatType : std::uint8_t {
  kText,
  kWhole,    // 64 bits, signed
  kNumber,   // double
  kFlag,     // true or false
  kInstant,  // a timestamp in UTC; given as nanoseconds since 1970, kept to the microsecond
};

struct FlatColumn {
  std::string_view name;
  FlatType type = FlatType::kText;
};

/// NULL, or what goes with the column's type; a whole number serves instants as well. Another type
/// is written as NULL, as are numbers that are not finite.
using FlatValue = std::variant<std::monostate, std::string, std::int64_t, double, bool>;

/// Fills in a row, which has as many values as there are columns, or returns false at the end.
using FlatSource = std::function<bool(std::vector<FlatValue>&)>;

/// Rows in the order of `next`, and how many. Memory is bounded whatever their number. Atomic:
/// `path` appears whole or not at all. `metadata` goes into the file's footer. Bytes of texts that
/// are not UTF-8 become U+FFFD.
Result<std::uint64_t> write_flat(const std::string& path, std::span<const FlatColumn> columns,
                                 const FlatSource& next,
                                 const std::map<std::string, std::string>& metadata = {});

}  // namespace tt::record
