#include "record/query.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "record/columns.h"
#include "record/duck.h"
#include "record/file.h"
#include "record/manifest.h"
#include "record/notes.h"
#include "record/run_folder.h"

namespace tt::record {
namespace {

namespace fs = std::filesystem;

struct View {
  std::string_view name;
  std::string_view file;
  std::string_view select;  // {} is the file; `run` is put before
};
constexpr std::array kViews = {
    View{"requests", kRequestsFile, "* FROM read_parquet({})"},
    View{"texts", kTextsFile, "* FROM read_parquet({})"},
    View{"telemetry", kTelemetryFile, "* FROM read_parquet({})"},
    View{"events", kEventsFile,
         "(json->>'t')::BIGINT AS t, json->>'type' AS type, json AS event FROM "
         "read_json_objects({}, format = 'newline_delimited')"},
};

struct RunFiles {
  std::string id;
  std::string folder;
  std::string file(std::string_view name) const { return folder + "/" + std::string(name); }
};

// A file of its own: a link may lead out of the folder.
bool is_own_file(const std::string& path) {
  std::error_code ec;
  return fs::symlink_status(path, ec).type() == fs::file_type::regular;
}

Result<std::vector<RunFiles>> find_files(std::span<const std::string> folders) {
  std::vector<RunFiles> runs;
  for (const std::string& folder : folders) {
    std::error_code ec;
    const fs::path path = fs::canonical(folder, ec);
    if (ec) return fail(ErrorCode::kNotFound, "there is no such run folder", folder);
    if (std::ranges::find(runs, path.string(), &RunFiles::folder) != runs.end()) continue;
    runs.push_back({path.filename().string(), path.string()});
  }
  return runs;
}

Result<void> run_all(DuckSession& session, std::span<const std::string> statements,
                     const std::string& source) {
  for (const auto& statement : statements) {
    if (auto done = session.run(statement, source); !done) return done;
  }
  return {};
}

// --- The views -------------------------------------------------------------------------------

// A file need not have every column (another tool's rows, an older version's): what is missing is
// there all the same, as the empty row has it. "" where NULL is what the empty row has.
std::string_view empty_value(ColumnKind kind) {
  switch (kind) {
    case ColumnKind::kInstant:
    case ColumnKind::kDuration:
    case ColumnKind::kStatus:
      return "";
    case ColumnKind::kCount:
      return "0";
    case ColumnKind::kFlag:
      return "false";
    case ColumnKind::kText:
      return "''";
    case ColumnKind::kTokenSource:
      return "'none'";
    case ColumnKind::kInstantList:
    case ColumnKind::kCountList:
      return "[]";
  }
  return "";
}

std::string all_columns(const std::vector<std::string>& parts) {
  std::string none = "SELECT NULL::VARCHAR AS run";
  std::string values;
  for (const ColumnInfo& column : columns()) {
    none += fmt::format(", NULL::{} AS \"{}\"", column.sql_type, column.name);
    const auto empty = empty_value(column.kind);
    if (empty.empty()) continue;
    values += fmt::format("{}coalesce(\"{}\", {}::{}) AS \"{}\"", values.empty() ? "" : ", ",
                          column.name, empty, column.sql_type, column.name);
  }
  return fmt::format("SELECT * REPLACE ({}) FROM ({} WHERE false UNION ALL BY NAME {})", values,
                     none, fmt::join(parts, " UNION ALL BY NAME "));
}

std::vector<std::string> file_views(std::span<const RunFiles> runs) {
  std::vector<std::string> statements;
  for (const View& view : kViews) {
    std::vector<std::string> parts;
    for (const RunFiles& run : runs) {
      const std::string file = run.file(view.file);
      if (!is_own_file(file)) continue;
      parts.push_back(fmt::format("SELECT {}::VARCHAR AS run, {}", sql_text(run.id),
                                  fmt::format(fmt::runtime(view.select), sql_path(file))));
    }
    if (parts.empty()) continue;
    const std::string select = view.file == kRequestsFile
                                   ? all_columns(parts)
                                   : fmt::format("{}", fmt::join(parts, " UNION ALL BY NAME "));
    statements.push_back(fmt::format("CREATE VIEW {} AS {}", view.name, select));
  }
  return statements;
}

constexpr std::string_view kNoRuns =
    "(NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, NULL::TIMESTAMP, NULL::DOUBLE, NULL::VARCHAR, "
    "NULL::BOOLEAN)";
constexpr std::string_view kNoTargets =
    "(NULL::VARCHAR, NULL::UINTEGER, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR, NULL::VARCHAR)";

std::vector<std::string> manifest_views(std::span<const RunFiles> runs) {
  // A first row gives the types and is left out again, so that the views are there in any case.
  std::vector<std::string> run_rows{std::string(kNoRuns)};
  std::vector<std::string> target_rows{std::string(kNoTargets)};
  for (const RunFiles& run : runs) {
    const std::string path = run.file(kManifestFile);
    if (!is_own_file(path)) continue;
    const auto manifest = load_manifest(path);
    if (!manifest) continue;
    const auto folder = RunFolder::open(run.folder);
    const bool baseline = folder && load_notes(*folder).notes.baseline_since > 0;
    run_rows.push_back(fmt::format(
        "({}, {}, {}, make_timestamp({}), {}, {}, {})", sql_text(run.id), sql_text(manifest->name),
        sql_text(run_status_name(manifest->status)), manifest->started_realtime / kMicrosecond,
        to_seconds(manifest->duration), sql_text(manifest->tool_version), baseline));
    for (std::size_t t = 0; t < manifest->targets.size(); ++t) {
      const ManifestTarget& target = manifest->targets[t];
      target_rows.push_back(fmt::format("({}, {}, {}, {}, {}, {})", sql_text(run.id), t,
                                        sql_text(target.name), sql_text(target.engine),
                                        sql_text(target.model), sql_text(target.server_version)));
    }
  }
  const auto view = [](std::string_view name, std::string_view columns,
                       const std::vector<std::string>& rows) {
    return fmt::format(
        "CREATE VIEW {0} AS SELECT * FROM (VALUES {2}) AS {0}({1}) WHERE run IS NOT "
        "NULL",
        name, columns, fmt::join(rows, ", "));
  };
  return {view("runs", "run, name, status, started, duration_s, tool_version, baseline", run_rows),
          view("targets", "run, target, name, engine, model, server_version", target_rows)};
}

// --- The session -----------------------------------------------------------------------------

// Confines the session to the runs' files, and to `output` where there is one, before the user's
// SQL is seen.
Result<void> confine(DuckSession& session, std::span<const RunFiles> runs,
                     const std::string& output, std::uint64_t memory) {
  std::vector<std::string> allowed;
  const auto allow = [&](const std::string& path) {
    allowed.push_back(sql_text(path));
    // Where a name looks like a pattern, readers ask for the pattern first.
    if (const std::string pattern = sql_path(path); pattern != allowed.back()) {
      allowed.push_back(pattern);
    }
  };
  for (const RunFiles& run : runs) {
    for (const std::string_view name :
         {kRequestsFile, kTextsFile, kTelemetryFile, kEventsFile, kManifestFile, kNotesFile}) {
      if (is_own_file(run.file(name))) allow(run.file(name));
    }
  }
  if (!output.empty()) allow(output);
  std::vector<std::string> statements = {
      fmt::format("SET allowed_paths = [{}]", fmt::join(allowed, ", ")),
      "SET enable_external_access = false"};
  if (memory > 0) {
    statements.push_back(fmt::format("SET memory_limit = '{}KiB'", (memory + 1023) >> 10));
  }
  statements.emplace_back("SET lock_configuration = true");
  return run_all(session, statements, "sql");
}

Result<DuckSession> open_session(std::span<const RunFiles> runs, const std::string& output,
                                 std::uint64_t memory) {
  auto session = DuckSession::open();
  if (!session) return session;
  if (auto done = confine(*session, runs, output, memory); !done)
    return std::unexpected(done.error());
  for (const auto& statements : {file_views(runs), manifest_views(runs)}) {
    if (auto done = run_all(*session, statements, runs.empty() ? "sql" : runs.front().folder);
        !done) {
      return std::unexpected(done.error());
    }
  }
  return session;
}

// Interrupts a query that takes too long or is no longer wanted. Its thread ends with it.
class Watchdog {
 public:
  Watchdog(duckdb_connection connection, const QueryOptions& options) : options_(options) {
    if (options.timeout > 0 || options.stopped) {
      thread_ = std::jthread([this, connection] { watch(connection); });
    }
  }
  ~Watchdog() {
    {
      const std::scoped_lock lock(mutex_);
      done_ = true;
    }
    wake_.notify_one();
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// The error of what the query did, said in our words where it was us who ended it.
  Error blame(Error error) {
    const std::scoped_lock lock(mutex_);
    return why_.empty() ? std::move(error) : Error{ErrorCode::kCancelled, why_, "sql"};
  }

 private:
  void watch(duckdb_connection connection) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kPause = std::chrono::milliseconds(20);
    const auto deadline = Clock::now() + std::chrono::nanoseconds(options_.timeout);
    std::unique_lock lock(mutex_);
    while (!done_) {
      if (why_.empty() && options_.timeout > 0 && Clock::now() >= deadline) {
        why_ = fmt::format("stopped after {}; ask for less, or for more time with --timeout",
                           format_duration(options_.timeout));
      }
      if (why_.empty() && options_.stopped && options_.stopped()) why_ = "stopped";
      // Again and again: an interrupt between two statements is lost.
      if (!why_.empty()) duckdb_interrupt(connection);
      wake_.wait_for(lock, kPause, [&] { return done_; });
    }
  }

