#include "record/parquet.h"

#include <algorithm>
#include <atomic>
#include <set>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/columns.h"
#include "record/duck.h"
#include "record/file.h"
#include "record/parquet_feed.h"

namespace tt::record {
namespace {

// A chunk ends early when its rows hold this many list items, so that long streams do not make a
// chunk of 2,048 rows large.
constexpr std::size_t kItemsPerChunk = 1 << 18;

// --- Rows into vectors -----------------------------------------------------------------------

template <class Column>
void fill_numbers(duckdb_vector vector, std::span<const Row> rows, typename Column::Value null) {
  using Value = typename Column::Value;
  auto* data = static_cast<Value*>(duckdb_vector_get_data(vector));
  uint64_t* validity = nullptr;
  for (idx_t i = 0; i < rows.size(); ++i) {
    data[i] = Column::of(rows[i]);
    if (data[i] != null) continue;
    if (validity == nullptr) {
      duckdb_vector_ensure_validity_writable(vector);
      validity = duckdb_vector_get_validity(vector);
    }
    duckdb_validity_set_row_invalid(validity, i);
  }
}

template <class Column>
void fill_lists(duckdb_vector vector, std::span<const Row> rows) {
  using Item = typename Column::Value::value_type;
  std::size_t items = 0;
  for (const Row& row : rows) items += Column::of(row).size();
  duckdb_list_vector_reserve(vector, items);
  duckdb_list_vector_set_size(vector, items);
  auto* entries = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector));
  auto* data = static_cast<Item*>(duckdb_vector_get_data(duckdb_list_vector_get_child(vector)));
  std::size_t at = 0;
  for (idx_t i = 0; i < rows.size(); ++i) {
    const auto& list = Column::of(rows[i]);
    entries[i] = {at, list.size()};
    if (!list.empty()) std::memcpy(data + at, list.data(), list.size() * sizeof(Item));
    at += list.size();
  }
}

template <class Column>
void fill(duckdb_vector vector, std::span<const Row> rows) {
  constexpr ColumnKind kKind = Column::kKind;
  if constexpr (kKind == ColumnKind::kInstant) {
    fill_numbers<Column>(vector, rows, kNever);
  } else if constexpr (kKind == ColumnKind::kDuration) {
    fill_numbers<Column>(vector, rows, -1);
  } else if constexpr (kKind == ColumnKind::kInstantList || kKind == ColumnKind::kCountList) {
    fill_lists<Column>(vector, rows);
  } else if constexpr (kKind == ColumnKind::kText) {
    for (idx_t i = 0; i < rows.size(); ++i) put_text(vector, i, Column::of(rows[i]));
  } else if constexpr (kKind == ColumnKind::kStatus || kKind == ColumnKind::kTokenSource) {
    auto* data = static_cast<uint8_t*>(duckdb_vector_get_data(vector));
    for (idx_t i = 0; i < rows.size(); ++i) data[i] = static_cast<uint8_t>(Column::of(rows[i]));
  } else {
    auto* data = static_cast<typename Column::Value*>(duckdb_vector_get_data(vector));
    for (idx_t i = 0; i < rows.size(); ++i) data[i] = Column::of(rows[i]);
  }
}

// --- Vectors into rows -----------------------------------------------------------------------

template <class Column>
void take_list(duckdb_vector vector, idx_t i, typename Column::Value& list) {
  using Item = typename Column::Value::value_type;
  const auto entry = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector))[i];
  const auto* data =
      static_cast<const Item*>(duckdb_vector_get_data(duckdb_list_vector_get_child(vector)));
  list.assign(data + entry.offset, data + entry.offset + entry.length);
}

