#include "import/flat.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "import/number.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

std::string_view* text_of(Sample& s, Field field) {
  switch (field) {
    case Field::kId:
      return &s.id;
    case Field::kUser:
      return &s.user;
    case Field::kEngine:
      return &s.engine;
    case Field::kModel:
      return &s.model;
    case Field::kScenario:
      return &s.scenario;
    case Field::kError:
      return &s.error;
    case Field::kPrompt:
      return &s.prompt;
    case Field::kAnswer:
      return &s.answer;
    default:
      return nullptr;
  }
}

double* number_of(Sample& s, Field field) {
  switch (field) {
    case Field::kTtft:
      return &s.ttft;
    case Field::kTpot:
      return &s.tpot;
    case Field::kItl:
      return &s.itl;
    case Field::kE2e:
      return &s.e2e;
    case Field::kLoad:
      return &s.load;
    case Field::kPrefill:
      return &s.prefill;
    case Field::kDecode:
      return &s.decode;
    case Field::kInputTokens:
      return &s.input_tokens;
    case Field::kOutputTokens:
      return &s.output_tokens;
    case Field::kReasoningTokens:
      return &s.reasoning_tokens;
    case Field::kStatusCode:
      return &s.status_code;
    default:
      return nullptr;
  }
}

Nanos* instant_of(Sample& s, Field field) {
  return field == Field::kStart ? &s.start : field == Field::kEnd ? &s.end : nullptr;
}

bool is_nothing(std::string_view text) {
  return text.empty() || equals_ignoring_case(text, "none") || equals_ignoring_case(text, "null") ||
         equals_ignoring_case(text, "nan");
}

void set_number(Sample& s, const Column& column, double value, std::string_view as_written) {
  if (double* number = number_of(s, column.field)) {
    *number = value * column.scale;
  } else if (Nanos* instant = instant_of(s, column.field)) {
    const auto at = epoch_instant(value);
    if (!at) return s.blame(Fault::kImpossible, column.name, as_written);
    *instant = *at;
  } else if (column.field == Field::kErrorCode) {
    if (value != 0 && value != 200) {
      s.status_code = value;
      s.failed = true;
    }
  } else if (column.field == Field::kSuccess) {
    s.failed = value == 0;
  }
}

void set_text(Sample& s, const Column& column, std::string_view cell) {
  if (std::string_view* text = text_of(s, column.field)) {
    *text = cell;
    if (column.field == Field::kError && !is_nothing(trim(cell))) s.failed = true;
    return;
  }
  if (column.field == Field::kIgnored) return;
  if (const auto number = parse_number(cell)) return set_number(s, column, *number, cell);
  const std::string_view word = trim(cell);
  if (is_nothing(word)) return;
  if (column.field == Field::kSuccess) {
    const bool yes = equals_ignoring_case(word, "true") || equals_ignoring_case(word, "yes");
    const bool no = equals_ignoring_case(word, "false") || equals_ignoring_case(word, "no");
    if (!yes && !no) return s.blame(Fault::kWrongType, column.name, cell);
    s.failed = no;
  } else if (column.field == Field::kErrorCode) {
    s.failed = true;  // a code by name: "ConnectionError"
    if (s.error.empty()) s.error = cell;
  } else if (Nanos* instant = instant_of(s, column.field)) {
    const auto at = parse_iso_instant(word);
    if (!at) return s.blame(Fault::kWrongType, column.name, cell);
    *instant = *at;
  } else {
    s.blame(Fault::kWrongType, column.name, cell);
  }
}

void set_list(Sample& s, const Column& column, const dom::array& list) {
  if (column.field != Field::kGaps) return s.blame(Fault::kWrongType, column.name, "a list");
  for (const dom::element item : list) {
    double value = 0;
    if (item.get(value) != simdjson::SUCCESS)
      return s.blame(Fault::kWrongType, column.name, "a list with words");
    s.gaps.push_back(value * column.scale);
  }
}

