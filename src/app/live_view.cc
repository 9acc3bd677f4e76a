#include "app/live_view.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/figures_text.h"
#include "app/table.h"
#include "base/scale.h"
#include "base/text.h"

namespace tt::app {
namespace {

using Phase = trial::Progress::Phase;

constexpr Nanos kRateWindow = 3 * kSecond;

Line state_cell(const LiveTarget&, const trial::Progress::Target& progress) {
  if (progress.given_up) return Line("given up", Style::kBad);
  if (progress.playing) return Line("playing", Style::kGood);
  return Line(progress.in_flight > 0 ? "ending" : "waits", Style::kDim);
}

Line bar(double share, std::size_t width) {
  const auto full =
      static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(width));
  std::string done;
  std::string rest;
  for (std::size_t i = 0; i < width; ++i) (i < full ? done : rest) += i < full ? "█" : "░";
  return Line(done, Style::kAccent).add(rest, Style::kDim);
}

Line progress_line(const LiveState& state, std::size_t width) {
  const auto& p = state.progress;
  std::string words = clock_text(p.now);
  if (const auto left = state.left()) words += fmt::format(", {} left", clock_text(*left));
  if (p.rounds > 1) words += fmt::format(", turn {} of {}", p.round + 1, p.rounds);
  Line line("  ");
  if (const auto share = state.share()) {
    const std::size_t others = 2 + 5 + 2 + words.size() + 2;
    const std::size_t room = width > others + 10 ? std::min<std::size_t>(width - others, 50) : 10;
    line.append(bar(*share, room));
    line.add(fmt::format(" {:3.0f}%", std::floor(*share * 100)), Style::kStrong).add("  ");
  }
  return line.add(words);
}

std::string_view stop_text(load::StopMode stop) {
  switch (stop) {
    case load::StopMode::kPlay:
      return "Ctrl-C stops gracefully";
    case load::StopMode::kDrain:
      return "Stopping: nothing more is sent, what is in flight may end. Ctrl-C again stops at "
             "once.";
    case load::StopMode::kAbort:
      return "Stopping at once.";
  }
  return "";
}

}  // namespace

void LiveMedian::add(Nanos latency) {
  const double micros = std::max(1.0, static_cast<double>(latency) / 1e3);
  const auto bucket = static_cast<std::size_t>(std::log2(micros) * 64);
  ++counts_[std::min(bucket, kBuckets - 1)];
  ++total_;
}

std::optional<double> LiveMedian::millis() const {
  if (total_ == 0) return std::nullopt;
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen * 2 >= total_) return std::exp2((static_cast<double>(i) + 0.5) / 64) / 1e3;
  }
  return std::nullopt;
}

void LiveRate::sample(Nanos now, std::uint64_t tokens, bool playing) {
  if (last_now_ != kNever && playing) played_ += now - last_now_;
  last_now_ = now;
  if (!points_.empty() && points_.back().at == played_) {
    points_.back().tokens = tokens;
    return;
  }
  points_.push_back({played_, tokens});
  while (points_.size() > 2 && points_[1].at <= played_ - kRateWindow) points_.pop_front();
}

std::optional<double> LiveRate::per_second() const {
  if (points_.size() < 2) return std::nullopt;
  const Nanos span = points_.back().at - points_.front().at;
  if (span < kSecond / 5) return std::nullopt;
  return static_cast<double>(points_.back().tokens - points_.front().tokens) / to_seconds(span);
}

void LiveTarget::count(const record::Row& row) {
  if (row.ok()) {
    ++done;
    if (row.first_token != kNever && row.sent != kNever) ttft.add(row.first_token - row.sent);
  } else if (!ended_by_client(row.status)) {
    ++failed;
  }
}

void LiveState::update(const trial::Progress& next) {
  const bool began = progress.phase != Phase::kPlaying && next.phase == Phase::kPlaying;
  if (began || next.round != progress.round) turn_began = next.now;
  progress = next;
  shown_share = std::max(shown_share, share().value_or(0));
  for (std::size_t i = 0; i < std::min(targets.size(), next.targets.size()); ++i) {
    const auto& target = next.targets[i];
    targets[i].rate.sample(next.now, target.tokens, target.playing || target.in_flight > 0);
  }
}

Nanos LiveState::turn_length() const {
  const auto turns = static_cast<Nanos>(std::max<std::size_t>(progress.rounds, 1));
  const auto over = static_cast<Nanos>(progress.round);
  return std::max<Nanos>(1, over > 0 ? turn_began / over : progress.expected / turns);
}

void LiveTarget::hear(const record::Sample& sample) {
  const std::string& metric = sample.series->name;
  if (metric == "kv_cache_usage") kv_usage = sample.value;
  if (metric == "requests_running") running = sample.value;
  if (metric == "requests_waiting") waiting = sample.value;
}

std::optional<double> LiveState::share() const {
  if (progress.phase != Phase::kPlaying) return std::nullopt;
  double played = 0;
  if (progress.expected > 0) {
    const auto turns = static_cast<double>(std::max<std::size_t>(progress.rounds, 1));
    const double turn =
        static_cast<double>(progress.now - turn_began) / static_cast<double>(turn_length());
    played = (static_cast<double>(progress.round) + std::min(turn, 0.99)) / turns;
  } else if (progress.expected_requests > 0) {
    std::uint64_t done = 0;
    for (const auto& target : targets) done += target.done + target.failed;
    played = static_cast<double>(done) / static_cast<double>(progress.expected_requests);
  } else {
    return std::nullopt;
  }
  return std::clamp(played, shown_share, 1.0);
}

