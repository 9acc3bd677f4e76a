// query_run: SQL over one run folder.
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "record/duck.h"
#include "record/parquet.h"
#include "record/run_folder.h"

namespace tt::record {
namespace {

struct View {
  std::string_view name;
  std::string_view file;
  std::string_view select;  // {} is the file
};
constexpr std::array kViews = {
    View{"requests", kRequestsFile, "SELECT * FROM read_parquet({})"},
    View{"texts", kTextsFile, "SELECT * FROM read_parquet({})"},
    View{"telemetry", kTelemetryFile, "SELECT * FROM read_parquet({})"},
    View{"events", kEventsFile,
         "SELECT (json->>'t')::BIGINT AS t, json->>'type' AS type, json AS event FROM "
         "read_json_objects({}, format = 'newline_delimited')"},
};

// Confines the session to the folder before the user's SQL is seen.
Result<void> confine(DuckSession& session, const std::string& folder) {
  for (const std::string& statement :
       {fmt::format("SET allowed_directories = [{}]", sql_text(folder + "/")),
        std::string("SET enable_external_access = false"),
        std::string("SET lock_configuration = true")}) {
    if (auto done = session.run(statement, folder); !done) return done;
  }
  return {};
}

Result<void> add_views(DuckSession& session, const std::string& folder) {
  for (const View& view : kViews) {
    const std::string file = folder + "/" + std::string(view.file);
    std::error_code ec;
    if (!std::filesystem::is_regular_file(file, ec)) continue;
    const std::string select = fmt::format(fmt::runtime(view.select), sql_path(file));
    if (auto done = session.run(fmt::format("CREATE VIEW {} AS {}", view.name, select), file);
        !done) {
      return done;
    }
  }
  return {};
}

std::optional<std::string> cell_text(duckdb_vector vector, idx_t row) {
  if (duck_is_null(vector, row)) return std::nullopt;
  return std::string(duck_text(static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row]));
}

}  // namespace

Result<SqlTable> query_run(const std::string& folder, std::string_view sql, std::size_t max_rows) {
  std::error_code ec;
  const std::string root = std::filesystem::canonical(folder, ec).string();
  if (ec) return fail(ErrorCode::kNotFound, "there is no such run folder", folder);
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  if (auto done = confine(*session, root); !done) return std::unexpected(done.error());
  if (auto done = add_views(*session, root); !done) return std::unexpected(done.error());

  std::string_view text = trim(sql);
  while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  // In brackets of its own only a SELECT fits; the line ends keep a last comment harmless.
  const std::string inner = fmt::format("(\n{}\n)", text);

  SqlTable table;
  const auto described = session->run(
      fmt::format("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {})", inner), "sql",
      [&](duckdb_data_chunk chunk) {
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          table.columns.push_back(
              {cell_text(duckdb_data_chunk_get_vector(chunk, 0), i).value_or(""),
               cell_text(duckdb_data_chunk_get_vector(chunk, 1), i).value_or("")});
        }
        return true;
      });
  if (!described) return std::unexpected(described.error());

  const auto done =
      session->run(fmt::format("SELECT COLUMNS(*)::VARCHAR FROM {}", inner), "sql",
                   [&](duckdb_data_chunk chunk) {
                     for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
                       table.truncated = table.rows.size() == max_rows;
                       if (table.truncated) return false;
                       auto& row = table.rows.emplace_back();
                       for (idx_t c = 0; c < table.columns.size(); ++c) {
                         row.push_back(cell_text(duckdb_data_chunk_get_vector(chunk, c), i));
                       }
                     }
                     return true;
                   });
  if (!done) return std::unexpected(done.error());
  return table;
}

}  // namespace tt::record
