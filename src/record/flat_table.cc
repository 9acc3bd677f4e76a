#include "record/flat_table.h"

#include <cmath>

#include "record/parquet_feed.h"

namespace tt::record {
namespace {

std::string_view sql_type(FlatType type) {
  switch (type) {
    case FlatType::kText:
      return "VARCHAR";
    case FlatType::kWhole:
      return "BIGINT";
    case FlatType::kNumber:
      return "DOUBLE";
    case FlatType::kFlag:
      return "BOOLEAN";
    case FlatType::kInstant:
      return "TIMESTAMP";
  }
  return "VARCHAR";
}

template <class Value>
void put(duckdb_vector vector, idx_t at, Value value) {
  static_cast<Value*>(duckdb_vector_get_data(vector))[at] = value;
}

// False where the value does not go with the type.
bool put_value(duckdb_vector vector, idx_t at, const FlatValue& value, FlatType type) {
  if (const auto* text = std::get_if<std::string>(&value); text && type == FlatType::kText) {
    put_text(vector, at, *text);
    return true;
  }
  if (const auto* flag = std::get_if<bool>(&value); flag && type == FlatType::kFlag) {
    put(vector, at, *flag);
    return true;
  }
  if (const auto* number = std::get_if<double>(&value); number && type == FlatType::kNumber) {
    if (!std::isfinite(*number)) return false;
    put(vector, at, *number);
    return true;
  }
  const auto* whole = std::get_if<std::int64_t>(&value);
  if (whole == nullptr) return false;
  if (type == FlatType::kWhole) put(vector, at, *whole);
  if (type == FlatType::kInstant) put(vector, at, *whole / 1000);
  return type == FlatType::kWhole || type == FlatType::kInstant;
}

void put_null(duckdb_vector vector, idx_t at) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), at);
}

}  // namespace

Result<std::uint64_t> write_flat(const std::string& path, std::span<const FlatColumn> columns,
                                 const FlatSource& next,
                                 const std::map<std::string, std::string>& metadata) {
  std::uint64_t count = 0;
  ChunkFeed feed;
  feed.metadata = metadata;
  for (const auto& column : columns) feed.columns.emplace_back(column.name, sql_type(column.type));
  feed.open = [&]() -> FillChunk {
    return [&](duckdb_data_chunk chunk) {
      idx_t size = 0;
      std::vector<FlatValue> row;
      for (; size < duckdb_vector_size(); ++size) {
        row.assign(columns.size(), {});
        if (!next(row)) break;
        for (idx_t c = 0; c < columns.size(); ++c) {
          const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, c);
          if (!put_value(vector, size, row[c], columns[c].type)) put_null(vector, size);
        }
      }
      count += size;
      return size;
    };
  };
  if (auto done = write_parquet(path, feed); !done) return std::unexpected(done.error());
  return count;
}

}  // namespace tt::record