std::optional<Nanos> LiveState::left() const {
  const auto played = share();
  if (!played || stop != load::StopMode::kPlay) return std::nullopt;
  if (progress.expected > 0) {
    const auto turns = static_cast<Nanos>(std::max<std::size_t>(progress.rounds, 1));
    const Nanos whole = turn_length() * (turns - static_cast<Nanos>(progress.round));
    return std::max<Nanos>(0, whole - (progress.now - turn_began));
  }
  if (*played < 0.02) return std::nullopt;  // too early to tell
  return from_seconds(to_seconds(progress.now) * (1 - *played) / *played);
}

std::string_view phase_text(Phase phase) {
  switch (phase) {
    case Phase::kProbing:
      return "Asking the targets who they are";
    case Phase::kCalibrating:
      return "Learning how each target counts tokens";
    case Phase::kScheduling:
      return "Planning every request";
    case Phase::kPlaying:
      return "Playing the load";
    case Phase::kFinishing:
      return "Writing the results";
    case Phase::kDone:
      return "Done";
  }
  return "";
}

namespace {

// What the engines say of themselves, under the table: "vllm  8 running, 2 waiting, KV cache 41%".
std::vector<Line> engine_lines(const LiveState& state, std::size_t width) {
  std::vector<Line> lines;
  for (const LiveTarget& target : state.targets) {
    std::vector<std::string> facts;
    if (target.running)
      facts.push_back(
          fmt::format("{} running", format_count(static_cast<std::uint64_t>(*target.running))));
    if (target.waiting)
      facts.push_back(
          fmt::format("{} waiting", format_count(static_cast<std::uint64_t>(*target.waiting))));
    if (target.kv_usage) facts.push_back(fmt::format("KV cache {:.0f}%", *target.kv_usage * 100));
    if (facts.empty()) continue;
    append(lines, hanging(Line(fmt::format("  {} engine  ", target.name), Style::kDim),
                          fmt::format("{}", fmt::join(facts, ", ")), width, Style::kDim));
  }
  return lines;
}

}  // namespace

std::vector<Line> live_lines(const LiveState& state, std::size_t width) {
  std::vector<Line> lines = {Line(phase_text(state.progress.phase), Style::kStrong)};
  if (state.progress.phase != Phase::kPlaying) return lines;
  lines.push_back(progress_line(state, width));
  lines.emplace_back();
  Table table({{.title = "target", .shrink_to = 8},
               {.title = "sent", .align = Align::kRight, .optional = 2},
               {.title = "in flight", .align = Align::kRight},
               {.title = "done", .align = Align::kRight},
               {.title = "failed", .align = Align::kRight},
               {.title = "TTFT p50, ms", .align = Align::kRight},
               {.title = "tokens/s", .align = Align::kRight},
               {.title = "", .optional = 1}});
  const bool engines_tell = std::ranges::any_of(
      state.targets, [](const LiveTarget& t) { return t.running || t.kv_usage; });
  std::vector<double> medians;
  std::vector<double> rates;
  for (const auto& target : state.targets) {
    medians.push_back(target.ttft.millis().value_or(0));
    rates.push_back(target.rate.per_second().value_or(0));
  }
  // One unit, whatever the values: a column that changes its title would flicker.
  Scale scale = scale_plain(medians);
  for (std::size_t i = 0; i < state.targets.size(); ++i) {
    const auto& target = state.targets[i];
    const auto progress =
        i < state.progress.targets.size() ? state.progress.targets[i] : trial::Progress::Target{};
    const auto median = target.ttft.millis();
    const auto rate = target.rate.per_second();
    table.row({target.name, format_count(progress.sent), format_count(progress.in_flight),
               format_count(target.done),
               Line(format_count(target.failed), target.failed > 0 ? Style::kBad : Style::kPlain),
               median ? scale.text(*median) : "–",
               rate ? format_count(static_cast<std::uint64_t>(std::max(0.0, *rate))) : "–",
               state_cell(target, progress)});
  }
  append(lines, table.render(width));
  if (engines_tell) append(lines, engine_lines(state, width));
  lines.emplace_back();
  const Style style = state.stop == load::StopMode::kPlay ? Style::kDim : Style::kWarn;
  append(lines, hanging(Line("  "), stop_text(state.stop), width, style));
  return lines;
}

std::string live_text(const LiveState& state) {
  std::string text = clock_text(state.progress.now);
  if (const auto share = state.share()) {
    text += fmt::format(" {:.0f}%", std::floor(*share * 100));
  }
  for (std::size_t i = 0; i < state.targets.size(); ++i) {
    const auto& target = state.targets[i];
    text +=
        fmt::format("{} {}: {} done", i == 0 ? " " : ";", target.name, format_count(target.done));
    if (target.failed > 0) text += fmt::format(", {} failed", format_count(target.failed));
    if (const auto median = target.ttft.millis()) {
      text += fmt::format(", TTFT p50 {} ms", format_number(*median));
    }
    if (const auto rate = target.rate.per_second()) {
      text += fmt::format(", {} tokens/s", format_number(*rate));
    }
  }
  return text;
}

}  // namespace tt::app