  const QueryOptions& options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false;
  std::string why_;
  std::jthread thread_;  // last: ended first
};

std::optional<std::string_view> cell_view(duckdb_vector vector, idx_t row) {
  if (duck_is_null(vector, row)) return std::nullopt;
  return duck_text(static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row]);
}

std::optional<std::string> cell_text(duckdb_vector vector, idx_t row) {
  const auto view = cell_view(vector, row);
  return view ? std::optional<std::string>(*view) : std::nullopt;
}

// The beginning of a cell that is too long to be taken over whole, which must not be copied first.
// Of JSON that is a text, the beginning of that text; of any other, of how it is written.
std::string cut_cell(std::string_view cell, std::size_t most, bool json) {
  const auto note = fmt::format(" … (cut: {} bytes in all)", format_count(cell.size()));
  std::string head(cell.substr(0, most));
  const auto end = [](const std::string& text) {  // of the last whole letter
    std::size_t size = text.size();
    while (size > 0 && (static_cast<unsigned char>(text[size - 1]) & 0xC0U) == 0x80U) --size;
    return size == 0 ? size : size - 1;
  };
  head.resize(end(head));
  if (!json) return head + note;
  if (!head.starts_with('"')) return json_string(head + note);
  // An escape such as \u00e9 may be cut in its middle; a pair of them has twelve letters.
  constexpr int kLongestEscape = 12;
  for (int i = 0; i <= kLongestEscape && head.size() > 1; ++i, head.pop_back()) {
    if (auto whole = nlohmann::json::parse(head + '"', nullptr, false); whole.is_string()) {
      return json_string(whole.get<std::string>() + note);
    }
  }
  return json_string(note);
}

// DuckDB writes NaN and Infinity as such, which is no JSON: alone they are null, inside of a value
// the value is its text.
std::optional<std::string> json_cell(std::optional<std::string> cell) {
  if (!cell || *cell == "NaN" || *cell == "Infinity" || *cell == "-Infinity") return std::nullopt;
  if (!cell->starts_with('[') && !cell->starts_with('{')) return cell;
  return nlohmann::json::accept(*cell) ? std::move(cell) : json_string(*cell);
}

// In brackets of its own only a SELECT fits; the line ends keep a last comment harmless.
std::string bracketed(std::string_view sql) {
  std::string_view text = trim(sql);
  while (text.ends_with(';')) text = trim(text.substr(0, text.size() - 1));
  return fmt::format("(\n{}\n)", text);
}

Result<std::vector<SqlTable::Column>> describe(DuckSession& session, const std::string& inner) {
  std::vector<SqlTable::Column> columns;
  const auto done = session.run(
      fmt::format("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM {})", inner), "sql",
      [&](duckdb_data_chunk chunk) {
        for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
          columns.push_back({cell_text(duckdb_data_chunk_get_vector(chunk, 0), i).value_or(""),
                             cell_text(duckdb_data_chunk_get_vector(chunk, 1), i).value_or("")});
        }
        return true;
      });
  if (!done) return std::unexpected(done.error());
  return columns;
}