// False where the cell holds a name that we do not know.
template <class Column>
bool take(duckdb_vector vector, idx_t i, Row& row) {
  constexpr ColumnKind kKind = Column::kKind;
  if (duck_is_null(vector, i)) return true;  // the empty row's value is what NULL means
  auto& value = Column::of(row);
  void* data = duckdb_vector_get_data(vector);
  if constexpr (kKind == ColumnKind::kInstantList || kKind == ColumnKind::kCountList) {
    take_list<Column>(vector, i, value);
  } else if constexpr (kKind == ColumnKind::kText) {
    value = duck_text(static_cast<duckdb_string_t*>(data)[i]);
  } else if constexpr (kKind == ColumnKind::kStatus || kKind == ColumnKind::kTokenSource) {
    const std::string_view name = duck_text(static_cast<duckdb_string_t*>(data)[i]);
    const auto known = [&] {
      if constexpr (kKind == ColumnKind::kStatus)
        return status_from_name(name);
      else
        return token_source_from_name(name);
    }();
    if (!known) return false;
    value = *known;
  } else {
    value = static_cast<const typename Column::Value*>(data)[i];
  }
  return true;
}

std::string_view feed_type_of(const ColumnInfo& column) {
  if (column.kind == ColumnKind::kStatus) return kStatusType;
  if (column.kind == ColumnKind::kTokenSource) return kTokenSourceType;
  return column.sql_type;
}

bool is_wanted(const std::vector<std::string_view>& columns, std::string_view name) {
  return columns.empty() || std::ranges::find(columns, name) != columns.end();
}

// Takes up to a chunk of rows from `next` into `batch`; sets `more` to false at the end.
void take_batch(const RowSource& next, std::vector<Row>& batch, bool& more) {
  batch.clear();
  std::size_t items = 0;
  while (more && batch.size() < duckdb_vector_size() && items < kItemsPerChunk) {
    Row& row = batch.emplace_back();
    more = next(row);
    if (more)
      items += row.chunk_at.size();
    else
      batch.pop_back();
  }
}

// Makes chunks of the rows that one source gives.
FillChunk fill_from(RowSource next, const std::vector<std::string_view>& columns,
                    std::atomic<std::uint64_t>& count) {
  return [next = std::move(next), &columns, &count, batch = std::vector<Row>(),
          more = true](duckdb_data_chunk chunk) mutable -> idx_t {
    batch.reserve(duckdb_vector_size());
    take_batch(next, batch, more);
    idx_t at = 0;
    for_each_column([&](const auto& column) {
      if (!is_wanted(columns, column.name)) return;
      fill<std::remove_cvref_t<decltype(column)>>(duckdb_data_chunk_get_vector(chunk, at++), batch);
    });
    count += batch.size();
    return batch.size();
  };
}

}  // namespace

Result<std::uint64_t> write_rows(const std::string& path, const BulkRows& rows) {
  ChunkFeed feed;
  for (const ColumnInfo& column : columns()) {
    if (is_wanted(rows.columns, column.name))
      feed.columns.emplace_back(column.name, feed_type_of(column));
  }
  feed.threads = std::max(1U, rows.threads);
  feed.metadata = rows.metadata;
  std::atomic<std::uint64_t> count = 0;
  feed.open = [&] { return fill_from(rows.source(), rows.columns, count); };
  if (auto done = write_parquet(path, feed); !done) return std::unexpected(done.error());
  return count.load();
}

Result<std::uint64_t> write_rows(const std::string& path, const RowSource& next) {
  return write_rows(path, {.source = [&] { return next; }});
}

Result<std::uint64_t> write_rows(const std::string& path, std::span<const Row> rows) {
  std::size_t at = 0;
  return write_rows(path, [&](Row& row) {
    if (at == rows.size()) return false;
    row = rows[at++];
    return true;
  });
}

Result<std::uint64_t> write_texts(const std::string& path, const TextSource& next) {
  ChunkFeed feed;
  feed.columns = {
      {"target", "UINTEGER"}, {"index", "UBIGINT"}, {"prompt", "VARCHAR"}, {"answer", "VARCHAR"}};
  std::uint64_t count = 0;
  TextRow text;
  feed.open = [&]() -> FillChunk {
    return [&](duckdb_data_chunk chunk) {
      auto* target =
          static_cast<uint32_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
      auto* index =
          static_cast<uint64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 1)));
      idx_t size = 0;
      while (size < duckdb_vector_size() && next(text)) {
        target[size] = text.target;
        index[size] = text.index;
        put_text(duckdb_data_chunk_get_vector(chunk, 2), size, text.prompt);
        put_text(duckdb_data_chunk_get_vector(chunk, 3), size, text.answer);
        ++size;
      }
      count += size;
      return size;
    };
  };
  if (auto done = write_parquet(path, feed); !done) return std::unexpected(done.error());
  return count;
}

