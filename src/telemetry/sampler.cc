#include "telemetry/sampler.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>
#include <functional>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "telemetry/host_reader.h"
#include "telemetry/mapper.h"
#include "telemetry/nvml_reader.h"

namespace tt::telemetry {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kFarewell{1};
constexpr int kNice = 10;  // the load's threads go first

std::chrono::steady_clock::time_point instant(Nanos t) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(t));
}

Nanos thread_cpu() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

}  // namespace

Nanos next_tick(Nanos start, Nanos interval, Nanos now) {
  if (now <= start) return start;
  const Nanos passed = (now - start + interval - 1) / interval;
  return start + passed * interval;
}

std::int64_t passed_over(std::uint64_t failures, Nanos interval) {
  constexpr std::int64_t kMostTicks = 16;
  if (failures == 0) return 0;
  const std::int64_t most = std::clamp(kMostInterval / interval, std::int64_t{1}, kMostTicks);
  const std::int64_t wanted = failures > 5 ? kMostTicks : std::int64_t{1} << (failures - 1);
  return std::min(wanted, most) - 1;
}

namespace {

// What of a page could not be taken; empty: it was taken whole.
std::string loss_of(const Mapper::Mapped& mapped) {
  const ExpositionResult& page = mapped.page;
  if (page.cut) return "its page is too large, and was not read to its end: " + page.first_error;
  if (page.bad_lines > 0) {
    return fmt::format("{} lines of its page could not be read; {}", page.bad_lines,
                       page.first_error);
  }
  if (mapped.left_out == 0) return {};
  return fmt::format("{} of its series are too many, and were left out", mapped.left_out);
}

}  // namespace

struct Sampler::Impl {
  // One page and what became of it so far.
  struct Source {
    Source(Impl& the_owner, PageSource the_page)
        : owner(the_owner),
          page(std::move(the_page)),
          client(page.address),
          mapper({.targets = page.targets, .model = page.model, .raw = owner.setup.raw}),
          timer(owner.context) {
      const auto targets = page.targets.empty() ? std::vector{record::kNoTarget} : page.targets;
      const std::string labels = record::labels_json({{"source", page.name}});
      for (const std::uint32_t target : targets) {
        for (const char* name : {"scrape_up", "scrape_seconds"}) {
          own.push_back(std::make_shared<const record::Series>(
              record::Series{target, name, labels, "tokentrial"}));
        }
      }
    }
    asio::awaitable<void> run();
    asio::awaitable<void> read(Nanos timeout);
    void answered(const Page& answer);
    void failed(const std::string& why);
    void add_own(std::vector<record::Sample>& samples, Nanos at, bool up, Nanos took) const;
    void say(std::string_view state, std::string_view text) const;

    Impl& owner;
    PageSource page;
    PageClient client;
    Mapper mapper;
    asio::steady_timer timer;
    std::vector<std::shared_ptr<const record::Series>> own;
    std::uint64_t failures = 0;  // in a row
    bool said_loss = false;
    bool ever_answered = false;
    std::string first_failure;
  };

  Impl(SamplerSetup the_setup, TelemetrySink& the_sink)
      : setup(std::move(the_setup)), sink(the_sink) {}

  void run();
  asio::awaitable<void> run_local();
  std::function<void(std::exception_ptr)> ended(std::string source);
  void read_local();
  void give(std::vector<record::Sample> samples);
  void say(Nanos at, std::string_view source, std::string_view state, std::string_view text);
  Nanos now() const { return steady_now() - setup.epoch; }

  SamplerSetup setup;
  TelemetrySink& sink;
  asio::io_context context{1};
  std::vector<std::unique_ptr<Source>> sources;
  std::optional<HostReader> host;
  std::optional<NvmlReader> nvml;
  asio::steady_timer local_timer{context};
  asio::steady_timer farewell{context};
  Nanos start = 0;
  std::size_t running = 0;  // coroutines
  bool stopping = false;    // only read and written on the thread
  SamplerStats stats;
  std::thread thread;  // last: it uses all of the above
};

void Sampler::Impl::give(std::vector<record::Sample> samples) {
  if (samples.empty()) return;
  stats.samples += samples.size();
  sink.on_samples(std::move(samples));
}

void Sampler::Impl::say(Nanos at, std::string_view source, std::string_view state,
                        std::string_view text) {
  sink.on_event({.at = at,
                 .type = "telemetry",
                 .fields_json = fmt::format(R"("source":{},"state":"{}","text":{})",
                                            json_string(source), state, json_string(text))});
}

void Sampler::Impl::Source::say(std::string_view state, std::string_view text) const {
  owner.say(owner.now(), page.name, state, text);
}

void Sampler::Impl::Source::add_own(std::vector<record::Sample>& samples, Nanos at, bool up,
                                    Nanos took) const {
  for (std::size_t i = 0; i < own.size(); i += 2) {
    samples.push_back({at, own[i], up ? 1.0 : 0.0});
    if (up) samples.push_back({at, own[i + 1], to_seconds(took)});
  }
}