void set_json(Sample& s, const Column& column, const dom::element& value) {
  double number = 0;
  bool flag = false;
  std::string_view text;
  dom::array list;
  if (value.is_null()) return;
  if (value.get(text) == simdjson::SUCCESS) {
    set_text(s, column, text);
  } else if (value.get(flag) == simdjson::SUCCESS) {
    if (column.field == Field::kSuccess) s.failed = !flag;
  } else if (value.get(number) == simdjson::SUCCESS) {
    if (std::string_view* name = text_of(s, column.field)) {
      std::string& room = column.field == Field::kId ? s.id_room : s.user_room;
      if (column.field == Field::kId || column.field == Field::kUser) {
        room = fmt::format("{}", number);
        *name = room;
      }
    } else {
      set_number(s, column, number, "");
    }
  } else if (value.get(list) == simdjson::SUCCESS) {
    set_list(s, column, list);
  }
}

bool is_told_of(const Sample& s, Field field) {
  auto& open = const_cast<Sample&>(s);  // only looked at
  if (const double* number = number_of(open, field)) return is_told(*number);
  if (const Nanos* instant = instant_of(open, field)) return *instant != kNever;
  return true;
}

}  // namespace

CsvBinding::CsvBinding(const Format& format, std::span<const std::string_view> header)
    : format_(&format) {
  for (const std::string_view cell : header) {
    header_.emplace_back(trim(cell));
    const auto found = std::ranges::find_if(format.columns, [&](const Column& column) {
      return equals_ignoring_case(column.name, header_.back());
    });
    columns_.push_back(found == format.columns.end() ? nullptr : &*found);
  }
  has_texts_ = has(Field::kPrompt);
  has_engine_ = has(Field::kEngine);
}

bool CsvBinding::has(Field field) const {
  return std::ranges::any_of(
      columns_, [&](const Column* column) { return column != nullptr && column->field == field; });
}

std::vector<std::string_view> CsvBinding::row_columns() const {
  // What the instants say is not said again as a duration: millions of rows are written here.
  const bool starts = has(Field::kStart) || has(Field::kEnd);
  const std::array<std::pair<std::string_view, bool>, 21> columns = {{
      {"index", true},
      {"target", has_engine_},
      {"request_id", has(Field::kId)},
      {"sent_ns", starts},
      {"first_token_ns", starts},
      {"end_ns", starts},
      {"status", true},
      {"http_code", has(Field::kStatusCode)},
      {"error", has(Field::kError) || has(Field::kAnswer)},
      {"input_tokens", true},
      {"output_tokens", true},
      {"input_source", true},
      {"output_source", true},
      {"engine_load_ns", has(Field::kLoad)},
      {"engine_prefill_ns", has(Field::kPrefill)},
      {"engine_decode_ns", has(Field::kDecode)},
      {"user", has(Field::kUser)},
      {"reported_ttft_ns", has(Field::kTtft) && !starts},
      {"reported_tpot_ns", has(Field::kTpot)},
      {"reported_itl_ns", has(Field::kItl)},
      {"reported_e2e_ns", !starts},
  }};
  std::vector<std::string_view> names;
  for (const auto& [name, wanted] : columns) {
    if (wanted) names.push_back(name);
  }
  return names;
}

bool CsvBinding::is_header(std::span<const std::string_view> cells) const {
  return std::ranges::equal(cells, header_, [](std::string_view cell, const std::string& name) {
    return trim(cell) == name;
  });
}

void CsvBinding::read(std::span<const std::string_view> cells, Sample& sample) const {
  const std::size_t count = std::min(cells.size(), columns_.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (columns_[i] != nullptr) set_text(sample, *columns_[i], cells[i]);
  }
  if (sample.fault != Fault::kNone && is_header(cells)) {
    sample.fault = Fault::kRepeatedHeader;
    return;
  }
  if (cells.size() != columns_.size()) sample.blame(Fault::kColumns, {}, {});
  if (format_->finish != nullptr) format_->finish(sample);
}

ObjectBinding::ObjectBinding(const Format& format) : format_(&format) {
  for (const Column& column : format.columns) columns_.emplace(column.name, &column);
}

void ObjectBinding::read(const dom::object& object, Sample& sample) const {
  for (const auto& [key, value] : object) {
    const auto found = columns_.find(key);
    if (found != columns_.end()) set_json(sample, *found->second, value);
  }
  if (format_->finish != nullptr) format_->finish(sample);
}

void require_values(const Format& format, Sample& sample) {
  if (sample.failed || sample.cancelled || sample.fault != Fault::kNone) return;
  for (const Column& column : format.columns) {
    if (column.need == Need::kValue && !is_told_of(sample, column.field)) {
      return sample.blame(Fault::kMissingValue, column.name, {});
    }
  }
}

}  // namespace tt::import
