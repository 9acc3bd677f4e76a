#include "telemetry/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace tt::telemetry {
namespace {

constexpr std::array<std::string_view, 8> kTypeNames = {
    "unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

std::optional<MetricType> type_of(std::string_view word) {
  if (word == "untyped") return MetricType::kUnknown;
  const auto found = std::ranges::find(kTypeNames, word);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<MetricType>(found - kTypeNames.begin());
}

// "name rest": takes the first word off.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return word;
}

}  // namespace

std::string_view metric_type_name(MetricType type) {
  return kTypeNames[static_cast<std::size_t>(type)];
}

const std::string_view* ExpositionSample::label(std::string_view label_name) const {
  const auto found = std::ranges::find(labels, label_name, &Label::name);
  return found == labels.end() ? nullptr : &found->value;
}

std::optional<double> parse_metric_value(std::string_view text) {
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || text.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty()) return std::nullopt;
  if (is_name_start(digits.front())) {
    if (equals_ignoring_case(digits, "inf") || equals_ignoring_case(digits, "infinity")) {
      const double infinity = std::numeric_limits<double>::infinity();
      return negative ? -infinity : infinity;
    }
    if (equals_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
    return std::nullopt;
  }
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (stop != end || digits.front() == '-') return std::nullopt;
  // Too large or too small for a double: as strtod has it.
  if (error == std::errc::result_out_of_range) {
    const std::size_t exponent = digits.find_first_of("eE");
    const bool tiny = exponent == digits.npos ? digits.find('.') < digits.find_first_of("123456789")
                                              : digits.substr(exponent + 1).starts_with('-');
    value = tiny ? 0 : std::numeric_limits<double>::infinity();
  } else if (error != std::errc{}) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

// What is left of a line, and what is wrong with it.
struct ExpositionParser::Line {
  std::string_view rest;
  std::string& unescaped;

  void skip_blanks() {
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
  }
  bool take(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  std::string_view take_name() {
    std::size_t n = 0;
    if (!rest.empty() && is_name_start(rest.front())) {
      while (n < rest.size() && is_name_char(rest[n])) ++n;
    }
    const std::string_view name = rest.substr(0, n);
    rest.remove_prefix(n);
    return name;
  }
  // After the opening quote; nullopt where no closing one follows.
  std::optional<std::string_view> take_quoted() {
    const std::size_t plain = rest.find_first_of("\"\\");
    if (plain == std::string_view::npos) return std::nullopt;
    if (rest[plain] == '"') {
      const std::string_view text = rest.substr(0, plain);
      rest.remove_prefix(plain + 1);
      return text;
    }
    const std::size_t start = unescaped.size();
    for (std::size_t i = 0; i < rest.size(); ++i) {
      char c = rest[i];
      if (c == '"') {
        rest.remove_prefix(i + 1);
        return std::string_view(unescaped).substr(start);
      }
      if (c == '\\') {
        if (++i == rest.size()) return std::nullopt;
        c = rest[i];
        if (c == 'n') {
          c = '\n';
        } else if (c != '"' && c != '\\') {
          unescaped += '\\';  // an escape that is none stays as it is
        }
      }
      unescaped += c;
    }
    return std::nullopt;
  }
  std::string_view take_token() {
    const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
    const std::string_view token = rest.substr(0, end);
    rest.remove_prefix(end);
    return token;
  }
};

// After the opening brace. A quoted text without '=' is the metric's name.
bool ExpositionParser::read_labels(Line& line, std::vector<Label>& labels,
                                   std::string_view* quoted_name) {
  labels.clear();
  for (;;) {
    line.skip_blanks();
    if (line.take('}')) return true;
    std::string_view name;
    const bool quoted = line.take('"');
    if (quoted) {
      const auto text = line.take_quoted();
      if (!text) return error_ = "a quoted name has no end", false;
      name = *text;
    } else {
      name = line.take_name();
    }
    if (name.empty()) return error_ = "a label's name was expected", false;
    line.skip_blanks();
    if (line.take('=')) {
      line.skip_blanks();
      if (!line.take('"')) return error_ = "a label's value was expected in quotes", false;
      const auto value = line.take_quoted();
      if (!value) return error_ = "a label's value has no closing quote", false;
      if (labels.size() == limits_.labels) return error_ = "has too many labels", false;
      labels.push_back({name, *value});
      line.skip_blanks();
    } else if (quoted && quoted_name != nullptr && quoted_name->empty()) {
      *quoted_name = name;
    } else {
      return error_ = "'=' was expected after a label's name", false;
    }
    if (line.take(',')) continue;
    if (line.take('}')) return true;
    return error_ = "',' or '}' was expected after a label", false;
  }
}

bool ExpositionParser::read_exemplar(Line& line, Exemplar& exemplar) {
  line.skip_blanks();
  if (!line.take('{')) return error_ = "an exemplar begins with its labels", false;
  if (!read_labels(line, exemplar_labels_, nullptr)) return false;
  exemplar.labels = exemplar_labels_;
  line.skip_blanks();
  const auto value = parse_metric_value(line.take_token());
  if (!value) return error_ = "an exemplar's value is no number", false;
  exemplar.value = *value;
  line.skip_blanks();
  if (line.rest.empty()) return true;
  exemplar.timestamp = parse_metric_value(line.take_token());
  return exemplar.timestamp ? true : (error_ = "an exemplar's timestamp is no number", false);
}

bool ExpositionParser::sample(std::string_view text, ExpositionSink& sink) {
  // Room for every escape of the line: views into it must not move.
  unescaped_.clear();
  unescaped_.reserve(text.size());
  Line line{text, unescaped_};
  ExpositionSample sample;
  sample.name = line.take_name();
  labels_.clear();
  if (sample.name.empty() && !line.rest.starts_with('{')) {
    return error_ = "a metric's name was expected", false;
  }
  line.skip_blanks();
  if (line.take('{') && !read_labels(line, labels_, sample.name.empty() ? &sample.name : nullptr)) {
    return false;
  }
  if (sample.name.empty()) return error_ = "a metric's name was expected", false;
  sample.labels = labels_;
  line.skip_blanks();
  const auto value = parse_metric_value(line.take_token());
  if (!value) return error_ = "a number was expected after the metric's name", false;
  sample.value = *value;
  line.skip_blanks();
  if (!line.rest.empty() && line.rest.front() != '#') {
    sample.timestamp = parse_metric_value(line.take_token());
    if (!sample.timestamp) return error_ = "the timestamp is no number", false;
    line.skip_blanks();
  }
  Exemplar exemplar;
  if (line.take('#')) {
    if (!read_exemplar(line, exemplar)) return false;
    sample.exemplar = &exemplar;
    line.skip_blanks();
  }
  if (!line.rest.empty()) return error_ = "there is more behind the value", false;
  sink.on_sample(sample);
  return true;
}

// "# TYPE name type", "# HELP name text", "# UNIT name unit", "# EOF"; anything else is a remark.
void ExpositionParser::comment(std::string_view line, ExpositionSink& sink,
                               ExpositionResult& result) {
  line.remove_prefix(1);
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  if (line == "EOF") {
    result.ended = true;
    return;
  }
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  if (word != "TYPE" && word != "HELP" && word != "UNIT") return;
  std::string_view family = take_word(rest);
  if (family.size() > 1 && family.starts_with('"') && family.ends_with('"')) {
    family = family.substr(1, family.size() - 2);
  }
  if (family.empty()) return;
  if (word == "HELP") return sink.on_help(family, rest);
  while (!rest.empty() && is_blank(rest.back())) rest.remove_suffix(1);
  if (word == "UNIT") return sink.on_unit(family, rest);
  if (const auto type = type_of(rest)) return sink.on_type(family, *type);
  error_ = "is of a type that is not known";
}

ExpositionResult ExpositionParser::parse(std::string_view page, ExpositionSink& sink) {
  ExpositionResult result;
  const auto limit = [&](std::string_view what) {
    result.cut = true;
    if (result.first_error.empty()) result.first_error = what;
  };
  if (page.size() > limits_.page) {
    page = page.substr(0, limits_.page);
    page = page.substr(0, page.rfind('\n') + 1);
    limit(fmt::format("the page is longer than {} bytes", limits_.page));
  }
  for (std::size_t number = 1; !page.empty() && !result.ended; ++number) {
    const std::size_t end = std::min(page.find('\n'), page.size());
    std::string_view line = page.substr(0, end);
    page.remove_prefix(std::min(end + 1, page.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (line.empty()) continue;
    error_ = {};
    if (line.size() > limits_.line) {
      error_ = "is too long";
    } else if (line.front() == '#') {
      comment(line, sink, result);
    } else if (result.samples == limits_.samples) {
      limit(fmt::format("line {}: there are more than {} samples", number, limits_.samples));
      return result;
    } else if (sample(line, sink)) {
      ++result.samples;
    }
    if (error_.empty()) continue;
    ++result.bad_lines;
    if (result.first_error.empty()) result.first_error = fmt::format("line {}: {}", number, error_);
    sink.on_error(number, error_);
  }
  return result;
}

}  // namespace tt::telemetry