Result<void> fetch(DuckSession& session, const std::string& sql, const QueryOptions& options,
                   SqlTable& table) {
  std::size_t bytes = 0;
  return session.run(sql, "sql", [&](duckdb_data_chunk chunk) {
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      table.truncated = (options.max_rows > 0 && table.rows.size() == options.max_rows) ||
                        (options.max_bytes > 0 && bytes >= options.max_bytes);
      if (table.truncated) return false;
      auto& row = table.rows.emplace_back();
      for (idx_t c = 0; c < table.columns.size(); ++c) {
        const auto view = cell_view(duckdb_data_chunk_get_vector(chunk, c), i);
        const bool long_one = view && options.max_cell > 0 && view->size() > options.max_cell;
        auto cell = !view ? std::nullopt
                    : long_one
                        ? std::optional(cut_cell(*view, options.max_cell, options.json_cells))
                        : std::optional<std::string>(*view);
        bytes += cell ? cell->size() : 0;
        table.cut += long_one ? 1 : 0;
        row.push_back(options.json_cells && !long_one ? json_cell(std::move(cell))
                                                      : std::move(cell));
      }
    }
    return true;
  });
}

std::string_view copy_options(TableFormat format) {
  switch (format) {
    case TableFormat::kCsv:
      return "FORMAT csv, HEADER true";
    case TableFormat::kJson:
      return "FORMAT json, ARRAY true";
    case TableFormat::kJsonLines:
      return "FORMAT json, ARRAY false";
    case TableFormat::kParquet:
      return "FORMAT parquet, COMPRESSION zstd";
  }
  return {};
}

