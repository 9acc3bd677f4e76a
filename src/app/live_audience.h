// Shows a run while it goes on: redrawn in place on a terminal, else a line now and then.
#pragma once

#include <mutex>
#include <string>

#include "app/live_view.h"
#include "app/terminal.h"
#include "trial/conduct.h"

namespace tt::app {

/// Rows are counted on the collector's thread, drawing is done on the thread that conducts, which
/// has nothing else to do: the display takes no time from the threads that measure.
class LiveAudience final : public trial::Audience {
 public:
  enum class Mode { kOff, kLines, kRedraw };
  static constexpr Nanos kLineEvery = 10 * kSecond;

  /// `stop` is only read. `fd` is asked for the terminal's size before each drawing; -1: never.
  LiveAudience(Printer& printer, Mode mode, const trial::StopSwitch& stop, int fd);
  ~LiveAudience() override;

  void on_row(const record::Row& row) override;
  void on_samples(std::span<const record::Sample> samples) override;
  void on_probed(const std::vector<trial::TargetReport>& reports) override;
  void on_started(const std::string& run_id, const std::string& folder) override;
  void on_progress(const trial::Progress& progress) override;

  /// Takes the screen away and shows the cursor again. Nothing is drawn after it.
  void close();
  /// CPU time that drawing took.
  Nanos cpu() const { return cpu_; }

 private:
  void draw();
  void erase();
  std::size_t drawn_rows() const;
  void say(const Line& line);
  void note_stop();

  Printer& printer_;
  Mode mode_;
  const trial::StopSwitch& stop_;
  int fd_;
  std::mutex mutex_;  // of state_, which both threads touch
  LiveState state_;
  std::vector<std::size_t> drawn_;  // widths of the lines on the screen
  bool cursor_hidden_ = false;
  trial::Progress::Phase said_phase_ = trial::Progress::Phase::kDone;
  Nanos said_at_ = 0;
  Nanos cpu_ = 0;
};

}  // namespace tt::app
