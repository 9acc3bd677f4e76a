#include "record/duck.h"

#include <array>

#include <fmt/format.h>

namespace tt::record {
namespace {

// Nothing is fetched, nothing is spilled, and one thread is enough: runs are small, and the
// client's other cores may be measuring.
constexpr std::array<std::pair<const char*, const char*>, 4> kOptions = {{
    {"threads", "1"},
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"temp_directory", ""},
}};

Error duck_error(const char* what, const std::string& source) {
  // Further lines quote our SQL, which is nothing to the reader.
  const std::string_view why = what != nullptr ? what : "DuckDB gives no reason";
  std::string message(why.substr(0, why.find('\n')));
  if (!message.starts_with("IO Error: Could not write")) {
    return {ErrorCode::kInvalidInput, std::move(message), source};
  }
  // What the disk refuses is no fault of what was asked.
  return {ErrorCode::kIo, message + "; is there room, and may it be written to?", source};
}

}  // namespace

Result<DuckSession> DuckSession::open() {
  DuckConfig config;
  duckdb_create_config(config.out());
  for (const auto& [name, value] : kOptions) {
    if (duckdb_set_config(config.get(), name, value) != DuckDBSuccess) {
      return fail(ErrorCode::kInternal, fmt::format("DuckDB does not know the option {}", name));
    }
  }
  DuckSession session;
  char* why = nullptr;
  if (duckdb_open_ext(nullptr, session.database_.out(), config.get(), &why) != DuckDBSuccess) {
    Error error = duck_error(why, "DuckDB");
    error.code = ErrorCode::kInternal;
    duckdb_free(why);
    return std::unexpected(std::move(error));
  }
  if (duckdb_connect(session.database_.get(), session.connection_.out()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, "DuckDB refuses a connection");
  }
  return session;
}

Result<void> DuckSession::run(const std::string& sql, const std::string& source,
                              const std::function<bool(duckdb_data_chunk)>& visit) {
  DuckStatement statement;
  if (duckdb_prepare(connection(), sql.c_str(), statement.out()) != DuckDBSuccess) {
    return std::unexpected(duck_error(duckdb_prepare_error(statement.get()), source));
  }
  DuckPending pending;
  if (duckdb_pending_prepared_streaming(statement.get(), pending.out()) != DuckDBSuccess) {
    return std::unexpected(duck_error(duckdb_pending_error(pending.get()), source));
  }
  DuckResult result;
  if (duckdb_execute_pending(pending.get(), result.out()) != DuckDBSuccess) {
    return std::unexpected(duck_error(duckdb_result_error(result.out()), source));
  }
  for (;;) {
    const DuckChunk chunk(duckdb_fetch_chunk(result.get()));
    if (chunk.get() == nullptr || duckdb_data_chunk_get_size(chunk.get()) == 0) break;
    if (visit && !visit(chunk.get())) return {};
  }
  if (const char* why = duckdb_result_error(result.out()); why != nullptr && *why != '\0') {
    return std::unexpected(duck_error(why, source));
  }
  return {};
}

std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    if (c == '\0') {
      out += "\xef\xbf\xbd";  // a query ends at a zero byte
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string sql_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string sql_path(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      out += '[';
      out += c;
      out += ']';
    } else {
      out += c;
    }
  }
  return sql_text(out);
}

DuckType duck_type(std::string_view sql_name) {
  if (sql_name.ends_with("[]")) {
    const DuckType item = duck_type(sql_name.substr(0, sql_name.size() - 2));
    return DuckType(duckdb_create_list_type(item.get()));
  }
  constexpr std::array<std::pair<std::string_view, duckdb_type>, 8> kTypes = {{
      {"UBIGINT", DUCKDB_TYPE_UBIGINT},
      {"UINTEGER", DUCKDB_TYPE_UINTEGER},
      {"USMALLINT", DUCKDB_TYPE_USMALLINT},
      {"BIGINT", DUCKDB_TYPE_BIGINT},
      {"DOUBLE", DUCKDB_TYPE_DOUBLE},
      {"BOOLEAN", DUCKDB_TYPE_BOOLEAN},
      {"VARCHAR", DUCKDB_TYPE_VARCHAR},
      {"TIMESTAMP", DUCKDB_TYPE_TIMESTAMP},
  }};
  for (const auto& [name, type] : kTypes) {
    if (name == sql_name) return DuckType(duckdb_create_logical_type(type));
  }
  return DuckType(duckdb_create_logical_type(DUCKDB_TYPE_INVALID));
}

}  // namespace tt::record
