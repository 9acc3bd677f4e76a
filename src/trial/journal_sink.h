// Joins the load to the record: rows from the collector's thread, telemetry from the sampler's and
// events from the conductor's go to one recorder, in one order.
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "load/collector.h"
#include "record/recorder.h"
#include "telemetry/sampler.h"

namespace tt::trial {

class JournalSink final : public load::RowSink, public telemetry::TelemetrySink {
 public:
  /// `recorder` must outlive the sink and belongs to the collector's thread while the load lives.
  explicit JournalSink(record::Recorder& recorder, Nanos epoch)
      : recorder_(recorder), epoch_(epoch) {}

  // The collector's thread
  void on_row(const record::Row& row, const std::string& prompt,
              const std::string& answer) override;
  void on_pass() override;

  /// From any thread. Written with the next pass.
  void event(record::Event event);

  // The sampler's thread; likewise.
  void on_samples(std::vector<record::Sample> samples) override;
  void on_event(record::Event some) override { event(std::move(some)); }

  /// What went wrong with the disk, once something did. From any thread.
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  /// After failed(), or once the collector has ended.
  const std::optional<Error>& error() const { return error_; }

 private:
  record::Recorder& recorder_;
  Nanos epoch_;
  std::mutex mutex_;  // of waiting_ and samples_ only
  std::vector<record::Event> waiting_;
  std::vector<std::vector<record::Sample>> samples_;  // a reading each
  std::optional<Error> error_;
  std::atomic<bool> failed_{false};
};

}  // namespace tt::trial
