#include "record/frame.h"

#include <cstring>
#include <optional>
#include <set>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "record/duck.h"
#include "record/parquet_input.h"

namespace tt::record {
namespace {

// A column of the frame and the column of rows that fills it.
template <auto Member, ColumnKind Kind, auto... Path>
struct Bound {
  static auto& of(auto& frame) { return frame.*Member; }
  using Source = Column<Kind, Path...>;
};

template <auto Member, auto... Path>
constexpr auto count() {
  return Bound<Member, ColumnKind::kCount, Path...>{};
}
template <auto Member, auto... Path>
constexpr auto instant() {
  return Bound<Member, ColumnKind::kInstant, Path...>{};
}
template <auto Member, auto... Path>
constexpr auto duration() {
  return Bound<Member, ColumnKind::kDuration, Path...>{};
}

constexpr auto kBound =
    std::tuple{count<&Frame::index, &Row::index>(),
               count<&Frame::target, &Row::target>(),
               count<&Frame::block, &Row::block>(),
               Bound<&Frame::warmup, ColumnKind::kFlag, &Row::warmup>{},
               instant<&Frame::planned, &Row::planned>(),
               instant<&Frame::sent, &Row::sent>(),
               instant<&Frame::first_byte, &Row::first_byte>(),
               instant<&Frame::first_token, &Row::first_token>(),
               instant<&Frame::last_token, &Row::last_token>(),
               instant<&Frame::end, &Row::end>(),
               Bound<&Frame::status, ColumnKind::kStatus, &Row::status>{},
               count<&Frame::http_code, &Row::http_code>(),
               count<&Frame::planned_output_tokens, &Row::planned_output_tokens>(),
               count<&Frame::input_tokens, &Row::input_tokens>(),
               count<&Frame::output_tokens, &Row::output_tokens>(),
               count<&Frame::cached_tokens, &Row::cached_tokens>(),
               Bound<&Frame::input_source, ColumnKind::kTokenSource, &Row::input_source>{},
               Bound<&Frame::output_source, ColumnKind::kTokenSource, &Row::output_source>{},
               duration<&Frame::dns, &Row::dns>(),
               duration<&Frame::connect, &Row::connect>(),
               duration<&Frame::tls, &Row::tls>(),
               duration<&Frame::engine_queue, &Row::engine, &EngineTimings::queue_ns>(),
               duration<&Frame::engine_prefill, &Row::engine, &EngineTimings::prefill_ns>(),
               duration<&Frame::engine_decode, &Row::engine, &EngineTimings::decode_ns>(),
               duration<&Frame::engine_total, &Row::engine, &EngineTimings::total_ns>(),
               duration<&Frame::lag_mean, &Row::lag_mean>(),
               count<&Frame::reads, &Row::reads>(),
               count<&Frame::stamped_reads, &Row::stamped_reads>(),
               count<&Frame::session, &Row::session>(),
               count<&Frame::turn, &Row::turn>(),
               duration<&Frame::reported_ttft, &Row::reported, &Reported::ttft>(),
               duration<&Frame::reported_tpot, &Row::reported, &Reported::tpot>(),
               duration<&Frame::reported_itl, &Row::reported, &Reported::itl>(),
               duration<&Frame::reported_e2e, &Row::reported, &Reported::e2e>()};

template <class Visit>
void for_each_bound(Visit&& visit) {
  std::apply([&](const auto&... bound) { (visit(bound), ...); }, kBound);
}

// How the column is called and typed in files.
template <class Source>
ColumnInfo info_of() {
  ColumnInfo found{};
  std::size_t at = 0;
  for_each_column([&](const auto& column) {
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(column)>, Source>) {
      found = columns()[at];
    }
    ++at;
  });
  return found;
}

// Gives names their numbers. Nothing is written before the first row that names a user.
class Users {
 public:
  // Of the next row; one call a row.
  void add(Frame& frame, std::string_view name) {
    if (frame.users.empty()) {
      if (name.empty()) {
        ++nobody_;
        return;
      }
      frame.users.emplace_back();
      frame.user.assign(nobody_, 0);
      ids_.emplace("", 0);
    }
    const auto [found, fresh] =
        ids_.try_emplace(std::string(name), static_cast<std::uint32_t>(frame.users.size()));
    if (fresh) frame.users.push_back(found->first);
    frame.user.push_back(found->second);
  }

