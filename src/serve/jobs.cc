#include "serve/jobs.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

namespace tt::serve {

std::string_view job_state_name(JobState state) {
  switch (state) {
    case JobState::kWaiting:
      return "waiting";
    case JobState::kRunning:
      return "running";
    case JobState::kDone:
      return "done";
    case JobState::kFailed:
      return "failed";
    case JobState::kStopped:
      return "stopped";
  }
  return "";
}

JobQueue::JobQueue(std::function<void(const JobStatus&)> changed, std::function<Nanos()> wall_clock)
    : changed_(std::move(changed)),
      wall_clock_(std::move(wall_clock)),
      thread_([this] { work(); }) {}

JobQueue::~JobQueue() { close(); }

Result<std::uint64_t> JobQueue::add(std::unique_ptr<Job> job) {
  auto entry = std::make_shared<Entry>();
  entry->status.kind = job->kind();
  entry->status.title = job->title();
  entry->status.queued = wall_clock_();
  entry->job = std::move(job);
  JobStatus told;
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return fail(ErrorCode::kUnavailable, "the program is about to end");
    const auto waits = [](const auto& e) { return e->status.state == JobState::kWaiting; };
    if (static_cast<std::size_t>(std::ranges::count_if(entries_, waits)) >= kMostWaiting) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("{} jobs are waiting already", kMostWaiting));
    }
    entry->status.id = next_id_++;
    entries_.push_back(entry);
    while (entries_.size() > kMostEnded && entries_.front()->status.ended > 0) entries_.pop_front();
    told = entry->status;
  }
  news_.notify_all();
  if (changed_) changed_(told);
  return told.id;
}

void JobQueue::change(Entry& entry, const std::function<void(JobStatus&)>& how) {
  JobStatus told;
  {
    const std::lock_guard lock(mutex_);
    how(entry.status);
    told = entry.status;
  }
  if (changed_) changed_(told);
}

void JobQueue::play(Entry& entry) {
  Result<void> outcome;
  try {
    outcome = entry.job->play(entry.status.id, [&](const auto& how) { change(entry, how); });
  } catch (const std::exception& thrown) {
    outcome = fail(ErrorCode::kInternal, fmt::format("the job failed: {}", thrown.what()));
  }
  change(entry, [&](JobStatus& status) {
    status.ended = wall_clock_();
    status.state = outcome                                         ? JobState::kDone
                   : outcome.error().code == ErrorCode::kCancelled ? JobState::kStopped
                                                                   : JobState::kFailed;
    if (!outcome) status.problem = outcome.error().text();
  });
}

void JobQueue::work() {
  for (;;) {
    std::shared_ptr<Entry> next;
    JobStatus told;
    {
      std::unique_lock lock(mutex_);
      const auto find = [&] {
        return std::ranges::find_if(
            entries_, [](const auto& e) { return e->status.state == JobState::kWaiting; });
      };
      news_.wait(lock, [&] { return closing_ || find() != entries_.end(); });
      if (closing_) return;
      next = *find();
      next->status.state = JobState::kRunning;
      next->status.started = wall_clock_();
      told = next->status;
    }
    if (changed_) changed_(told);
    play(*next);
    const std::lock_guard lock(mutex_);
    next->job.reset();  // what it holds is no more needed
  }
}

// One that waits, with the mutex held.
void JobQueue::drop(Entry& entry) {
  entry.status.state = JobState::kStopped;
  entry.status.ended = wall_clock_();
  entry.job.reset();  // what it holds is no more needed
}

Result<void> JobQueue::stop(std::uint64_t id, bool at_once) {
  JobStatus told;
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::ranges::find_if(entries_, [&](const auto& e) { return e->status.id == id; });
    if (found == entries_.end()) {
      return fail(ErrorCode::kNotFound, fmt::format("there is no job {}", id));
    }
    const auto& entry = *found;
    if (entry->status.ended > 0) {
      return fail(ErrorCode::kUnavailable, fmt::format("job {} has ended", id));
    }
    if (entry->status.state == JobState::kRunning) {
      entry->job->stop(at_once);
      return {};
    }
    drop(*entry);
    told = entry->status;
  }
  if (changed_) changed_(told);
  return {};
}

Result<void> JobQueue::move(std::uint64_t id, std::uint64_t before) {
  JobStatus told;
  {
    const std::lock_guard lock(mutex_);
    const auto waiting = [&](std::uint64_t wanted) -> Result<std::size_t> {
      const auto found =
          std::ranges::find_if(entries_, [&](const auto& e) { return e->status.id == wanted; });
      if (found == entries_.end()) {
        return fail(ErrorCode::kNotFound, fmt::format("there is no job {}", wanted));
      }
      if ((*found)->status.state != JobState::kWaiting) {
        return fail(ErrorCode::kUnavailable, fmt::format("job {} does not wait any more", wanted));
      }
      return static_cast<std::size_t>(found - entries_.begin());
    };
    const auto from = waiting(id);
    if (!from) return std::unexpected(from.error());
    if (before == id) return {};
    if (before != 0) {
      if (const auto there = waiting(before); !there) return std::unexpected(there.error());
    }
    const auto entry = entries_[*from];
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(*from));
    const auto to =
        std::ranges::find_if(entries_, [&](const auto& e) { return e->status.id == before; });
    entries_.insert(to, entry);
    told = entry->status;
  }
  if (changed_) changed_(told);
  return {};
}

std::vector<JobStatus> JobQueue::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<JobStatus> all;
  for (auto it = entries_.rbegin(); it != entries_.rend(); ++it) all.push_back((*it)->status);
  return all;
}

std::optional<JobStatus> JobQueue::find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  for (const auto& entry : entries_) {
    if (entry->status.id == id) return entry->status;
  }
  return std::nullopt;
}

std::size_t JobQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::ranges::count_if(
      entries_, [](const auto& e) { return e->status.state == JobState::kWaiting; }));
}

bool JobQueue::running() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(entries_,
                             [](const auto& e) { return e->status.state == JobState::kRunning; });
}

void JobQueue::stop_all(bool at_once) {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  for (auto& entry : entries_) {
    if (entry->status.state == JobState::kRunning) entry->job->stop(at_once);
    if (entry->status.state == JobState::kWaiting) drop(*entry);
  }
  news_.notify_all();
}

void JobQueue::close() {
  stop_all(false);
  if (thread_.joinable()) thread_.join();
}

}  // namespace tt::serve
