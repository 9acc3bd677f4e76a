#include "record/columns.h"

#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/rng.h"

namespace tt::record {
namespace {

template <ColumnKind Kind, class Value>
constexpr std::string_view sql_type() {
  switch (Kind) {
    case ColumnKind::kCount:
      return sizeof(Value) == 8 ? "UBIGINT" : sizeof(Value) == 4 ? "UINTEGER" : "USMALLINT";
    case ColumnKind::kInstant:
    case ColumnKind::kDuration:
      return "BIGINT";
    case ColumnKind::kFlag:
      return "BOOLEAN";
    case ColumnKind::kInstantList:
      return "BIGINT[]";
    case ColumnKind::kCountList:
      return "UINTEGER[]";
    case ColumnKind::kText:
    case ColumnKind::kStatus:
    case ColumnKind::kTokenSource:
      return "VARCHAR";
  }
  return {};
}

constexpr bool is_nanos(ColumnKind kind) {
  return kind == ColumnKind::kInstant || kind == ColumnKind::kDuration ||
         kind == ColumnKind::kInstantList;
}

template <ColumnKind Kind, auto... Path>
constexpr ColumnInfo info_of(const Column<Kind, Path...>& column) {
  using Value = typename Column<Kind, Path...>::Value;
  return {column.name, Kind, sql_type<Kind, Value>(), is_nanos(Kind) ? "ns" : "", column.meaning};
}

constexpr auto kInfos =
    std::apply([](const auto&... column) { return std::array{info_of(column)...}; }, kColumns);

void append_csv_text(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

template <ColumnKind Kind, class Value>
void append_csv_value(std::string& out, const Value& value) {
  const auto number = [&out](auto n) { fmt::format_to(std::back_inserter(out), "{}", n); };
  if constexpr (Kind == ColumnKind::kInstant) {
    if (value != kNever) number(value);
  } else if constexpr (Kind == ColumnKind::kDuration) {
    if (value != -1) number(value);
  } else if constexpr (Kind == ColumnKind::kText) {
    append_csv_text(out, value);
  } else if constexpr (Kind == ColumnKind::kStatus) {
    out += status_name(value);
  } else if constexpr (Kind == ColumnKind::kTokenSource) {
    out += token_source_name(value);
  } else if constexpr (Kind == ColumnKind::kInstantList || Kind == ColumnKind::kCountList) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ';';
      number(value[i]);
    }
  } else {
    number(value);  // a flag is written true or false
  }
}

}  // namespace

std::span<const ColumnInfo> columns() { return kInfos; }

std::uint64_t columns_digest() {
  std::string text;
  for (const ColumnInfo& column : columns()) {
    fmt::format_to(std::back_inserter(text), "{} {} {}\n", column.name, column.sql_type,
                   static_cast<int>(column.kind));
  }
  for (int i = 0; i < kStatusCount; ++i) {
    text += status_name(static_cast<Status>(i));
    text += '\n';
  }
  return fnv1a(text);
}

std::string columns_markdown() {
  std::string out = "| column | type | unit | meaning |\n|---|---|---|---|\n";
  for (const ColumnInfo& column : columns()) {
    fmt::format_to(std::back_inserter(out), "| `{}` | {} | {} | {} |\n", column.name,
                   column.sql_type, column.unit, column.meaning);
  }
  return out;
}

std::string csv_header() {
  std::string out;
  for (const ColumnInfo& column : columns()) {
    if (!out.empty()) out += ',';
    out += column.name;
  }
  return out;
}

void append_csv(std::string& out, const Row& row) {
  bool first = true;
  for_each_column([&](const auto& column) {
    if (!first) out += ',';
    first = false;
    append_csv_value<kKindOf<decltype(column)>>(out, column.of(row));
  });
}

}  // namespace tt::record