 private:
  std::size_t nobody_ = 0;  // rows before the first that names one
  // Flat, as a run may name a user a request: nodes took longer than all else of reading it.
  boost::unordered_flat_map<std::string, std::uint32_t> ids_;
};

// --- From a file -----------------------------------------------------------------------------

// Appends a vector's cells; false where one holds a name that we do not know.
template <class Source, class Values>
bool append_cells(duckdb_vector vector, idx_t size, Values& values) {
  void* data = duckdb_vector_get_data(vector);
  const uint64_t* validity = duckdb_vector_get_validity(vector);
  static const Row kEmpty;  // what NULL means
  const auto empty = Source::of(kEmpty);
  if constexpr (Source::kKind == ColumnKind::kStatus || Source::kKind == ColumnKind::kTokenSource) {
    for (idx_t i = 0; i < size; ++i) {
      if (duck_is_null(vector, i)) {
        values.push_back(empty);
        continue;
      }
      const std::string_view name = duck_text(static_cast<duckdb_string_t*>(data)[i]);
      const auto known = [&] {
        if constexpr (Source::kKind == ColumnKind::kStatus)
          return status_from_name(name);
        else
          return token_source_from_name(name);
      }();
      if (!known) return false;
      values.push_back(*known);
    }
  } else {
    const auto* cells = static_cast<const typename Source::Value*>(data);
    if (validity == nullptr) {
      values.insert(values.end(), cells, cells + size);
      return true;
    }
    for (idx_t i = 0; i < size; ++i) {
      values.push_back(duck_is_null(vector, i) ? empty : cells[i]);
    }
  }
  return true;
}

// Reads chunks of the query's result into a frame.
class FrameReader {
 public:
  explicit FrameReader(bool chunks) : chunks_(chunks) {
    if (chunks_) frame_.chunk_begin.push_back(0);
  }

  bool take(duckdb_data_chunk chunk) {
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    const std::size_t before = frame_.size();
    if (before + size > kMaxFrameRows) return fail_with("more rows than can be analysed at once");
    idx_t at = 0;
    for_each_bound([&](const auto& bound) {
      using BoundColumn = std::remove_cvref_t<decltype(bound)>;
      if (!append_cells<typename BoundColumn::Source>(duckdb_data_chunk_get_vector(chunk, at++),
                                                      size, BoundColumn::of(frame_))) {
        fail_with(fmt::format("column '{}' holds a name that this version does not know",
                              info_of<typename BoundColumn::Source>().name));
      }
    });
    if (!fault_.empty()) return false;
    take_errors(duckdb_data_chunk_get_vector(chunk, at++), before, size);
    take_users(duckdb_data_chunk_get_vector(chunk, at++), size);
    if (!chunks_) return true;
    return take_chunks(duckdb_data_chunk_get_vector(chunk, at),
                       duckdb_data_chunk_get_vector(chunk, at + 1), size);
  }

  const std::string& fault() const { return fault_; }
  Frame frame() && { return std::move(frame_); }

 private:
  bool fail_with(std::string why) {
    fault_ = std::move(why);
    return false;
  }

  // NULL for successful rows.
  void take_errors(duckdb_vector vector, std::size_t before, idx_t size) {
    auto* cells = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
    for (idx_t i = 0; i < size; ++i) {
      if (duck_is_null(vector, i)) continue;
      const std::size_t row = before + i;
      frame_.first_errors.try_emplace(
          {frame_.target[row], frame_.status[row], frame_.http_code[row]}, duck_text(cells[i]));
    }
  }

  void take_users(duckdb_vector vector, idx_t size) {
    auto* cells = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector));
    for (idx_t i = 0; i < size; ++i) {
      users_.add(frame_, duck_is_null(vector, i) ? std::string_view() : duck_text(cells[i]));
    }
  }

  bool take_chunks(duckdb_vector instants, duckdb_vector tokens, idx_t size) {
    const auto list = [](duckdb_vector vector, idx_t i) {
      if (duck_is_null(vector, i)) return duckdb_list_entry{0, 0};
      return static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector))[i];
    };
    const auto* at =
        static_cast<const Nanos*>(duckdb_vector_get_data(duckdb_list_vector_get_child(instants)));
    const auto* counts = static_cast<const std::uint32_t*>(
        duckdb_vector_get_data(duckdb_list_vector_get_child(tokens)));
    for (idx_t i = 0; i < size; ++i) {
      const duckdb_list_entry a = list(instants, i);
      const duckdb_list_entry b = list(tokens, i);
      if (a.length == b.length) {  // else the row's chunks mean nothing
        frame_.chunk_at.insert(frame_.chunk_at.end(), at + a.offset, at + a.offset + a.length);
        frame_.chunk_tokens.insert(frame_.chunk_tokens.end(), counts + b.offset,
                                   counts + b.offset + b.length);
      }
      frame_.chunk_begin.push_back(frame_.chunk_at.size());
    }
    return true;
  }

  bool chunks_;
  Frame frame_;
  Users users_;
  std::string fault_;
};

