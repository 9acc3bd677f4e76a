// Writes a running run: journal, manifest, and the same stream to every listener.
#pragma once

#include <span>
#include <vector>

#include "base/error.h"
#include "record/fold.h"
#include "record/journal.h"
#include "record/redact.h"
#include "record/run_folder.h"
#include "record/stream.h"

namespace tt::record {

/// Owned by one thread, which makes every call; workers hand it their rows. Time is passed in, so
/// that tests need no clock.
class Recorder {
 public:
  /// How long a finished row may wait in memory.
  static constexpr Nanos kFlushEvery = 50 * kMillisecond;

  /// Writes the manifest (status running) and opens the journal, which marks the run as live.
  static Result<Recorder> start(RunFolder folder, const Manifest& manifest, Redactor redactor = {});

  /// Not owned; must outlive the recorder.
  void add_listener(Listener* listener) { listeners_.push_back(listener); }

  // Journal and listeners, in that order. Secrets are blanked first.
  void row(Row row);
  void event(Event event);
  void text(TextRow text);
  /// Telemetry holds no secrets: names, labels and numbers.
  void samples(std::span<const Sample> samples);
  /// A newer manifest, for recovery's sake (targets resolved, anchor known) and in manifest.json.
  Result<void> manifest(const Manifest& manifest);

  /// Flushes where kFlushEvery has gone by since the last flush. Call at least that often, with the
  /// same clock each time. On an error (disk full) stop the run: what is recorded is safe.
  Result<void> tick(Nanos now);

  /// Flushes and folds. The run folder is complete after this.
  Result<FoldSummary> finish(const Manifest& manifest);

  const RunFolder& folder() const { return folder_; }

 private:
  Recorder(RunFolder folder, JournalWriter journal, Redactor redactor);

  RunFolder folder_;
  JournalWriter journal_;
  Redactor redactor_;
  std::vector<Listener*> listeners_;
  Nanos flushed_at_ = kNever;
};

}  // namespace tt::record
