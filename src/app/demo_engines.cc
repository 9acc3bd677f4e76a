#include "app/demo_engines.h"

#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace tt::app {
namespace {

constexpr Nanos kPatience = 10 * kSecond;

struct Engine {
  std::string_view name;
  std::string_view profile;
};
// The client must not be what limits them on a small machine, so the load is light: the three
// differ by their GPUs and schedulers long before their queues fill.
constexpr std::array<Engine, kDemoEngines> kEngines = {
    {{"vllm", "h100-8b"}, {"tgi", "a100-8b-tgi"}, {"ollama", "rtx4090-8b-ollama"}}};

Result<std::string> url_of(Child& child, const Engine& engine) {
  auto line = child.read_line(kPatience);
  constexpr std::string_view kPromise = "listening on ";
  if (line && line->starts_with(kPromise)) return line->substr(kPromise.size());
  return fail(ErrorCode::kUnavailable,
              fmt::format("the simulated {} did not start: {}; try tokentrial sim --engine {}",
                          engine.name, line ? *line : line.error().message, engine.name));
}

}  // namespace

plan::Plan demo_plan() {
  plan::Plan plan;
  plan.name = "demo";
  plan.description = "Three simulated engines";
  plan.workload.prompts = plan::SyntheticPrompts{
      .input = {.kind = plan::Lengths::Kind::kNormal, .mean = 256, .stddev = 48, .max = 1024}};
  plan.workload.output = {.mean = 48};
  plan.load = plan::Concurrency{8};
  plan.blocks = 4;
  plan.warmup = {.requests = 8};
  plan.stop.duration = kDemoLength / static_cast<Nanos>(kDemoEngines);
  return plan;
}

Result<std::vector<Child>> start_demo_engines(plan::Plan& plan) {
  std::vector<Child> children;
  for (const Engine& engine : kEngines) {
    auto child = Child::start(own_path(), {"sim", "--engine", std::string(engine.name), "--profile",
                                           std::string(engine.profile), "--port", "0"});
    if (!child) return std::unexpected(child.error());
    children.push_back(std::move(*child));
  }
  plan.targets.clear();
  for (std::size_t i = 0; i < children.size(); ++i) {
    auto url = url_of(children[i], kEngines[i]);
    if (!url) return std::unexpected(url.error());
    plan.targets.push_back({.name = std::string(kEngines[i].name),
                            .engine = std::string(kEngines[i].name),
                            .url = std::move(*url)});
  }
  return children;
}

}  // namespace tt::app
