#include "serve/jobs.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace tt::serve {
namespace {

/// Ends when it is told to.
class TestJob final : public Job {
 public:
  struct Switch {
    std::promise<void> began;
    std::promise<Result<void>> end;
    std::atomic<int> stops{0};
  };
  explicit TestJob(std::shared_ptr<Switch> with) : with_(std::move(with)) {}
  std::string kind() const override { return "test"; }
  std::string title() const override { return "a job"; }
  Result<void> play(std::uint64_t, const JobReport& report) override {
    report([](JobStatus& status) { status.share = 0.5; });
    with_->began.set_value();
    return with_->end.get_future().get();
  }
  void stop(bool) override {
    if (with_->stops++ == 0) with_->end.set_value(fail(ErrorCode::kCancelled, "stopped"));
  }

 private:
  std::shared_ptr<Switch> with_;
};

using Switch = TestJob::Switch;

/// Waits for the queue's word that a job has come to a state.
class Watch {
 public:
  void hear(const JobStatus& status) {
    const std::lock_guard lock(mutex_);
    states_[status.id] = status;
    news_.notify_all();
  }
  JobStatus wait(std::uint64_t id, JobState state) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [&] { return states_.contains(id) && states_[id].state == state; });
    return states_[id];
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::map<std::uint64_t, JobStatus> states_;
};

TEST(Jobs, ArePlayedOneAfterTheOther) {
  Watch watch;
  JobQueue queue([&](const JobStatus& s) { watch.hear(s); }, [] { return Nanos{7}; });
  const auto one = std::make_shared<Switch>();
  const auto two = std::make_shared<Switch>();
  const auto a = queue.add(std::make_unique<TestJob>(one));
  const auto b = queue.add(std::make_unique<TestJob>(two));
  ASSERT_TRUE(a && b);
  one->began.get_future().wait();
  EXPECT_EQ(queue.waiting(), 1u);
  EXPECT_EQ(queue.find(*a)->share, 0.5);
  EXPECT_EQ(queue.find(*b)->state, JobState::kWaiting);
  one->end.set_value({});
  EXPECT_EQ(watch.wait(*a, JobState::kDone).ended, 7);
  two->began.get_future().wait();
  two->end.set_value(fail(ErrorCode::kIo, "the disk is full", "/x"));
  EXPECT_EQ(watch.wait(*b, JobState::kFailed).problem, "/x: the disk is full");
  EXPECT_EQ(queue.list().front().id, *b);
}

TEST(Jobs, CanBeStoppedBeforeAndWhileTheyPlay) {
  Watch watch;
  JobQueue queue([&](const JobStatus& s) { watch.hear(s); });
  const auto one = std::make_shared<Switch>();
  const auto two = std::make_shared<Switch>();
  const auto a = *queue.add(std::make_unique<TestJob>(one));
  const auto b = *queue.add(std::make_unique<TestJob>(two));
  one->began.get_future().wait();
  ASSERT_TRUE(queue.stop(b, false));
  watch.wait(b, JobState::kStopped);
  EXPECT_EQ(two->stops, 0) << "it never began";
  EXPECT_EQ(two.use_count(), 1) << "what it held is let go of";
  ASSERT_TRUE(queue.stop(a, false));
  watch.wait(a, JobState::kStopped);
  EXPECT_EQ(queue.stop(a, false).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(queue.stop(99, false).error().code, ErrorCode::kNotFound);
}

TEST(Jobs, ThatWaitCanBePutInAnotherOrder) {
  JobQueue queue;
  const auto first = std::make_shared<Switch>();
  const auto playing = *queue.add(std::make_unique<TestJob>(first));
  first->began.get_future().wait();
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 3; ++i) {
    ids.push_back(*queue.add(std::make_unique<TestJob>(std::make_shared<Switch>())));
  }
  const auto order = [&] {
    std::vector<std::uint64_t> all;
    for (const auto& job : queue.list()) all.push_back(job.id);
    return all;
  };
  ASSERT_TRUE(queue.move(ids[2], ids[0]));
  EXPECT_EQ(order(), (std::vector{ids[1], ids[0], ids[2], playing}));
  ASSERT_TRUE(queue.move(ids[2], 0));
  EXPECT_EQ(order(), (std::vector{ids[2], ids[1], ids[0], playing}));
  ASSERT_TRUE(queue.move(ids[1], ids[1]));
  EXPECT_EQ(queue.move(playing, 0).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(queue.move(ids[0], playing).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(queue.move(99, 0).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(order(), (std::vector{ids[2], ids[1], ids[0], playing}));
}

TEST(Jobs, OnlySoManyWait) {
  JobQueue queue;
  const auto first = std::make_shared<Switch>();
  ASSERT_TRUE(queue.add(std::make_unique<TestJob>(first)));
  first->began.get_future().wait();
  for (std::size_t i = 0; i < JobQueue::kMostWaiting; ++i) {
    ASSERT_TRUE(queue.add(std::make_unique<TestJob>(std::make_shared<Switch>())));
  }
  EXPECT_FALSE(queue.add(std::make_unique<TestJob>(std::make_shared<Switch>())));
}

TEST(Jobs, EndWithTheProgram) {
  const auto one = std::make_shared<Switch>();
  JobQueue queue;
  ASSERT_TRUE(queue.add(std::make_unique<TestJob>(one)));
  one->began.get_future().wait();
  queue.close();
  EXPECT_EQ(one->stops, 1);
  EXPECT_FALSE(queue.running());
  EXPECT_FALSE(queue.add(std::make_unique<TestJob>(std::make_shared<Switch>())));
}

}  // namespace
}  // namespace tt::serve
