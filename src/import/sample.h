// One request as another tool's file tells it, before it becomes a row: values in one set of units,
// what is not told left open, what is wrong with it noted.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace tt::import {

/// A number that the file does not tell.
inline constexpr double kNotTold = std::numeric_limits<double>::quiet_NaN();
inline bool is_told(double value) { return !std::isnan(value); }

/// What can be wrong with a request's record. The first that is found names the record.
enum class Fault : std::uint8_t {
  kNone,
  kColumns,         // another number of cells than the header has
  kWrongType,       // a word where a number belongs
  kMissingValue,    // a value that a successful request must have is empty
  kNegative,        // a duration or a count below zero
  kImpossible,      // an instant or duration that cannot be
  kBroken,          // not readable as a record at all: JSON that is none, a quote never closed
  kRepeatedHeader,  // the header again, in the middle of the file
};
inline constexpr int kFaultCount = static_cast<int>(Fault::kRepeatedHeader) + 1;

/// Texts are views into the record, which must outlive the sample. Durations in seconds.
struct Sample {
  std::uint64_t row = 0;   // from 1, without the header
  std::uint64_t line = 0;  // from 1, where the record begins; 0: the format has no lines

  std::string_view id;
  std::string_view user;
  std::string_view engine;
  std::string_view model;
  std::string_view scenario;
  std::string_view error;
  std::string_view finish_reason;
  std::string_view prompt;
  std::string_view answer;

  // Instants, nanoseconds on the file's own clock; kNever where not told
  Nanos planned = kNever;
  Nanos start = kNever;
  Nanos first_token = kNever;
  Nanos last_token = kNever;
  Nanos end = kNever;

  double ttft = kNotTold;
  double tpot = kNotTold;
  double itl = kNotTold;
  double e2e = kNotTold;
  double load = kNotTold;     // the engine's own: loading the model
  double prefill = kNotTold;  // prompt processing
  double decode = kNotTold;   // generation

  double input_tokens = kNotTold;
  double output_tokens = kNotTold;
  double reasoning_tokens = kNotTold;

  double status_code = kNotTold;
  bool failed = false;     // the file says so, whatever the code
  bool cancelled = false;  // stopped before its end
  bool warmup = false;
  bool ends_with_token = false;  // by the tool's definition the request ends at its last token

  /// Gaps between chunks, in seconds, from the first chunk with content on.
  std::vector<double> gaps;

  /// Room for ids that are numbers in the file; id and user may point here, so a sample stays where
  /// it is.
  std::string id_room;
  std::string user_room;

  Fault fault = Fault::kNone;
  std::string_view fault_column;
  std::string_view fault_value;

  void blame(Fault what, std::string_view column, std::string_view value) {
    if (fault != Fault::kNone) return;
    fault = what;
    fault_column = column;
    fault_value = value;
  }
  /// As new, but keeps the room of its lists.
  void reset() {
    std::vector<double> room = std::move(gaps);
    room.clear();
    *this = {};
    gaps = std::move(room);
  }
};

}  // namespace tt::import
