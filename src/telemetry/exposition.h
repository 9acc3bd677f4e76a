// Reads a page of metrics as servers expose it: Prometheus' text format 0.0.4 and OpenMetrics 1.0,
// which it tells apart by themselves (OpenMetrics ends with "# EOF").
//
// The page is walked once and nothing is copied but what has escapes. A line that is wrong loses
// only itself: it is reported with its number, and counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tt::telemetry {

enum class MetricType : std::uint8_t {
  kUnknown,  // "untyped" as well
  kCounter,
  kGauge,
  kHistogram,
  kGaugeHistogram,
  kSummary,
  kInfo,
  kStateSet,
};
std::string_view metric_type_name(MetricType type);  // "counter"

struct Label {
  std::string_view name;
  std::string_view value;  // escapes undone
};

/// What OpenMetrics may put behind a value: one observation and where it came from.
struct Exemplar {
  std::span<const Label> labels;
  double value = 0;
  std::optional<double> timestamp;  // seconds since 1970
};

/// One line. Views live until the call returns.
struct ExpositionSample {
  std::string_view name;  // as written, suffixes included: "x_bucket"
  std::span<const Label> labels;
  double value = 0;  // may be NaN or infinite
  /// As written: milliseconds since 1970 in Prometheus' format, seconds in OpenMetrics.
  std::optional<double> timestamp;
  const Exemplar* exemplar = nullptr;
  /// The value of a label; nullptr where it is not there.
  const std::string_view* label(std::string_view label_name) const;
};

/// Takes a page's parts as they come.
class ExpositionSink {
 public:
  virtual ~ExpositionSink() = default;
  virtual void on_type(std::string_view /*family*/, MetricType) {}
  virtual void on_help(std::string_view /*family*/, std::string_view /*text*/) {}
  virtual void on_unit(std::string_view /*family*/, std::string_view /*unit*/) {}
  virtual void on_sample(const ExpositionSample& sample) = 0;
  /// A line that was passed over. `line` counts from 1.
  virtual void on_error(std::size_t /*line*/, std::string_view /*what*/) {}
};

struct ExpositionLimits {
  std::size_t page = 16u << 20;   // bytes; what is beyond is not read
  std::size_t line = 64u << 10;   // bytes; a longer line is wrong
  std::size_t samples = 200'000;  // what is beyond is not read
  std::size_t labels = 64;        // of one sample
};

struct ExpositionResult {
  std::size_t samples = 0;
  std::size_t bad_lines = 0;
  std::string first_error;  // "line 7: ...": of the first bad line
  bool ended = false;       // "# EOF" was seen: this is OpenMetrics, and whole
  bool cut = false;         // a limit was reached; first_error says which
};

/// Keeps its memory from page to page. One thread at a time.
class ExpositionParser {
 public:
  explicit ExpositionParser(ExpositionLimits limits = {}) : limits_(limits) {}
  /// Any bytes will do.
  ExpositionResult parse(std::string_view page, ExpositionSink& sink);

 private:
  struct Line;
  void comment(std::string_view line, ExpositionSink& sink, ExpositionResult& result);
  bool sample(std::string_view line, ExpositionSink& sink);
  bool read_labels(Line& line, std::vector<Label>& labels, std::string_view* quoted_name);
  bool read_exemplar(Line& line, Exemplar& exemplar);

  ExpositionLimits limits_;
  std::vector<Label> labels_;
  std::vector<Label> exemplar_labels_;
  std::string unescaped_;  // never grows while a line is read: views stay good
  std::string_view error_;
};

/// A number as both formats write it: what strtod reads, but no hexadecimal, and NaN, +Inf and -Inf
/// in any case. nullopt for anything else.
std::optional<double> parse_metric_value(std::string_view text);

}  // namespace tt::telemetry
