// Races of the comparison dashboard, and configurations of the engine benchmark CLI.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/foreign_plan.h"
#include "plan/load_curve.h"

namespace tt::plan {
namespace {

/// Users who come one after another within `seconds`, and then stay. The ramp is a part of the
/// whole.
Concurrency spawned(std::uint32_t users, double seconds, Nanos whole) {
  // No longer than the whole, which shall not end a stage before its time.
  const double kept = std::min(seconds, to_seconds(whole));
  Stage ramp{.duration = std::max<Nanos>(1, from_seconds(kept)), .from = 0};
  ramp.to = std::floor(users * kept / seconds);
  std::vector<Stage> stages = {ramp};
  if (ramp.duration < whole) {
    stages.push_back({.duration = whole - ramp.duration, .from = ramp.to, .to = ramp.to});
  }
  return {.stages = std::move(stages)};
}

void ramp_up(Plan& plan, double seconds) {
  const auto users = std::get<Concurrency>(plan.load).users;
  plan.load = spawned(users, seconds, *plan.stop.duration);
  plan.stop.duration.reset();  // the stages end it
  plan.blocks = 1;
}

void read_spawn_rate(ForeignMap& race, Plan& plan) {
  const auto* node = race.take("spawn_rate");
  const auto rate = race.number("spawn_rate");
  if (!rate) return;
  if (*rate <= 0) {
    return race.notes().fault(*node, "race.spawn_rate",
                              fmt::format("must be above 0 users a second, not {}", *rate));
  }
  const auto users = std::get<Concurrency>(plan.load).users;
  if (*rate < users) ramp_up(plan, users / *rate);  // else all of them come in the first second
}

Target target_of(std::string name, std::string url) {
  while (url.ends_with('/')) url.pop_back();
  Target target;
  target.engine = engine_in(name);
  target.name = std::move(name);
  target.url = std::move(url);
  return target;
}

void read_racer(ForeignNotes& notes, const YamlNode* node, std::size_t place, Plan& plan) {
  const auto path = fmt::format("race.engines[{}]", place);
  ForeignMap racer(notes, node, path);
  auto target = target_of(racer.text("name").value_or(fmt::format("engine-{}", place + 1)),
                          racer.text("url").value_or(""));
  if (target.url.empty()) notes.fault(*node, path + ".url", "is missing");
  target.model = racer.text("model").value_or("");
  if (const auto* at = racer.take("color")) {
    if (is_colour(at->text)) {
      target.colour = at->text;
    } else {
      notes.warn(*at, path + ".color", "is no colour such as #2563eb; one of the palette is used");
    }
  }
  if (const auto* at = racer.take("tokenizer")) {
    std::error_code error;
    if (std::filesystem::is_regular_file(at->text, error)) {
      target.tokenizer = at->text;
    } else {
      notes.warn(*at, path + ".tokenizer",
                 fmt::format("'{}' is no file here; for exact lengths give --tokenizer {}=FILE, a "
                             "tokenizer.json",
                             at->text, target.name));
    }
  }
  racer.refuse("emoji", "is not shown; the colour tells targets apart");
  plan.targets.push_back(std::move(target));
}

void read_service_urls(ForeignMap& services, Plan& plan) {
  const auto* urls = services.take("manual_urls");
  if (urls == nullptr) return;
  if (urls->kind != YamlNode::Kind::kMap) {
    return services.notes().fault(*urls, "services.manual_urls", "must be a map of names and URLs");
  }
  for (std::size_t i = 0; i < urls->keys.size(); ++i) {
    const auto& url = urls->items[i];
    if (url.kind == YamlNode::Kind::kNull ||
        (url.kind == YamlNode::Kind::kText && url.text.empty()))
      continue;  // a service that is not used
    const auto& name = urls->keys[i].text;
    if (url.kind != YamlNode::Kind::kText) {
      services.notes().fault(url, "services.manual_urls." + name,
                             fmt::format("must be a URL, not {}", describe(url)));
      continue;
    }
    plan.targets.push_back(target_of(name, url.text));
  }
}

void add_slo(Plan& plan, ForeignMap& at, std::string_view key, std::string_view figure) {
  const auto* node = at.take(key);
  const auto limit = at.number(key);
  if (!limit) return;
  auto slo = parse_slo(fmt::format("{}={}ms", figure, *limit));
  if (!slo) return at.notes().fault(*node, at.path_of(key), slo.error().message);
  plan.slos.push_back(std::move(*slo));
}

void read_sampling(ForeignMap& at, Plan& plan) {
  if (const auto tokens = at.whole("max_tokens")) {
    plan.workload.output = {.mean = static_cast<double>(*tokens)};
    plan.workload.force_length = false;
  }
  if (const auto temperature = at.number("temperature")) plan.workload.temperature = temperature;
}

void read_ttft_test(ForeignMap& scenarios, Plan& plan, bool alone) {
  const auto* node = scenarios.take("ttft");
  if (node == nullptr) return;
  ForeignMap ttft(scenarios.notes(), node, "test_scenarios.ttft");
  const bool enabled = ttft.truth("enabled").value_or(true);
  const auto iterations = ttft.whole("iterations");
  const auto warmup = ttft.whole("warmup_requests");
  if (enabled) add_slo(plan, ttft, "target_ms", "ttft_p50");
  if (enabled && alone) {
    read_sampling(ttft, plan);
    plan.stop.requests = iterations.value_or(5);
    plan.warmup.requests = warmup.value_or(0);
    return;
  }
  for (const auto* key : {"target_ms", "max_tokens", "temperature"}) ttft.take(key);
  if (enabled) {
    scenarios.notes().warn(*node, "test_scenarios.ttft",
                           "has no run of its own: the time to the first token is measured in "
                           "every load");
  }
}

struct LoadTest {
  double users = 1;
  Nanos duration = kDefaultDuration;
  Nanos ramp = 0;
};

LoadTest read_load_test(ForeignNotes& notes, const YamlNode* node, std::size_t place, Plan& plan) {
  const auto path = fmt::format("test_scenarios.load_tests[{}]", place);
  ForeignMap test(notes, node, path);
  LoadTest out;
  test.take("name");
  out.users = static_cast<double>(test.whole("concurrent_users").value_or(1));
  out.duration = test.duration("duration_seconds").value_or(out.duration);
  out.ramp = test.duration("ramp_up_seconds").value_or(0);
  if (place == 0) {
    add_slo(plan, test, "target_p95_ms", "e2e_p95");
    read_sampling(test, plan);
    plan.load = Concurrency{static_cast<std::uint32_t>(out.users)};
    plan.stop.duration = out.duration;
  } else {
    test.refuse("target_p95_ms", "only the first load test's objective is judged");
    test.refuse("max_tokens", "only the first load test's is used");
    test.refuse("temperature", "only the first load test's is used");
  }
  return out;
}

void read_load_tests(ForeignMap& scenarios, const std::vector<const YamlNode*>& nodes, Plan& plan) {
  std::set<double> users;
  Nanos longest = 0;
  Nanos ramp = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto test = read_load_test(scenarios.notes(), nodes[i], i, plan);
    if (longest != 0 && test.duration != longest) {
      scenarios.notes().warn(*nodes[i], fmt::format("test_scenarios.load_tests[{}]", i),
                             "lasts another time than the first; every load of a sweep lasts as "
                             "long as the longest");
    }
    longest = std::max(longest, test.duration);
    ramp = std::max(ramp, test.ramp);
    users.insert(test.users);
  }
  if (nodes.size() < 2) {
    if (ramp > 0) ramp_up(plan, to_seconds(ramp));
    return;
  }
  plan.stop.duration = longest;
  if (ramp > 0) {
    plan.warmup.duration = ramp;
    scenarios.notes().warn(
        *nodes[0], "test_scenarios.load_tests[].ramp_up_seconds",
        fmt::format("is played in a sweep as a warm-up of {}, with all users and "
                    "left out of the figures",
                    format_duration(ramp)));
  }
  plan.sweep = Sweep{.over = LoadAxis::kConcurrency, .loads = {users.begin(), users.end()}};
  scenarios.notes().warn(*nodes[1], "test_scenarios.load_tests",
                         "are several loads, which tokentrial sweep plays");
}

}  // namespace