std::string cast_of(const std::set<std::string>& present, std::string_view name,
                    std::string_view type) {
  const bool there = present.contains(std::string(name));
  return fmt::format("CAST({} AS {})", there ? fmt::format("\"{}\"", name) : "NULL", type);
}

std::string select_of(const std::set<std::string>& present, const std::string& path, bool chunks) {
  std::vector<std::string> list;
  for_each_bound([&](const auto& bound) {
    const ColumnInfo info = info_of<typename std::remove_cvref_t<decltype(bound)>::Source>();
    list.push_back(cast_of(present, info.name, info.sql_type));
  });
  list.push_back(
      fmt::format("CASE WHEN status <> 'ok' THEN {} END", cast_of(present, "error", "VARCHAR")));
  list.push_back(fmt::format("NULLIF({}, '')", cast_of(present, "user", "VARCHAR")));
  if (chunks) {
    list.push_back(cast_of(present, "chunk_at_ns", "BIGINT[]"));
    list.push_back(cast_of(present, "chunk_tokens", "UINTEGER[]"));
  }
  return fmt::format("SELECT {} FROM read_parquet({})", fmt::join(list, ", "), sql_path(path));
}

}  // namespace

std::size_t Frame::bytes() const {
  const auto all = [](const auto&... columns) {
    return (... + (columns.capacity() * sizeof(columns[0])));
  };
  return all(index, target, block, warmup, planned, sent, first_byte, first_token, last_token, end,
             status, http_code, planned_output_tokens, input_tokens, output_tokens, cached_tokens,
             input_source, output_source, dns, connect, tls, engine_queue, engine_prefill,
             engine_decode, engine_total, lag_mean, reads, stamped_reads, session, turn,
             reported_ttft, reported_tpot, reported_itl, reported_e2e, chunk_begin, chunk_at,
             chunk_tokens, user, users);
}

std::span<const Nanos> Frame::chunks_at(std::size_t row) const {
  if (chunk_begin.empty()) return {};
  return std::span(chunk_at).subspan(chunk_begin[row], chunk_begin[row + 1] - chunk_begin[row]);
}

std::span<const std::uint32_t> Frame::chunks_tokens(std::size_t row) const {
  if (chunk_begin.empty()) return {};
  return std::span(chunk_tokens).subspan(chunk_begin[row], chunk_begin[row + 1] - chunk_begin[row]);
}

Result<Frame> read_frame(const std::string& path, bool chunks) {
  auto input = open_request_rows(path);
  if (!input) return std::unexpected(std::move(input.error()));
  FrameReader reader(chunks);
  // Two threads decode twice as fast where a core is free; the order of rows stays.
  if (auto set = input->session.run("SET threads = 2", path); !set) {
    return std::unexpected(std::move(set.error()));
  }
  const auto done = input->session.run(select_of(input->columns, path, chunks), path,
                                       [&](duckdb_data_chunk chunk) { return reader.take(chunk); });
  if (!done) return std::unexpected(done.error());
  if (!reader.fault().empty()) return fail(ErrorCode::kInvalidInput, reader.fault(), path);
  return std::move(reader).frame();
}

Frame make_frame(std::span<const Row> rows) {
  Frame frame;
  Users users;
  frame.chunk_begin.push_back(0);
  for (const Row& row : rows) {
    for_each_bound([&](const auto& bound) {
      using BoundColumn = std::remove_cvref_t<decltype(bound)>;
      BoundColumn::of(frame).push_back(BoundColumn::Source::of(row));
    });
    users.add(frame, row.user);
    if (!row.ok()) {
      frame.first_errors.try_emplace({row.target, row.status, row.http_code}, row.error);
    }
    if (row.chunk_at.size() == row.chunk_tokens.size()) {
      frame.chunk_at.insert(frame.chunk_at.end(), row.chunk_at.begin(), row.chunk_at.end());
      frame.chunk_tokens.insert(frame.chunk_tokens.end(), row.chunk_tokens.begin(),
                                row.chunk_tokens.end());
    }
    frame.chunk_begin.push_back(frame.chunk_at.size());
  }
  return frame;
}

}  // namespace tt::record
