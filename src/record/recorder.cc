#include "record/recorder.h"

#include "record/file.h"

namespace tt::record {

Recorder::Recorder(RunFolder folder, JournalWriter journal, Redactor redactor)
    : folder_(std::move(folder)), journal_(std::move(journal)), redactor_(std::move(redactor)) {}

Result<Recorder> Recorder::start(RunFolder folder, const Manifest& manifest, Redactor redactor) {
  auto journal = JournalWriter::create(folder.file(kJournalFile));
  if (!journal) return std::unexpected(journal.error());
  Recorder recorder(std::move(folder), std::move(*journal), std::move(redactor));
  if (auto saved = recorder.manifest(manifest); !saved) return std::unexpected(saved.error());
  return recorder;
}

void Recorder::row(Row row) {
  if (!row.error.empty()) redactor_.clean(row.error);
  journal_.append(row);
  for (Listener* listener : listeners_) listener->on_row(row);
}

void Recorder::event(Event event) {
  redactor_.clean(event.fields_json);
  journal_.append(event);
  for (Listener* listener : listeners_) listener->on_event(event);
}

void Recorder::text(TextRow text) {
  redactor_.clean(text.prompt);
  redactor_.clean(text.answer);
  journal_.append(text);
  for (Listener* listener : listeners_) listener->on_text(text);
}

void Recorder::samples(std::span<const Sample> samples) {
  if (samples.empty()) return;
  journal_.append(samples);
  for (Listener* listener : listeners_) listener->on_samples(samples);
}

Result<void> Recorder::manifest(const Manifest& manifest) {
  const std::string json = redactor_.cleaned(format_manifest(manifest));
  journal_.append_manifest(json);
  if (auto flushed = journal_.flush(); !flushed) return flushed;
  return write_file_atomically(folder_.file(kManifestFile), json);
}

Result<void> Recorder::tick(Nanos now) {
  if (flushed_at_ != kNever && now - flushed_at_ < kFlushEvery) return {};
  flushed_at_ = now;
  return journal_.flush();
}

Result<FoldSummary> Recorder::finish(const Manifest& manifest) {
  const auto fold_all = [&]() -> Result<FoldSummary> {
    if (auto flushed = journal_.flush(); !flushed) return std::unexpected(flushed.error());
    const std::string clean = redactor_.cleaned(format_manifest(manifest));
    auto safe = parse_manifest(clean, folder_.file(kManifestFile));
    if (!safe) return std::unexpected(safe.error());
    return fold(folder_, std::move(*safe));
  };
  auto summary = fold_all();
  if (!summary) {
    summary.error().message +=
        "; the journal is kept, `tokentrial results recover` makes a run of it once the cause is "
        "gone";
  }
  return summary;
}

}  // namespace tt::record
