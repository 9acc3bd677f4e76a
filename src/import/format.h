// Every format that can be read, declared once: whose it is, how that tool computes its metrics,
// and for formats whose requests are flat records (a CSV line, a JSON object) what each column
// means.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "import/sample.h"

namespace tt::import {

/// What a column or a key of a flat record is for us.
enum class Field : std::uint8_t {
  kIgnored,  // known, but nothing that a row holds
  kId,
  kUser,
  kEngine,
  kModel,
  kScenario,
  kError,
  kPrompt,
  kAnswer,
  kStart,  // instants: ISO text, or a number since 1970
  kEnd,
  kTtft,  // durations
  kTpot,
  kItl,
  kE2e,
  kLoad,
  kPrefill,
  kDecode,
  kInputTokens,
  kOutputTokens,
  kReasoningTokens,
  kStatusCode,  // HTTP
  kErrorCode,   // an error where it is there and not 0 or 200
  kSuccess,
  kGaps,  // a list of durations
};

enum class Need : std::uint8_t {
  kOptional,
  kColumn,  // the column must be there, its values may be empty
  kValue,   // every successful request must have it
};

struct Column {
  std::string_view name;
  Field field = Field::kIgnored;
  double scale = 1;  // of durations: seconds in a unit
  Need need = Need::kOptional;
};

struct Definition {
  std::string_view what;  // "ttft"; a column's name
  std::string_view text;
};

/// A tool whose files can be read.
struct Tool {
  std::string_view name;                    // "llm-locust"
  std::span<const Definition> definitions;  // how it computes what it reports
};

struct Format {
  std::string_view id;     // "llm-locust-csv"
  std::string_view title;  // "llm-locust per-request CSV"
  const Tool* tool = nullptr;
  std::span<const Column> columns;        // of flat records; empty otherwise
  std::span<const Definition> estimated;  // columns of ours that are estimates, and why
  std::string_view caution;  // what a reader must know of every such file; may be empty
  bool has_rows = true;      // false: figures only, no request
  TokenSource tokens = TokenSource::kUsage;  // where its token counts come from
  /// Completes a sample read from a flat record; may be null.
  void (*finish)(Sample&) = nullptr;
};

/// Every format, in the order of the documentation.
std::span<const Format> formats();
/// nullptr where there is none.
const Format* find_format(std::string_view id);

/// The format of a CSV file with this header; nullptr where it fits none. `missing` gets the
/// columns that it needs and the header lacks.
const Format* csv_format(std::span<const std::string_view> header,
                         std::vector<std::string_view>& missing);

}  // namespace tt::import
