#include "app/live_audience.h"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

#include "app/figures_text.h"
#include "app/signals.h"
#include "base/text.h"

namespace tt::app {
namespace {

using Phase = trial::Progress::Phase;

constexpr std::string_view kHideCursor = "\x1b[?25l";
constexpr std::string_view kShowCursor = "\x1b[?25h";

Nanos thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

Line report_line(const trial::TargetReport& report) {
  std::string text = report.name + ": ";
  if (report.engine) text += engine::traits(*report.engine).title;
  if (!report.version.empty()) text += " " + report.version;
  if (!report.model.empty()) text += ", " + report.model;
  return Line("  ").add(text + " at " + report.url);
}

}  // namespace

LiveAudience::LiveAudience(Printer& printer, Mode mode, const trial::StopSwitch& stop, int fd)
    : printer_(printer), mode_(mode), stop_(stop), fd_(fd) {}

LiveAudience::~LiveAudience() { close(); }

void LiveAudience::on_row(const record::Row& row) {
  const std::lock_guard lock(mutex_);
  if (row.target < state_.targets.size()) state_.targets[row.target].count(row);
}

void LiveAudience::on_samples(std::span<const record::Sample> samples) {
  const std::lock_guard lock(mutex_);
  for (const record::Sample& sample : samples) {
    if (sample.series->target < state_.targets.size()) {
      state_.targets[sample.series->target].hear(sample);
    }
  }
}

void LiveAudience::on_probed(const std::vector<trial::TargetReport>& reports) {
  {
    const std::lock_guard lock(mutex_);
    state_.targets.resize(reports.size());
    for (std::size_t i = 0; i < reports.size(); ++i) state_.targets[i].name = reports[i].name;
  }
  for (const auto& report : reports) {
    if (report.ok()) say(report_line(report));
  }
}

void LiveAudience::on_started(const std::string&, const std::string& folder) {
  StopOnSignals::load_began();
  say(Line("  recorded in ").add(folder));
}

void LiveAudience::on_progress(const trial::Progress& progress) {
  const Nanos before = thread_cpu();
  {
    const std::lock_guard lock(mutex_);
    state_.update(progress);
  }
  note_stop();
  if (mode_ == Mode::kRedraw) draw();
  if (mode_ == Mode::kLines) {
    if (progress.phase != said_phase_ && progress.phase != Phase::kDone) {
      Line line(phase_text(progress.phase));
      if (progress.phase == Phase::kPlaying && progress.expected > 0) {
        line.add(fmt::format(", about {}", clock_text(progress.expected)));
      }
      say(line);
      said_at_ = progress.now;
    } else if (progress.phase == Phase::kPlaying && progress.now - said_at_ >= kLineEvery) {
      said_at_ = progress.now;
      const std::lock_guard lock(mutex_);
      printer_.line(Line("  ").add(live_text(state_)));
    }
  }
  said_phase_ = progress.phase;
  cpu_ += thread_cpu() - before;
}

// Says once what Ctrl-C does; on a terminal the screen itself shows it.
void LiveAudience::note_stop() {
  const auto now = stop_.load(std::memory_order_relaxed);
  if (now == state_.stop) return;
  {
    const std::lock_guard lock(mutex_);
    state_.stop = now;
  }
  if (mode_ == Mode::kRedraw) return;
  printer_.line(Line(now == load::StopMode::kDrain
                         ? "Stopping: nothing more is sent, what is in flight may end. Once more "
                           "stops at once."
                         : "Stopping at once."));
}

// Above the screen, for good.
void LiveAudience::say(const Line& line) {
  if (mode_ == Mode::kOff) return;
  erase();
  const std::string text = line.text();
  const std::string_view words = trim(text);
  const Line indent(std::string(text.size() - words.size(), ' '));
  printer_.lines(hanging(indent, words, printer_.look().width));
}

// A terminal that became narrower has wrapped what was drawn.
std::size_t LiveAudience::drawn_rows() const {
  const std::size_t width = printer_.look().width;
  std::size_t rows = 0;
  for (const std::size_t used : drawn_) {
    rows += std::max<std::size_t>(1, (used + width - 1) / width);
  }
  return rows;
}

void LiveAudience::erase() {
  if (drawn_.empty()) return;
  printer_.raw(fmt::format("\x1b[{}A\r\x1b[J", drawn_rows()));
  drawn_.clear();
}

void LiveAudience::draw() {
  if (fd_ >= 0) {
    Look look = printer_.look();
    const Look now = look_of(fd_, !look.colour);
    look.width = now.width;
    look.height = now.height;
    printer_.set_look(look);
  }
  const Look& look = printer_.look();
  std::vector<Line> lines;
  {
    const std::lock_guard lock(mutex_);
    lines = live_lines(state_, look.width - 1);
  }
  if (lines.size() + 1 > look.height) lines.resize(std::max<std::size_t>(look.height, 2) - 1);

  // One write: up, over the old lines, and what is left of them away.
  std::string bytes;
  if (!cursor_hidden_) bytes += kHideCursor;
  cursor_hidden_ = true;
  if (!drawn_.empty()) bytes += fmt::format("\x1b[{}A\r", drawn_rows());
  drawn_.clear();
  for (const auto& line : lines) {
    bytes += paint(line, look) + "\x1b[K\n";
    drawn_.push_back(line.width());
  }
  bytes += "\x1b[J";
  printer_.raw(bytes);
}

void LiveAudience::close() {
  if (mode_ == Mode::kOff) return;
  erase();
  if (cursor_hidden_) printer_.raw(kShowCursor);
  cursor_hidden_ = false;
  mode_ = Mode::kOff;
}

}  // namespace tt::app
