#include "record/parquet_input.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/file.h"

namespace tt::record {
namespace {

Result<void> check_readable(const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0 || ::access(path.c_str(), R_OK) != 0) {
    return std::unexpected(io_error("cannot read", path, errno));
  }
  // Opening a pipe would wait for its writer for ever.
  if (!S_ISREG(about.st_mode)) return fail(ErrorCode::kInvalidInput, "not a regular file", path);
  return {};
}

}  // namespace

Result<RequestRows> open_request_rows(const std::string& path) {
  if (auto readable = check_readable(path); !readable) return std::unexpected(readable.error());
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  RequestRows rows{.session = std::move(*session), .columns = {}};
  const auto done = rows.session.run(
      fmt::format("SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet({}))",
                  sql_path(path)),
      path, [&](duckdb_data_chunk chunk) {
        auto* cells = static_cast<duckdb_string_t*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          rows.columns.emplace(duck_text(cells[i]));
        }
        return true;
      });
  if (!done) return std::unexpected(done.error());
  if (!rows.columns.contains("status") || !rows.columns.contains("index")) {
    return fail(ErrorCode::kInvalidInput,
                "these are not request rows (no columns index and status)", path);
  }
  return rows;
}

}  // namespace tt::record
