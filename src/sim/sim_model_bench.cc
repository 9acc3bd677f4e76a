// How fast the model runs in virtual time, on one core: a full batch of 256 sequences for each
// scheduler. bench_sim_model [--json]
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "sim/model.h"

namespace {

struct Figure {
  std::string name;
  std::uint64_t tokens;
  double seconds;
  double rate() const { return static_cast<double>(tokens) / seconds; }
};

Figure measure(std::string name, const tt::sim::Profile& profile) {
  const auto model = tt::sim::make_model(profile, 1);
  constexpr std::uint32_t kUsers = 256;
  const auto send = [&](std::uint64_t tag, tt::Nanos at) {
    (void)model->submit({.tag = tag,
                         .prompt_tokens = 100 + static_cast<std::uint32_t>(tag * 7 % 300),
                         .output_tokens = 200 + static_cast<std::uint32_t>(tag * 13 % 300),
                         .at = at});
  };
  std::uint64_t next = 0;
  for (; next < kUsers; ++next) send(next, 0);
  std::uint64_t tokens = 0;
  const tt::Nanos begin = tt::steady_now();
  std::vector<tt::Nanos> ends;
  while (tokens < 20'000'000) {
    ends.clear();
    for (const auto& e : model->advance(model->next_event())) {
      tokens += e.tokens;
      if (e.finished) ends.push_back(e.at);
    }
    for (const tt::Nanos at : ends) send(next++, at);
  }
  return {std::move(name), tokens, tt::to_seconds(tt::steady_now() - begin)};
}

}  // namespace

int main(int argc, char** argv) {
  using tt::sim::Scheduler;
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  std::vector<Figure> figures;
  tt::sim::Profile profile;
  profile.limits.max_sequences = 256;
  for (const auto scheduler :
       {Scheduler::kVllm, Scheduler::kSglang, Scheduler::kTgi, Scheduler::kLlamaCpp}) {
    profile.scheduler = scheduler;
    figures.push_back(measure(std::string(tt::sim::scheduler_name(scheduler)), profile));
  }
  profile.fixed = tt::sim::FixedTiming{};
  figures.push_back(measure("fixed", profile));
  if (json) {
    std::string out;
    for (const Figure& f : figures) {
      out += fmt::format(
          R"({}{{"scheduler":"{}","tokens":{},"seconds":{:.4f},"tokens_per_s":{:.0f}}})",
          out.empty() ? "" : ",", f.name, f.tokens, f.seconds, f.rate());
    }
    fmt::print("{{\"bench\":\"sim_model\",\"sequences\":256,\"rows\":[{}]}}\n", out);
    return 0;
  }
  fmt::print("{:<10} {:>14} {:>9} {:>16}\n", "scheduler", "token events", "seconds", "events/s");
  for (const Figure& f : figures) {
    fmt::print("{:<10} {:>14} {:>9.3f} {:>16.0f}\n", f.name, f.tokens, f.seconds, f.rate());
  }
}
