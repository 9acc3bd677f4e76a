#include "sim/exposition.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace tt::sim {
namespace {

std::string_view type_name(Exposition::Type type) {
  switch (type) {
    case Exposition::Type::kCounter:
      return "counter";
    case Exposition::Type::kHistogram:
      return "histogram";
    case Exposition::Type::kGauge:
      break;
  }
  return "gauge";
}

/// A label's value may hold anything; a help line everything but quotes is escaped alike.
void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quotes) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

/// As Python's repr(), but for 1e6 and above with an exponent: the client's floatToGoString.
void append_python(std::string& out, double value) {
  if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
    return;
  }
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  std::string text = fmt::format("{}", value);
  const auto dot = text.find('.');
  const bool exponent = text.find('e') != std::string::npos;
  const auto digits = exponent ? 0 : std::min(dot, text.size());
  if (value > 0 && digits > 6) {
    std::string mantissa = text.substr(0, 1) + "." + text.substr(1, digits - 1);
    if (dot != std::string::npos) mantissa += text.substr(dot + 1);
    while (mantissa.ends_with('0')) mantissa.pop_back();
    if (mantissa.ends_with('.')) mantissa.pop_back();
    fmt::format_to(std::back_inserter(out), "{}e+{:02}", mantissa, digits - 1);
    return;
  }
  if (dot == std::string::npos && !exponent) text += ".0";
  out += text;
}

}  // namespace

void Histogram::observe(double value, std::uint64_t weight) {
  const auto bucket = std::ranges::lower_bound(edges_, value) - edges_.begin();
  counts_[static_cast<std::size_t>(bucket)] += weight;
  count_ += weight;
  sum_ += value * static_cast<double>(weight);
}

void Histogram::add(const Histogram& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
}

Histogram Histogram::scaled(std::span<const double> edges, double factor) const {
  Histogram other = *this;
  other.edges_ = edges;
  other.sum_ *= factor;
  return other;
}

std::string_view content_type(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenMetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case Dialect::kRust:
      return "text/plain; charset=utf-8";
    case Dialect::kPython:
    case Dialect::kCpp:
    case Dialect::kLlamaCpp:
      break;
  }
  return "text/plain; version=0.0.4; charset=utf-8";
}

void append_number(std::string& out, Dialect dialect, double value) {
  switch (dialect) {
    case Dialect::kLlamaCpp:
      fmt::format_to(std::back_inserter(out), "{:g}", value);
      return;
    case Dialect::kRust:
    case Dialect::kCpp:
      fmt::format_to(std::back_inserter(out), "{}", value);
      return;
    case Dialect::kPython:
    case Dialect::kOpenMetrics:
      append_python(out, value);
  }
}

void Exposition::head(std::string_view name, std::string_view type, std::string_view help) {
  if (!help.empty() || python()) {
    fmt::format_to(std::back_inserter(out_), "# HELP {} ", name);
    append_escaped(out_, help, dialect_ == Dialect::kOpenMetrics);
    out_ += '\n';
  }
  fmt::format_to(std::back_inserter(out_), "# TYPE {} {}\n", name, type);
}

void Exposition::family(std::string_view name, Type type, std::string_view help) {
  end_family();
  name_ = name;
  help_ = help;
  type_ = type;
  const bool total = type == Type::kCounter && dialect_ == Dialect::kPython;
  head(total ? name_ + "_total" : name_, type_name(type), help);
}

/// Python's client tells of counters and histograms when they began: under the old format as a
/// gauge after the family, which has no place for it.
void Exposition::end_family() {
  if (!created_.empty()) {
    if (dialect_ == Dialect::kPython) head(name_ + "_created", "gauge", help_);
    for (const std::string& text : created_) out_ += text;
    created_.clear();
  }
  if (dialect_ == Dialect::kRust && !name_.empty()) out_ += '\n';
}

void Exposition::line(std::string_view suffix, const Labels& labels, Label extra, double value) {
  Labels all = labels;
  if (!extra.first.empty()) all.push_back(extra);
  if (python()) std::ranges::sort(all);
  out_ += name_;
  out_ += suffix;
  char before = '{';
  for (const auto& [name, text] : all) {
    fmt::format_to(std::back_inserter(out_), "{}{}=\"", before, name);
    append_escaped(out_, text, true);
    out_ += '"';
    before = ',';
  }
  if (!all.empty()) out_ += '}';
  out_ += ' ';
  append_number(out_, dialect_, value);
  out_ += '\n';
}

void Exposition::sample_plain(const Labels& labels, double value) {
  line(type_ == Type::kCounter && python() ? "_total" : "", labels, {}, value);
}

void Exposition::sample(const Labels& labels, double value) {
  sample_plain(labels, value);
  if (type_ != Type::kCounter || !python()) return;
  const std::size_t begin = out_.size();
  line("_created", labels, {}, created_s_);
  created_.push_back(out_.substr(begin));
  out_.resize(begin);
}

void Exposition::sample(const Labels& labels, const Histogram& histogram) {
  std::uint64_t below = 0;
  std::string edge;
  for (std::size_t i = 0; i < histogram.counts().size(); ++i) {
    below += histogram.counts()[i];
    edge.clear();
    if (i < histogram.edges().size()) {
      append_number(edge, dialect_, histogram.edges()[i]);
    } else {
      edge = "+Inf";
    }
    line("_bucket", labels, {"le", edge}, static_cast<double>(below));
  }
  if (python()) {
    line("_count", labels, {}, static_cast<double>(histogram.count()));
    line("_sum", labels, {}, histogram.sum());
    const std::size_t begin = out_.size();
    line("_created", labels, {}, created_s_);
    created_.push_back(out_.substr(begin));
    out_.resize(begin);
  } else {
    line("_sum", labels, {}, histogram.sum());
    line("_count", labels, {}, static_cast<double>(histogram.count()));
  }
}

void Exposition::counter(std::string_view name, std::string_view help, const Labels& labels,
                         double value) {
  family(name, Type::kCounter, help);
  sample(labels, value);
}

void Exposition::gauge(std::string_view name, std::string_view help, const Labels& labels,
                       double value) {
  family(name, Type::kGauge, help);
  sample(labels, value);
}

std::string Exposition::take() {
  end_family();
  name_.clear();
  if (dialect_ == Dialect::kOpenMetrics) out_ += "# EOF\n";
  return std::move(out_);
}

}  // namespace tt::sim
