// telemetry.parquet: a row a sample.
#include <cerrno>

#include <fmt/format.h>
#include <unistd.h>

#include "record/file.h"
#include "record/parquet_feed.h"
#include "record/telemetry.h"

namespace tt::record {
namespace {

template <class Value>
Value* cells(duckdb_data_chunk chunk, idx_t column) {
  return static_cast<Value*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, column)));
}

void put_sample(duckdb_data_chunk chunk, idx_t row, const Sample& sample) {
  const Series& series = *sample.series;
  cells<std::int64_t>(chunk, 0)[row] = sample.at;
  cells<std::uint32_t>(chunk, 1)[row] = series.target;
  if (series.target == kNoTarget) {
    const duckdb_vector target = duckdb_data_chunk_get_vector(chunk, 1);
    duckdb_vector_ensure_validity_writable(target);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(target), row);
  }
  put_text(duckdb_data_chunk_get_vector(chunk, 2), row, series.name);
  put_text(duckdb_data_chunk_get_vector(chunk, 3), row,
           series.labels.empty() ? "{}" : series.labels);
  cells<double>(chunk, 4)[row] = sample.value;
  put_text(duckdb_data_chunk_get_vector(chunk, 5), row, series.source);
}

// Groups the rows of a chunk that are sorted by series.
void take_rows(duckdb_data_chunk chunk, Telemetry& telemetry) {
  auto* names = cells<duckdb_string_t>(chunk, 2);
  auto* labels = cells<duckdb_string_t>(chunk, 3);
  auto* sources = cells<duckdb_string_t>(chunk, 5);
  for (idx_t i = 0; i < duckdb_data_chunk_get_size(chunk); ++i) {
    const std::uint32_t target = cells<std::uint32_t>(chunk, 1)[i];
    SeriesPoints* last = telemetry.series.empty() ? nullptr : &telemetry.series.back();
    if (last == nullptr || last->series.target != target ||
        last->series.name != duck_text(names[i]) || last->series.labels != duck_text(labels[i])) {
      last = &telemetry.series.emplace_back();
      last->series = {.target = target,
                      .name = std::string(duck_text(names[i])),
                      .labels = std::string(duck_text(labels[i])),
                      .source = std::string(duck_text(sources[i]))};
    }
    last->at.push_back(cells<std::int64_t>(chunk, 0)[i]);
    last->value.push_back(cells<double>(chunk, 4)[i]);
  }
}

}  // namespace

Result<std::uint64_t> write_telemetry(const std::string& path, const SampleSource& next) {
  ChunkFeed feed;
  feed.columns = {{"t", "BIGINT"},       {"target", "UINTEGER"}, {"name", "VARCHAR"},
                  {"labels", "VARCHAR"}, {"value", "DOUBLE"},    {"source", "VARCHAR"}};
  std::uint64_t count = 0;
  feed.open = [&]() -> FillChunk {
    return [&](duckdb_data_chunk chunk) {
      idx_t size = 0;
      Sample sample;
      while (size < duckdb_vector_size() && next(sample)) put_sample(chunk, size++, sample);
      count += size;
      return size;
    };
  };
  if (auto done = write_parquet(path, feed); !done) return std::unexpected(done.error());
  return count;
}

Result<Telemetry> read_telemetry(const std::string& path) {
  if (::access(path.c_str(), R_OK) != 0) {
    return std::unexpected(io_error("cannot read", path, errno));
  }
  auto session = DuckSession::open();
  if (!session) return std::unexpected(session.error());
  Telemetry telemetry;
  // The order is that of Telemetry::of: bytes, not letters.
  const auto done =
      session->run(fmt::format("SELECT t::BIGINT AS t, coalesce(target::UINTEGER, {}) AS target, "
                               "name::VARCHAR AS name, "
                               "CASE WHEN coalesce(labels::VARCHAR, '{{}}') = '{{}}' THEN '' ELSE "
                               "labels::VARCHAR END AS labels, value::DOUBLE AS value, "
                               "coalesce(source::VARCHAR, '') AS source FROM read_parquet({}) "
                               "WHERE t IS NOT NULL AND value IS NOT NULL AND name IS NOT NULL "
                               "ORDER BY target, name, labels, t",
                               kNoTarget, sql_path(path)),
                   path, [&](duckdb_data_chunk chunk) {
                     take_rows(chunk, telemetry);
                     return true;
                   });
  if (!done) return std::unexpected(done.error());
  return telemetry;
}

}  // namespace tt::record
