// DuckDB's C API with owners, for this folder's sources only.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <duckdb.h>

#include "base/error.h"

namespace tt::record {

/// Owns a handle of the C API; Destroy takes a pointer to it.
template <class Handle, auto Destroy>
class DuckOwner {
 public:
  DuckOwner() = default;
  explicit DuckOwner(Handle handle) : handle_(handle) {}
  DuckOwner(DuckOwner&& other) noexcept : handle_(std::exchange(other.handle_, Handle{})) {}
  DuckOwner& operator=(DuckOwner&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~DuckOwner() { Destroy(&handle_); }

  Handle get() const { return handle_; }
  Handle* out() { return &handle_; }

 private:
  Handle handle_{};
};

using DuckDatabase = DuckOwner<duckdb_database, duckdb_close>;
using DuckConnection = DuckOwner<duckdb_connection, duckdb_disconnect>;
using DuckConfig = DuckOwner<duckdb_config, duckdb_destroy_config>;
using DuckStatement = DuckOwner<duckdb_prepared_statement, duckdb_destroy_prepare>;
using DuckPending = DuckOwner<duckdb_pending_result, duckdb_destroy_pending>;
using DuckResult = DuckOwner<duckdb_result, duckdb_destroy_result>;
using DuckChunk = DuckOwner<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using DuckType = DuckOwner<duckdb_logical_type, duckdb_destroy_logical_type>;
using DuckFunction = DuckOwner<duckdb_table_function, duckdb_destroy_table_function>;

/// An in-memory database with one connection: one thread, no files of its own, no extension fetched
/// or loaded from outside. One thread at a time.
class DuckSession {
 public:
  static Result<DuckSession> open();

  duckdb_connection connection() const { return connection_.get(); }

  /// Runs one statement and streams its result: `visit` gets each chunk and returns false to stop.
  /// `source` is named in errors.
  Result<void> run(const std::string& sql, const std::string& source,
                   const std::function<bool(duckdb_data_chunk)>& visit = {});

 private:
  DuckSession() = default;
  DuckDatabase database_;
  DuckConnection connection_;  // after the database: closed first
};

/// 'text' as an SQL literal.
std::string sql_text(std::string_view text);
/// A name in double quotes.
std::string sql_name(std::string_view name);
/// A path as an SQL literal that no reader takes for a glob pattern.
std::string sql_path(std::string_view path);

/// The type of a column by its SQL name ("BIGINT", "UINTEGER[]"), for the types that columns.h
/// and flat_table.h use.
DuckType duck_type(std::string_view sql_name);

/// A VARCHAR cell. The view lives as long as the chunk.
inline std::string_view duck_text(duckdb_string_t& cell) {
  return {duckdb_string_t_data(&cell), duckdb_string_t_length(cell)};
}

inline bool duck_is_null(duckdb_vector vector, idx_t row) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

}  // namespace tt::record