namespace {

Result<std::set<std::string>> column_names(DuckSession& session, const std::string& path) {
  std::set<std::string> names;
  const auto done =
      session.run(fmt::format("SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet({}))",
                              sql_path(path)),
                  path, [&](duckdb_data_chunk chunk) {
                    auto* cells = static_cast<duckdb_string_t*>(
                        duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
                    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i)
                      names.emplace(duck_text(cells[i]));
                    return true;
                  });
  if (!done) return std::unexpected(done.error());
  return names;
}

// Every column of ours in order, NULL where the file lacks it.
std::string select_rows(const std::set<std::string>& present, const std::string& path) {
  std::string list;
  for (const ColumnInfo& column : columns()) {
    if (!list.empty()) list += ", ";
    const bool there = present.contains(std::string(column.name));
    list += fmt::format("CAST({} AS {})", there ? fmt::format("\"{}\"", column.name) : "NULL",
                        column.sql_type);
  }
  return fmt::format("SELECT {} FROM read_parquet({})", list, sql_path(path));
}

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

Result<std::uint64_t> visit_rows(const std::string& path, const std::function<void(Row&&)>& visit) {
  if (auto readable = check_readable(path); !readable) return std::unexpected(readable.error());
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  const auto present = column_names(*session, path);
  if (!present) return std::unexpected(present.error());
  if (!present->contains("status") || !present->contains("index")) {
    return fail(ErrorCode::kInvalidInput,
                "these are not request rows (no columns index and status)", path);
  }

  std::uint64_t count = 0;
  std::string_view fault;
  const auto take_chunk = [&](duckdb_data_chunk chunk) {
    std::vector<Row> rows(duckdb_data_chunk_get_size(chunk));
    idx_t at = 0;
    for_each_column([&](const auto& column) {
      using Column = std::remove_cvref_t<decltype(column)>;
      const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, at++);
      for (idx_t i = 0; i < rows.size(); ++i) {
        if (!take<Column>(vector, i, rows[i])) fault = column.name;
      }
    });
    if (!fault.empty()) return false;
    for (Row& row : rows) visit(std::move(row));
    count += rows.size();
    return true;
  };
  const auto done = session->run(select_rows(*present, path), path, take_chunk);
  if (!done) return std::unexpected(done.error());
  if (!fault.empty()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("column '{}' holds a name that this version does not know", fault),
                path);
  }
  return count;
}

Result<std::vector<Row>> read_rows(const std::string& path) {
  std::vector<Row> rows;
  const auto count = visit_rows(path, [&](Row&& row) { rows.push_back(std::move(row)); });
  if (!count) return std::unexpected(count.error());
  return rows;
}

Result<std::vector<TextRow>> read_texts(const std::string& path) {
  if (auto readable = check_readable(path); !readable) return std::unexpected(readable.error());
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  std::vector<TextRow> texts;
  const auto take_chunk = [&](duckdb_data_chunk chunk) {
    const auto column = [&](idx_t at) {
      return duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, at));
    };
    const auto* target = static_cast<const uint32_t*>(column(0));
    const auto* index = static_cast<const uint64_t*>(column(1));
    auto* prompts = static_cast<duckdb_string_t*>(column(2));
    auto* answers = static_cast<duckdb_string_t*>(column(3));
    for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
      texts.push_back({target[i], index[i], std::string(duck_text(prompts[i])),
                       std::string(duck_text(answers[i]))});
    }
    return true;
  };
  const auto done = session->run(
      fmt::format(
          "SELECT coalesce(target::UINTEGER, 0), coalesce(index::UBIGINT, 0), "
          "coalesce(prompt::VARCHAR, ''), coalesce(answer::VARCHAR, '') FROM read_parquet({})",
          sql_path(path)),
      path, take_chunk);
  if (!done) return std::unexpected(done.error());
  return texts;
}

}  // namespace tt::record
