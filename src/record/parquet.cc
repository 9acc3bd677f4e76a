#include "record/parquet.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/columns.h"
#include "record/duck.h"
#include "record/file.h"

namespace tt::record {
namespace {

// A chunk ends early when its rows hold this many list items, so that long streams do not make a
// chunk of 2,048 rows large.
constexpr std::size_t kItemsPerChunk = 1 << 18;
constexpr std::size_t kRowGroupBytes = 32 << 20;

// Foreign bytes (an engine's error text) need not be UTF-8, but a VARCHAR must be.
std::string valid_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = 1;
    while (length <= 4 && !simdjson::validate_utf8(text.data(), std::min(length, text.size())))
      ++length;
    const bool good = length <= std::min<std::size_t>(4, text.size());
    out += good ? text.substr(0, length) : "\xef\xbf\xbd";
    text.remove_prefix(good ? length : 1);
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c & 0x80) != 0; });
}

void put_text(duckdb_vector vector, idx_t at, std::string_view text) {
  // A short text lies in the cell itself: no call, and no memory but the cell's.
  if (text.size() <= sizeof(duckdb_string_t{}.value.inlined.inlined) && is_ascii(text)) {
    duckdb_string_t cell{};
    cell.value.inlined.length = static_cast<uint32_t>(text.size());
    std::memcpy(cell.value.inlined.inlined, text.data(), text.size());
    static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[at] = cell;
    return;
  }
  if (simdjson::validate_utf8(text.data(), text.size())) {
    duckdb_vector_assign_string_element_len(vector, at, text.data(), text.size());
  } else {
    const std::string clean = valid_utf8(text);
    duckdb_vector_assign_string_element_len(vector, at, clean.data(), clean.size());
  }
}

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

// --- Writing a file from a table function ------------------------------------------------------
// DuckDB pulls chunks from us and streams them into the file, so nothing is held but a row group.

using FillChunk = std::function<idx_t(duckdb_data_chunk)>;  // 0: no more

struct ChunkFeed {
  std::vector<std::pair<std::string_view, std::string_view>> columns;  // name, type
  std::function<FillChunk()> open;  // called once for each thread, from that thread
  unsigned threads = 1;
  std::map<std::string, std::string> metadata;
};

// Names that are few become an enumeration while they are written: in the file they are texts with
// a dictionary, which then need not be found by hashing each.
template <class Name>
DuckType enum_type(int count, Name name) {
  std::vector<std::string> names;
  std::vector<const char*> pointers;
  for (int i = 0; i < count; ++i) names.emplace_back(name(i));
  for (const std::string& one : names) pointers.push_back(one.c_str());
  return DuckType(duckdb_create_enum_type(pointers.data(), pointers.size()));
}

constexpr std::string_view kStatusType = "status";
constexpr std::string_view kTokenSourceType = "token source";

DuckType feed_type(std::string_view type) {
  if (type == kStatusType) {
    return enum_type(kStatusCount, [](int i) { return status_name(static_cast<Status>(i)); });
  }
  if (type == kTokenSourceType) {
    return enum_type(kTokenSourceCount,
                     [](int i) { return token_source_name(static_cast<TokenSource>(i)); });
  }
  return duck_type(type);
}

std::string_view feed_type_of(const ColumnInfo& column) {
  if (column.kind == ColumnKind::kStatus) return kStatusType;
  if (column.kind == ColumnKind::kTokenSource) return kTokenSourceType;
  return column.sql_type;
}

void bind_feed(duckdb_bind_info info) {
  const auto* feed = static_cast<const ChunkFeed*>(duckdb_bind_get_extra_info(info));
  for (const auto& [name, type] : feed->columns) {
    duckdb_bind_add_result_column(info, std::string(name).c_str(), feed_type(type).get());
  }
}

void init_feed(duckdb_init_info info) {
  const auto* feed = static_cast<const ChunkFeed*>(duckdb_init_get_extra_info(info));
  duckdb_init_set_max_threads(info, feed->threads);
}

void init_feed_thread(duckdb_init_info info) {
  const auto* feed = static_cast<const ChunkFeed*>(duckdb_init_get_extra_info(info));
  try {
    auto fill = std::make_unique<FillChunk>(feed->open());
    duckdb_init_set_init_data(info, fill.release(),
                              [](void* data) { delete static_cast<FillChunk*>(data); });
  } catch (const std::exception& e) {  // never through C frames
    duckdb_init_set_error(info, e.what());
  }
}

void call_feed(duckdb_function_info info, duckdb_data_chunk output) {
  const auto* fill = static_cast<const FillChunk*>(duckdb_function_get_local_init_data(info));
  try {
    duckdb_data_chunk_set_size(output, (*fill)(output));
  } catch (const std::exception& e) {
    duckdb_function_set_error(info, e.what());
  }
}

std::string metadata_text(const std::map<std::string, std::string>& metadata) {
  std::string text;
  for (const auto& [key, value] : metadata) {
    text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, sql_text(value));
  }
  return text.empty() ? "" : fmt::format(", KV_METADATA {{{}}}", text);
}

Result<void> write_parquet(const std::string& path, ChunkFeed& feed) {
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  DuckFunction function(duckdb_create_table_function());
  duckdb_table_function_set_name(function.get(), "feed");
  duckdb_table_function_set_extra_info(function.get(), &feed, nullptr);
  duckdb_table_function_set_bind(function.get(), bind_feed);
  duckdb_table_function_set_init(function.get(), init_feed);
  duckdb_table_function_set_local_init(function.get(), init_feed_thread);
  duckdb_table_function_set_function(function.get(), call_feed);
  if (duckdb_register_table_function(session->connection(), function.get()) != DuckDBSuccess) {
    return fail(ErrorCode::kInternal, "DuckDB refuses the table function", path);
  }
  // With one thread rows keep their order anyway; without this promise DuckDB lets row groups be
  // bounded by bytes, and so the memory used.
  if (auto set = session->run("SET preserve_insertion_order = false", path); !set) return set;
  if (feed.threads > 1) {
    auto set = session->run(fmt::format("SET threads = {}", feed.threads), path);
    if (!set) return set;
  }
  const std::string temporary = path + ".tmp";
  auto done = session->run(
      fmt::format("COPY (SELECT * FROM feed()) TO {} (FORMAT parquet, PARQUET_VERSION v2, "
                  "COMPRESSION zstd, DICTIONARY_SIZE_LIMIT 1000, ROW_GROUP_SIZE_BYTES {}{})",
                  sql_text(temporary), kRowGroupBytes, metadata_text(feed.metadata)),
      path);
  if (!done) {
    ::unlink(temporary.c_str());
    done.error().code = ErrorCode::kIo;
    return done;
  }
  return publish_file(temporary, path);
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