// The rows of `inner`, whose columns these are. In CSV a text that a spreadsheet would run as a
// formula gets an apostrophe before it, as report/csv.h has it.
std::string selection(const std::string& inner, std::span<const SqlTable::Column> columns,
                      TableFormat format) {
  if (format != TableFormat::kCsv) return fmt::format("SELECT * FROM {}", inner);
  std::vector<std::string> places;  // names of our own: the user's may stand there twice
  std::vector<std::string> values;
  for (const auto& column : columns) {
    const std::string& place = places.emplace_back(fmt::format("c{}", places.size()));
    const bool is_text =
        column.type == "VARCHAR" || column.type == "JSON" || column.type.starts_with("ENUM");
    values.push_back(
        (is_text ? fmt::format(R"(regexp_replace({}::VARCHAR, '^([-=+@＝＋－＠\t\r\n])', '''\1'))",
                               place)
                 : place) +
        " AS " + sql_name(column.name));
  }
  return fmt::format("SELECT {} FROM {} AS q({})", fmt::join(values, ", "), inner,
                     fmt::join(places, ", "));
}

// Where the output is made: beside its place. The truth of a run is never written over.
Result<std::string> temporary_for(const std::string& path, std::span<const RunFiles> runs) {
  std::error_code ec;
  const fs::path parent = fs::path(path).parent_path();
  const fs::path folder = fs::canonical(parent.empty() ? fs::path(".") : parent, ec);
  if (ec) return fail(ErrorCode::kNotFound, "there is no such folder", parent.string());
  for (const RunFiles& run : runs) {
    const auto inside = folder.lexically_relative(run.folder);
    if (!inside.empty() && *inside.begin() != "..") {
      return fail(ErrorCode::kInvalidInput, "lies in a run's folder; choose another place", path);
    }
  }
  if (fs::exists(path, ec) && !fs::is_regular_file(path, ec)) {
    return fail(ErrorCode::kInvalidInput, "is there and is no file", path);
  }
  return (folder / fs::path(path).filename()).string() + ".tmp";
}

}  // namespace

Result<SqlTable> query_runs(std::span<const std::string> folders, std::string_view sql,
                            const QueryOptions& options) {
  const auto runs = find_files(folders);
  if (!runs) return std::unexpected(runs.error());
  auto session = open_session(*runs, "", options.memory);
  if (!session) return std::unexpected(session.error());
  const std::string inner = bracketed(sql);

  SqlTable table;
  Watchdog watchdog(session->connection(), options);
  auto columns = describe(*session, inner);
  if (!columns) return std::unexpected(watchdog.blame(columns.error()));
  table.columns = std::move(*columns);
  const auto done =
      fetch(*session,
            fmt::format("SELECT {} FROM {}",
                        options.json_cells ? "to_json(COLUMNS(*))::VARCHAR" : "COLUMNS(*)::VARCHAR",
                        inner),
            options, table);
  if (!done) return std::unexpected(watchdog.blame(done.error()));
  return table;
}

Result<std::uint64_t> write_query(std::span<const std::string> folders, std::string_view sql,
                                  TableFormat format, const std::string& path,
                                  const QueryOptions& options) {
  const auto runs = find_files(folders);
  if (!runs) return std::unexpected(runs.error());
  const auto temporary = temporary_for(path, *runs);
  if (!temporary) return std::unexpected(temporary.error());
  auto session = open_session(*runs, *temporary, options.memory);
  if (!session) return std::unexpected(session.error());

  std::uint64_t rows = 0;
  Watchdog watchdog(session->connection(), options);
  const std::string inner = bracketed(sql);
  // Only what can be described is a SELECT; COPY would take more.
  auto columns = describe(*session, inner);
  if (!columns) return std::unexpected(watchdog.blame(columns.error()));
  const auto done = session->run(
      fmt::format("COPY ({}) TO {} ({}, USE_TMP_FILE false)", selection(inner, *columns, format),
                  sql_text(*temporary), copy_options(format)),
      "sql", [&](duckdb_data_chunk chunk) {
        rows = static_cast<std::uint64_t>(static_cast<std::int64_t*>(
            duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)))[0]);
        return true;
      });
  if (!done) {
    std::error_code ignored;
    fs::remove(*temporary, ignored);
    return std::unexpected(watchdog.blame(done.error()));
  }
  if (auto published = publish_file(*temporary, path); !published) {
    return std::unexpected(published.error());
  }
  return rows;
}

}  // namespace tt::record
