// Writes pages of metrics as the engines' own libraries do: Prometheus' text format as Python's
// client, Rust's exporter and llama.cpp write it, and OpenMetrics. Formats:
// prometheus.io/docs/instrumenting/exposition_formats and the OpenMetrics specification 1.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tt::sim {

/// Counts by upper bound, and the sum. Bounds rise and outlive the histogram; +Inf is implied.
class Histogram {
 public:
  explicit Histogram(std::span<const double> edges = {})
      : edges_(edges), counts_(edges.size() + 1) {}

  /// `weight` observations of `value`.
  void observe(double value, std::uint64_t weight = 1);
  /// Adds another of the same edges.
  void add(const Histogram& other);
  /// The same counts in another unit; `edges` are these ones times `factor`, and outlive it.
  Histogram scaled(std::span<const double> edges, double factor) const;

  std::span<const double> edges() const { return edges_; }
  /// One more than edges; each bucket alone, not cumulated.
  std::span<const std::uint64_t> counts() const { return counts_; }
  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }

 private:
  std::span<const double> edges_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

using Label = std::pair<std::string_view, std::string_view>;
using Labels = std::vector<Label>;

/// How a page is written.
enum class Dialect : std::uint8_t {
  kPython,       // 1.0, sorted labels, `_created` as gauges of their own
  kOpenMetrics,  // the same library, for scrapers that ask for it; counters' families lack `_total`
  kRust,         // 1, a blank line after each family
  kCpp,          // 1, no blank lines: Triton
  kLlamaCpp,     // six significant digits
};
/// Value of the Content-Type header.
std::string_view content_type(Dialect dialect);

/// Builds a page, family by family: a head, then its samples.
class Exposition {
 public:
  enum class Type : std::uint8_t { kCounter, kGauge, kHistogram };

  /// `created_s`: when the series began, seconds since 1970.
  Exposition(Dialect dialect, double created_s) : dialect_(dialect), created_s_(created_s) {}

  /// `name` as the engine registers it: of a counter without the `_total` that Python's client
  /// adds. No head is written where `help` is empty and the dialect allows it.
  void family(std::string_view name, Type type, std::string_view help);
  /// A sample of the counter or gauge begun last.
  void sample(const Labels& labels, double value);
  /// The same of a counter that Python's client reads elsewhere: no `_created`.
  void sample_plain(const Labels& labels, double value);
  /// All samples of the histogram begun last.
  void sample(const Labels& labels, const Histogram& histogram);

  /// A family of one sample.
  void counter(std::string_view name, std::string_view help, const Labels& labels, double value);
  void gauge(std::string_view name, std::string_view help, const Labels& labels, double value);

  /// The whole page.
  std::string take();

 private:
  bool python() const { return dialect_ == Dialect::kPython || dialect_ == Dialect::kOpenMetrics; }
  void head(std::string_view name, std::string_view type, std::string_view help);
  void line(std::string_view suffix, const Labels& labels, Label extra, double value);
  void end_family();

  Dialect dialect_;
  double created_s_;
  std::string out_;
  std::string name_;  // of the family begun last
  std::string help_;
  Type type_ = Type::kGauge;
  std::vector<std::string> created_;  // lines that follow the family
};

/// A number as the dialect writes it. Public for tests.
void append_number(std::string& out, Dialect dialect, double value);

}  // namespace tt::sim
