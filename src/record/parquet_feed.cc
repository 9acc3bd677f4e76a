#include "record/parquet_feed.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include "base/outcome.h"
#include "record/file.h"

namespace tt::record {
namespace {

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

}  // namespace

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

}  // namespace tt::record