void Sampler::Impl::Source::answered(const Page& answer) {
  const Nanos at = answer.arrived - owner.setup.epoch;
  Mapper::Mapped mapped = mapper.map(answer.body, at);
  owner.stats.bad_lines += mapped.page.bad_lines;
  // A login page, for example, which comes with status 200, too.
  if (mapped.page.samples == 0 && mapped.page.bad_lines > 0) {
    return failed("what it answers is no page of metrics: " + mapped.page.first_error);
  }
  ++owner.stats.readings;
  ever_answered = true;
  const std::string loss = loss_of(mapped);
  if (!loss.empty() && !std::exchange(said_loss, true)) say("incomplete", loss);
  if (std::exchange(failures, 0) > 0) say("back", "it answers again");
  add_own(mapped.samples, at, true, answer.took);
  owner.give(std::move(mapped.samples));
}

void Sampler::Impl::Source::failed(const std::string& why) {
  ++owner.stats.failures;
  if (first_failure.empty()) first_failure = why;
  if (failures++ == 0) say("failing", why);
  std::vector<record::Sample> samples;
  add_own(samples, owner.now(), false, 0);
  owner.give(std::move(samples));
}

asio::awaitable<void> Sampler::Impl::Source::read(Nanos timeout) {
  const auto answer = co_await client.get(timeout);
  if (answer) {
    answered(*answer);
  } else if (!owner.stopping || answer.error().status != Status::kTotalTimeout) {
    failed(answer.error().message);
  }
}

asio::awaitable<void> Sampler::Impl::Source::run() {
  boost::system::error_code ended;
  while (!owner.stopping) {
    co_await read(owner.setup.timeout);
    if (owner.stopping) break;
    const Nanos interval = owner.setup.interval;
    const Nanos rest = passed_over(failures, interval) * interval;
    timer.expires_at(instant(next_tick(owner.start, interval, steady_now() + 1 + rest)));
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }
  if (failures == 0) co_await read(std::min(owner.setup.timeout, kSecond));
  client.close();
}

void Sampler::Impl::read_local() {
  const Nanos at = now();
  if (host) give(host->read(at));
  if (nvml) give(nvml->read(at));
}

asio::awaitable<void> Sampler::Impl::run_local() {
  boost::system::error_code ended;
  while (!stopping) {
    read_local();
    local_timer.expires_at(instant(next_tick(start, setup.interval, steady_now() + 1)));
    co_await local_timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  }
  read_local();
}

// What follows a coroutine's end. One that threw (no file left for a connection, no memory for a
// page) is given up with a word: nothing of this may end the run.
std::function<void(std::exception_ptr)> Sampler::Impl::ended(std::string source) {
  return [this, name = std::move(source)](const std::exception_ptr& thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      say(now(), name, "ended", fmt::format("it is not read any more: {}", error.what()));
    }
    if (--running == 0) farewell.cancel();
  };
}

void Sampler::Impl::run() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice);
  start = steady_now();
  running = sources.size() + 1;
  for (auto& source : sources) {
    asio::co_spawn(context, source->run(), ended(source->page.name));
  }
  asio::co_spawn(context, run_local(), ended("this machine"));
  context.run();
  stats.cpu = thread_cpu();
}

Sampler::Sampler(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Sampler>> Sampler::start(SamplerSetup setup, TelemetrySink& sink) {
  try {
    auto made = std::make_unique<Impl>(std::move(setup), sink);
    Impl& impl = *made;
    for (const PageSource& page : impl.setup.pages) {
      impl.sources.push_back(std::make_unique<Impl::Source>(impl, page));
    }
    if (impl.setup.host) impl.host.emplace(impl.setup.host_root);
    if (!impl.setup.nvml.empty()) {
      auto nvml = NvmlReader::open(impl.setup.nvml, impl.setup.nvml_targets);
      if (nvml) impl.nvml.emplace(std::move(*nvml));
    }
    impl.thread = std::thread([&impl] { impl.run(); });
    return std::unique_ptr<Sampler>(new Sampler(std::move(made)));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kIo, fmt::format("telemetry cannot be read: {}", error.what()));
  }
}

SamplerStats Sampler::stop() {
  Impl& impl = *impl_;
  if (!impl.thread.joinable()) return impl.stats;
  asio::post(impl.context, [&impl] {
    impl.stopping = true;
    impl.local_timer.cancel();
    for (auto& source : impl.sources) {
      source->timer.cancel();
      source->client.cancel();  // what is under way may be slow: the last reading asks anew
    }
    impl.farewell.expires_after(kFarewell);
    impl.farewell.async_wait([&impl](const boost::system::error_code& error) {
      if (!error) impl.context.stop();
    });
  });
  impl.thread.join();
  for (const auto& source : impl.sources) {
    if (!source->page.named || source->ever_answered) continue;
    impl.stats.silent.push_back(source->page.name + ": " + source->first_failure);
  }
  return impl.stats;
}

Sampler::~Sampler() { stop(); }

}  // namespace tt::telemetry
