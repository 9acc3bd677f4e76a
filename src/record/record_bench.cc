// How fast rows get into the journal, out of it, into Parquet and back.
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>
#include <sys/resource.h>

#include "record/journal.h"
#include "record/parquet.h"
#include "record/test_rows.h"

namespace {

using namespace tt;
using namespace tt::record;

struct Figure {
  std::string name;
  std::size_t chunks;
  double rows_per_second;
  double bytes_per_row;
};

template <class Work>
double seconds(Work&& work) {
  const Nanos start = steady_now();
  work();
  return to_seconds(steady_now() - start);
}

double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void check(bool good, const char* what) {
  if (good) return;
  fmt::print(stderr, "failed: {}\n", what);
  std::exit(1);
}

// `count` rows of `chunks` chunks each, through every stage. So many different rows go round that
// compression gains nothing from the repetition.
std::vector<Figure> measure(std::size_t count, std::size_t chunks) {
  const TempFolder folder;
  const std::string journal = folder.file("j");
  const std::string parquet = folder.file("requests.parquet");
  const std::vector<Row> rows = make_rows(4'000'000 / (chunks + 40), chunks);
  std::vector<Figure> figures;
  const auto add = [&](const char* name, double time, const std::string& file) {
    const auto n = static_cast<double>(count);
    figures.push_back(
        {name, chunks, n / time, static_cast<double>(std::filesystem::file_size(file)) / n});
  };

  add("journal write", seconds([&] {
        auto writer = JournalWriter::create(journal);
        check(writer.has_value(), "create");
        for (std::size_t i = 0; i < count; ++i) {
          writer->append(rows[i % rows.size()]);
          if (writer->pending_bytes() > (1 << 20)) check(writer->flush().has_value(), "flush");
        }
        check(writer->flush().has_value(), "flush");
      }),
      journal);
  add("journal read", seconds([&] {
        auto reader = JournalReader::open(journal);
        std::size_t read = 0;
        while (reader->next_row()) ++read;
        check(read == count, "journal read");
      }),
      journal);
  add("fold into Parquet", seconds([&] {
        auto reader = JournalReader::open(journal);
        const auto written = write_rows(parquet, [&](Row& row) {
          auto next = reader->next_row();
          if (!next) return false;
          row = std::move(*next);
          return true;
        });
        check(written && *written == count, "write_rows");
      }),
      parquet);
  add("Parquet read", seconds([&] {
        const auto read = visit_rows(parquet, [](Row&&) {});
        check(read && *read == count, "visit_rows");
      }),
      parquet);
  return figures;
}

}  // namespace

int main() {
  std::string json;
  fmt::print("{:<18} {:>8} {:>12} {:>12}\n", "stage", "chunks", "rows/s", "bytes/row");
  for (const auto& [count, chunks] :
       {std::pair<std::size_t, std::size_t>{1'000'000, 1}, {200'000, 100}}) {
    for (const Figure& f : measure(count, chunks)) {
      fmt::print("{:<18} {:>8} {:>12.0f} {:>12.1f}\n", f.name, f.chunks, f.rows_per_second,
                 f.bytes_per_row);
      json += fmt::format(
          "{}{{\"stage\":\"{}\",\"chunks\":{},\"rows_per_s\":{:.0f},\"bytes_per_row\":{:.1f}}}",
          json.empty() ? "" : ",", f.name, f.chunks, f.rows_per_second, f.bytes_per_row);
    }
  }
  fmt::print("peak memory {:.0f} MB\n", peak_megabytes());
  fmt::print("{{\"bench\":\"record\",\"figures\":[{}],\"peak_mb\":{:.0f}}}\n", json,
             peak_megabytes());
}
