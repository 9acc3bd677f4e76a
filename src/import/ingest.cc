#include "import/ingest.h"

#include <mutex>

#include "import/flat.h"
#include "import/repeated.h"
#include "record/parquet.h"

namespace tt::import {
namespace {

// What all threads share.
struct Shared {
  Source& source;
  const IngestOptions& options;
  RepeatedIds ids;

  std::mutex mutex;
  std::map<std::uint64_t, Audit> parts;
  StatusCounts counts;

  void part_done(std::uint64_t number, Audit&& audit) {
    const std::lock_guard lock(mutex);
    parts.emplace(number, std::move(audit));
    if (options.progress) options.progress(source.bytes_done());
  }
};

// One thread's way from records to rows.
class Worker {
 public:
  explicit Worker(Shared& shared) : shared_(shared), reader_(shared.source.reader()) {}

  /// The next row that is kept; false at the end.
  bool next(record::Row& row) {
    while (!ended_) {
      sample_.reset();
      if (!reader_->next(sample_)) {
        finish();
        break;
      }
      if (reader_->part() != part_) turn_part();
      if (!check()) continue;
      shared_.options.rows.make(sample_, row);
      counts_.add(row);
      return true;
    }
    return false;
  }

 private:
  // True where the sample becomes a row.
  bool check() {
    require_values(*shared_.options.format, sample_);
    const bool whole = audit_.take(sample_, *reader_);
    if (whole && shared_.ids.seen(sample_.id)) audit_.repeated.add(sample_, reader_->record());
    const bool is_none = sample_.fault == Fault::kRepeatedHeader || sample_.fault == Fault::kBroken;
    return whole || (shared_.options.keep_invalid && !is_none);
  }

  void turn_part() {
    if (audit_.read > 0) shared_.part_done(part_, std::move(audit_));
    audit_ = {};
    part_ = reader_->part();
  }

  void finish() {
    ended_ = true;
    turn_part();
    const std::lock_guard lock(shared_.mutex);
    shared_.counts.merge(counts_);
  }

  Shared& shared_;
  std::unique_ptr<Reader> reader_;
  Sample sample_;
  Audit audit_;
  StatusCounts counts_;
  std::uint64_t part_ = 0;
  bool ended_ = false;
};

}  // namespace

Result<Ingested> ingest(Source& source, const IngestOptions& options) {
  Shared shared{
      .source = source, .options = options, .ids = {}, .mutex = {}, .parts = {}, .counts = {}};
  const unsigned threads = source.is_shared() ? options.threads : 1;
  if (options.parquet.empty()) {
    Worker worker(shared);
    record::Row row;
    while (worker.next(row)) row = {};
  } else {
    const auto rows = [&]() -> record::RowSource {
      auto worker = std::make_shared<Worker>(shared);
      return [worker](record::Row& row) { return worker->next(row); };
    };
    auto written =
        record::write_rows(options.parquet, record::BulkRows{.source = rows,
                                                             .threads = threads,
                                                             .columns = options.columns,
                                                             .metadata = options.metadata});
    if (!written) return std::unexpected(std::move(written.error()));
  }
  if (auto read = source.outcome(); !read) return std::unexpected(std::move(read.error()));
  Ingested result;
  for (auto& [number, audit] : shared.parts) result.audit.merge(audit);
  result.counts = shared.counts;
  return result;
}

}  // namespace tt::import
