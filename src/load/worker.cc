#include "load/worker.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "load/http_wire.h"

namespace tt::load {
namespace {

namespace asio = boost::asio;

// The stop flag and the counters are looked at no later than this.
constexpr Nanos kLongestRest = 50 * kMillisecond;
// Building a request ahead must not delay the next send.
constexpr Nanos kPrepareMargin = 300 * kMicrosecond;

Nanos thread_cpu() {
  timespec ts{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
  return static_cast<Nanos>(ts.tv_sec) * kSecond + ts.tv_nsec;
}

// Follows the thread's CPU time: over all, and over windows of about a second.
class CpuWatch {
 public:
  explicit CpuWatch(WorkerHealth& health)
      : health_(health),
        began_cpu_(thread_cpu()),
        began_(steady_now()),
        window_cpu_(began_cpu_),
        window_(began_) {}
  ~CpuWatch() {
    health_.cpu += thread_cpu() - began_cpu_;
    health_.wall += steady_now() - began_;
  }
  void look(Nanos steady) {
    if (steady - window_ < kSecond) return;
    const Nanos cpu = thread_cpu();
    const double share =
        static_cast<double>(cpu - window_cpu_) / static_cast<double>(steady - window_);
    health_.busiest_second = std::max(health_.busiest_second, share);
    window_cpu_ = cpu;
    window_ = steady;
  }

 private:
  WorkerHealth& health_;
  Nanos began_cpu_;
  Nanos began_;
  Nanos window_cpu_;
  Nanos window_;
};

}  // namespace

struct Worker::Impl {
  Impl(const Stage& s, WorkerShare sh, Lane& l, WorkerHealth& h)
      : stage(s), share(sh), lane(l), health(h), timer(context) {
    for (const LoadTarget& target : stage.targets) wires.push_back(make_wire(target));
    lane.wake = [this] {
      asio::post(context, [this] {
        if (!players.empty()) turn();
      });
    };
  }

  std::unique_ptr<HttpWire> make_wire(const LoadTarget& target) {
    HttpWireOptions options;
    options.endpoint = {.url = target.url, .tls = target.tls, .addresses = {}};
    options.framing = target.protocol->framing();
    options.reuse_connections = stage.plan.reuse_connections;
    options.connect_timeout = stage.plan.timeouts.connect;
    options.epoch = stage.epoch;
    auto wire = std::make_unique<HttpWire>(context, std::move(options), lane, health.lags);
    wire->on_ended = [this] { poke(); };
    return wire;
  }

  std::unique_ptr<Player> make_player(const Stint& stint, std::uint64_t first, Nanos start) {
    const LoadTarget& target = stage.targets[stint.target];
    std::unique_ptr<Pacer> pacer;
    Player::MakeFlight make = [this, &target](std::uint64_t index) {
      return stage.factory.make(target, index);
    };
    const auto* closed = std::get_if<plan::Concurrency>(&stage.plan.load);
    const std::uint32_t cap =
        closed == nullptr ? share_of(plan::most_in_flight(stage.plan.load), share) : 0;
    if (stage.conversations != nullptr) {
      const SessionLoad load{.schedule = stage.schedule,
                             .conversations = *stage.conversations,
                             .users = closed != nullptr ? share_of(closed->users, share) : 0,
                             .max_in_flight = cap};
      auto sessions = std::make_unique<SessionPacer>(
          stint, share, load, stage.schedule.open_loop ? stint.first : first, start);
      make = [this, &target, paced = sessions.get()](std::uint64_t index) {
        return stage.factory.make_turn(target, index, paced->turn(index));
      };
      pacer = std::move(sessions);
    } else if (closed != nullptr && !closed->stages.empty()) {
      pacer = make_shaped_pacer(stint, share, stage.users, first, start);
    } else if (closed != nullptr) {
      pacer = make_closed_pacer(stint, share, share_of(closed->users, share), first, start);
    } else {
      pacer = make_open_pacer(stint, share, stage.schedule.requests, cap, start);
    }
    auto player = std::make_unique<Player>(std::move(pacer), std::move(make), stage.plan.timeouts,
                                           stage.breakers[stint.target], *wires[stint.target], lane,
                                           stint.block, share.index);
    wires[stint.target]->attach(player.get());
    return player;
  }

  // How many requests leave in the same instant at a stint's start.
  std::size_t at_once() const {
    constexpr std::size_t kMost = 4096;  // of long prompts these fill hundreds of megabytes
    const auto* closed = std::get_if<plan::Concurrency>(&stage.plan.load);
    if (closed == nullptr) return Player::kPreparedAhead;
    const std::uint32_t users = closed->stages.empty() ? closed->users : stage.users.front().users;
    return std::min<std::size_t>(share_of(users, share), kMost);
  }

