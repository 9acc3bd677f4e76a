#include "record/row_codec.h"

#include <limits>

#include "record/columns.h"
#include "record/varint.h"

namespace tt::record {
namespace {

static_assert(kColumnCount <= 64, "the mask of present columns is 64 bits");

// An instant follows another closely, so its distance from the one before takes few bytes. The
// difference wraps, so that every 64-bit value survives.
void put_instant(std::string& out, Nanos at, std::uint64_t& last) {
  const auto bits = static_cast<std::uint64_t>(at);
  put_varint(out, zigzag(bits - last));
  last = bits;
}

Nanos take_instant(ByteCursor& in, std::uint64_t& last) {
  last += unzigzag(in.varint());
  return static_cast<Nanos>(last);
}

template <ColumnKind Kind, class Value>
void put_value(std::string& out, const Value& value, std::uint64_t& last_instant) {
  if constexpr (Kind == ColumnKind::kInstant) {
    put_instant(out, value, last_instant);
  } else if constexpr (Kind == ColumnKind::kDuration) {
    put_varint(out, zigzag(static_cast<std::uint64_t>(value)));
  } else if constexpr (Kind == ColumnKind::kText) {
    put_bytes(out, value);
  } else if constexpr (Kind == ColumnKind::kInstantList) {
    put_varint(out, value.size());
    for (const Nanos at : value) put_instant(out, at, last_instant);
  } else if constexpr (Kind == ColumnKind::kCountList) {
    put_varint(out, value.size());
    for (const auto count : value) put_varint(out, count);
  } else {
    put_varint(out, static_cast<std::uint64_t>(value));
  }
}

// An unsigned value that must fit its member.
template <class Value>
Value take_unsigned(ByteCursor& in, std::uint64_t max = std::numeric_limits<Value>::max()) {
  const std::uint64_t value = in.varint();
  if (value > max) in.spoil();
  return in.ok() ? static_cast<Value>(value) : Value{};
}

template <ColumnKind Kind, class Value>
void take_value(ByteCursor& in, Value& value, std::uint64_t& last_instant) {
  if constexpr (Kind == ColumnKind::kInstant) {
    value = take_instant(in, last_instant);
  } else if constexpr (Kind == ColumnKind::kDuration) {
    value = static_cast<Nanos>(unzigzag(in.varint()));
  } else if constexpr (Kind == ColumnKind::kText) {
    value = in.bytes();
  } else if constexpr (Kind == ColumnKind::kInstantList) {
    value.resize(in.count());
    for (Nanos& at : value) at = take_instant(in, last_instant);
  } else if constexpr (Kind == ColumnKind::kCountList) {
    value.resize(in.count());
    for (auto& count : value) count = take_unsigned<std::uint32_t>(in);
  } else if constexpr (Kind == ColumnKind::kFlag) {
    value = take_unsigned<std::uint8_t>(in, 1) != 0;
  } else if constexpr (Kind == ColumnKind::kStatus) {
    value = static_cast<Status>(take_unsigned<std::uint8_t>(in, kStatusCount - 1));
  } else if constexpr (Kind == ColumnKind::kTokenSource) {
    constexpr auto kLast = static_cast<std::uint64_t>(TokenSource::kTokenizer);
    value = static_cast<TokenSource>(take_unsigned<std::uint8_t>(in, kLast));
  } else {
    value = take_unsigned<Value>(in);
  }
}

const Row& empty_row() {
  static const Row kEmpty;
  return kEmpty;
}

}  // namespace

void encode_row(std::string& out, const Row& row) {
  std::uint64_t present = 0;
  std::uint64_t bit = 1;
  for_each_column([&](const auto& column) {
    if (column.of(row) != column.of(empty_row())) present |= bit;
    bit <<= 1;
  });
  put_varint(out, present);

  std::uint64_t last_instant = 0;
  bit = 1;
  for_each_column([&](const auto& column) {
    if ((present & bit) != 0)
      put_value<kKindOf<decltype(column)>>(out, column.of(row), last_instant);
    bit <<= 1;
  });
}

Result<Row> decode_row(std::string_view bytes) {
  ByteCursor in(bytes);
  const std::uint64_t present = in.varint();
  Row row;
  std::uint64_t last_instant = 0;
  std::uint64_t bit = 1;
  for_each_column([&](const auto& column) {
    if ((present & bit) != 0)
      take_value<kKindOf<decltype(column)>>(in, column.of(row), last_instant);
    bit <<= 1;
  });
  if (!in.ok() || !in.at_end() || (present >> kColumnCount) != 0) {
    return fail(ErrorCode::kInvalidInput, "not a row of this version");
  }
  return row;
}

}  // namespace tt::record