Plan read_race(const YamlNode& tree, ForeignNotes& notes) {
  Plan plan;
  ForeignMap root(notes, &tree, "");
  ForeignMap race(notes, root.take("race"), "race");
  plan.name = name_from(race.text("name").value_or("race"));
  plan.stop.duration = race.duration("duration").value_or(kDefaultDuration);
  plan.load = Concurrency{static_cast<std::uint32_t>(race.whole("users").value_or(1))};
  read_spawn_rate(race, plan);
  SyntheticPrompts synthetic;
  if (const auto tokens = race.whole("target_input_tokens")) {
    synthetic.input = {.mean = static_cast<double>(*tokens)};
  }
  plan.workload.prompts = synthetic;
  if (const auto tokens = race.whole("target_output_tokens")) {
    plan.workload.output = {.mean = static_cast<double>(*tokens)};
  }
  if (const auto* at = race.take("dataset")) {
    std::error_code error;
    if (std::filesystem::is_regular_file(at->text, error)) {
      plan.workload.prompts = PromptFile{.path = at->text};
    } else {
      notes.warn(*at, "race.dataset",
                 fmt::format("'{}' is no file here; prompts are made up to target_input_tokens",
                             at->text));
    }
  }
  race.refuse("output_dir", "is named on the command line here: --results DIR");
  const auto engines = race.list("engines");
  for (std::size_t i = 0; i < engines.size(); ++i) read_racer(notes, engines[i], i, plan);
  plan.order = Order::kTogether;  // a race
  return plan;
}

Plan read_engine_benchmark(const YamlNode& tree, ForeignNotes& notes) {
  Plan plan;
  ForeignMap root(notes, &tree, "");
  {
    ForeignMap benchmark(notes, root.take("benchmark"), "benchmark");
    plan.name = name_from(benchmark.text("name").value_or("benchmark"));
    plan.description = benchmark.text("description").value_or("");
    const auto model = benchmark.text("model").value_or("");
    ForeignMap services(notes, root.take("services"), "services");
    read_service_urls(services, plan);
    for (auto& target : plan.targets) target.model = model;
    services.refuse("namespace", "servers are not looked for; name them in manual_urls");
    if (const auto timeout = services.duration("timeout_seconds")) plan.timeouts.total = *timeout;
    services.refuse("health_check_retries", "a server is asked once, and must answer");
  }
  {
    ForeignMap scenarios(notes, root.take("test_scenarios"), "test_scenarios");
    const auto tests = scenarios.list("load_tests");
    read_ttft_test(scenarios, plan, tests.empty());
    read_load_tests(scenarios, tests, plan);
  }
  if (!plan.stop.duration && !plan.stop.requests) plan.stop.duration = kDefaultDuration;
  root.refuse("output", "files are written by results export; the folder is --results DIR");
  return plan;
}

}  // namespace tt::plan
