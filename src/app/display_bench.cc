// What the live display costs: CPU time of one redraw, and its share of a core at ten redraws a
// second.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "app/live_audience.h"

int main() {
  using namespace tt;
  using namespace tt::app;
  constexpr int kDraws = 2000;
  constexpr std::size_t kTargets = 6;
  const int nowhere = open("/dev/null", O_WRONLY);
  Printer printer(nowhere,
                  {.terminal = true, .colour = true, .utf8 = true, .width = 120, .height = 40});
  const trial::StopSwitch stop{load::StopMode::kPlay};
  LiveAudience audience(printer, LiveAudience::Mode::kRedraw, stop, -1);
  std::vector<trial::TargetReport> reports(kTargets);
  for (std::size_t i = 0; i < kTargets; ++i) reports[i].name = fmt::format("target-{}", i);
  audience.on_probed(reports);
  trial::Progress progress{.phase = trial::Progress::Phase::kPlaying, .rounds = 30};
  progress.expected = kDraws * kSecond / 10;
  progress.targets.resize(kTargets);
  record::Row row;
  row.status = Status::kOk;
  row.sent = 0;
  for (int i = 0; i < kDraws; ++i) {
    progress.now = i * kSecond / 10;
    for (std::uint32_t t = 0; t < kTargets; ++t) {
      progress.targets[t].sent += 10;
      progress.targets[t].tokens += 1280;
      row.target = t;
      row.first_token = (40 + i % 7) * kMillisecond;
      audience.on_row(row);
    }
    audience.on_progress(progress);
  }
  const double micros = static_cast<double>(audience.cpu()) / 1e3 / kDraws;
  fmt::print("{:>12}  {:>14}  {:>22}\n", "targets", "us a redraw", "% of a core at 10/s");
  fmt::print("{:>12}  {:>14.1f}  {:>22.3f}\n", kTargets, micros, micros * 10 / 1e6 * 100);
  fmt::print(
      "{{\"bench\":\"display\",\"targets\":{},\"us_per_redraw\":{:.1f},\"core_share\":{:.6f}}}\n",
      kTargets, micros, micros * 10 / 1e6);
  close(nowhere);
  return 0;
}