  Nanos now() const { return steady_now() - stage.epoch; }

  // Something ended: send what is due now, once for all ends of this turn of the loop.
  void poke() {
    if (poked) return;
    poked = true;
    asio::post(context, [this] {
      poked = false;
      turn();
    });
  }

  // Passes on what the collector has read of sessions. A turn of an earlier round, which was
  // stopped, has no player any more.
  void take_ends() {
    TurnEnd end;
    while (lane.next_end(end)) {
      for (std::size_t i = 0; i < players.size(); ++i) {
        if (targets[i] == end.target && players[i]->block() == end.block) {
          players[i]->told(std::move(end));
          break;
        }
      }
    }
  }

  void turn() {
    take_ends();
    const Nanos t = now();
    StopMode mode = stage.stop_mode.load(std::memory_order_relaxed);
    if (round_number < stage.rounds_over.load(std::memory_order_relaxed)) {
      mode = std::max(mode, StopMode::kDrain);
    }
    bool done = true;
    for (const auto& player : players) {
      if (mode != StopMode::kPlay) player->stop(mode);
      player->tick(t);
      done &= player->done(t);
    }
    lane.flush();
    publish();
    cpu->look(t + stage.epoch);
    if (done) {
      timer.cancel();
      return;
    }
    rest(t);
  }

  void publish() {
    for (std::size_t i = 0; i < players.size(); ++i) {
      LiveCounters& counters = stage.counters[targets[i]];
      const std::uint64_t sent = players[i]->sent();
      const std::uint64_t flying = players[i]->in_flight();
      counters.sent.fetch_add(sent - published[i].sent, std::memory_order_relaxed);
      counters.in_flight.fetch_add(flying - published[i].flying, std::memory_order_relaxed);
      published[i] = {sent, flying};
    }
  }

  // Sets the timer for the next turn, and uses the time until then to build requests ahead.
  void rest(Nanos t) {
    Nanos wake = t + kLongestRest;
    for (const auto& player : players) {
      const Nanos due = player->next_wake(t);
      if (due != kNever) wake = std::min(wake, due);
    }
    if (wake - t > kPrepareMargin) {
      for (const auto& player : players) {
        if (player->prepare_one()) wake = std::min(wake, t + kPrepareMargin);
      }
    }
    using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC, as steady_now()
    timer.expires_at(Clock::time_point(std::chrono::nanoseconds(wake + stage.epoch)));
    timer.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  struct Published {
    std::uint64_t sent = 0;
    std::uint64_t flying = 0;
  };

  const Stage& stage;
  WorkerShare share;
  Lane& lane;
  WorkerHealth& health;
  asio::io_context context{1};
  asio::steady_timer timer;
  std::vector<std::unique_ptr<HttpWire>> wires;  // one a target, for the whole run
  // The round under way
  std::size_t round_number = 0;
  std::vector<std::unique_ptr<Player>> players;
  std::vector<std::uint32_t> targets;
  std::vector<Published> published;
  std::unique_ptr<CpuWatch> cpu;
  bool poked = false;
};

Worker::Worker(const Stage& stage, WorkerShare share, Lane& lane)
    : impl_(std::make_unique<Impl>(stage, share, lane, health_)) {}

Worker::~Worker() = default;

void Worker::prepare(const Round& round, std::size_t number, std::span<const std::uint64_t> first) {
  Impl& impl = *impl_;
  impl.round_number = number;
  for (std::size_t i = 0; i < round.size(); ++i) {
    impl.players.push_back(impl.make_player(round[i], first[i], 0));
    impl.targets.push_back(round[i].target);
    while (impl.players.back()->prepare_one(impl.at_once())) continue;
  }
  impl.published.assign(round.size(), {});
}

void Worker::play(Nanos start) {
  Impl& impl = *impl_;
  for (const auto& player : impl.players) player->shift(start);
  impl.cpu = std::make_unique<CpuWatch>(health_);
  impl.context.restart();
  impl.turn();
  impl.context.run();  // returns when neither timer nor flight is left
  impl.publish();
  impl.cpu.reset();
  health_.clock_samples = net::Loop::of(impl.context).stamps().stats().samples;
  next_indices_.clear();
  for (const auto& player : impl.players) next_indices_.push_back(player->next_index());
  impl.players.clear();
  impl.targets.clear();
}

}  // namespace tt::load
