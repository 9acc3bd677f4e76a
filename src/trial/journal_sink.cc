#include "trial/journal_sink.h"

#include <utility>

namespace tt::trial {

void JournalSink::on_row(const record::Row& row, const std::string& prompt,
                         const std::string& answer) {
  recorder_.row(row);
  if (!prompt.empty() || !answer.empty()) recorder_.text({row.target, row.index, prompt, answer});
}

void JournalSink::on_pass() {
  std::vector<record::Event> events;
  std::vector<std::vector<record::Sample>> readings;
  {
    const std::lock_guard lock(mutex_);
    events.swap(waiting_);
    readings.swap(samples_);
  }
  for (const auto& samples : readings) recorder_.samples(samples);
  for (record::Event& event : events) recorder_.event(std::move(event));
  if (failed()) return;
  if (auto flushed = recorder_.tick(steady_now() - epoch_); !flushed) {
    error_ = std::move(flushed.error());
    failed_.store(true, std::memory_order_release);
  }
}

void JournalSink::event(record::Event event) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(event));
}

void JournalSink::on_samples(std::vector<record::Sample> samples) {
  const std::lock_guard lock(mutex_);
  samples_.push_back(std::move(samples));
}

}  // namespace tt::trial
