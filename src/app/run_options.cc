#include "app/run_options.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/load_curve.h"
#include "plan/preset.h"
#include "plan/scenario.h"

namespace tt::app {
namespace {

using plan::Plan;

constexpr Nanos kDefaultDuration = 60 * kSecond;
constexpr std::string_view kTargets = "Targets";
constexpr std::string_view kLoad = "Load";
constexpr std::string_view kPrompts = "Prompts and answers";
constexpr std::string_view kClient = "Client";

std::unexpected<Error> bad(std::string message, std::string_view option) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(option));
}

Error at_option(Error error, std::string_view option) {
  return {ErrorCode::kInvalidInput, std::move(error.message), std::string(option)};
}

Result<void> no_two(const Arguments& arguments, std::string_view a, std::string_view b) {
  if (!arguments.has(a) || !arguments.has(b)) return {};
  return bad(fmt::format("cannot stand beside {}; choose one", b), a);
}

Result<void> read_targets(const Arguments& arguments, Plan& plan) {
  const auto texts = arguments.all("--target");
  if (!texts.empty()) plan.targets.clear();
  for (const auto text : texts) {
    auto target = plan::parse_target(text);
    if (!target) return std::unexpected(at_option(target.error(), "--target"));
    // The same host twice, unnamed: told apart by number, as the plan file does not have to be.
    const auto taken = [&](const std::string& name) {
      return std::ranges::any_of(plan.targets, [&](const auto& t) { return t.name == name; });
    };
    const std::string name = target->name;
    for (int n = 2; taken(target->name); ++n) target->name = fmt::format("{}-{}", name, n);
    plan.targets.push_back(std::move(*target));
  }
  return {};
}

// "name=value" says it of one target, "value" of all.
Result<void> set_member(const Arguments& arguments, std::string_view option, Plan& plan,
                        std::string plan::Target::* member) {
  for (const auto text : arguments.all(option)) {
    const auto equals = text.find('=');
    const auto one =
        equals == std::string_view::npos
            ? plan.targets.end()
            : std::ranges::find(plan.targets, text.substr(0, equals), &plan::Target::name);
    if (text.empty()) return bad("is empty", option);
    if (one != plan.targets.end()) {
      (*one).*member = std::string(text.substr(equals + 1));
      continue;
    }
    for (auto& target : plan.targets) target.*member = std::string(text);
  }
  return {};
}

Result<void> read_headers(const Arguments& arguments, Plan& plan) {
  for (const auto text : arguments.all("--header")) {
    const auto colon = text.find(':');
    const auto name = trim(text.substr(0, colon));
    if (colon == std::string_view::npos || name.empty()) {
      // The text may hold a secret: it is not repeated.
      return bad("is written 'Name: value'", "--header");
    }
    for (auto& target : plan.targets) {
      target.headers[std::string(name)] = std::string(trim(text.substr(colon + 1)));
    }
  }
  return {};
}

plan::Rate::Arrivals arrivals_of(std::string_view word) {
  if (word == "constant") return plan::Rate::Arrivals::kConstant;
  return word == "gamma" ? plan::Rate::Arrivals::kGamma : plan::Rate::Arrivals::kPoisson;
}

// "--rate 2 --to 20": from one to the other over the run.
Result<void> read_ramp(const Arguments& arguments, Plan& plan) {
  auto to = arguments.number("--to", 0);
  if (!to) return std::unexpected(to.error());
  if (!*to) return {};
  auto* rate = std::get_if<plan::Rate>(&plan.load);
  auto* closed = std::get_if<plan::Concurrency>(&plan.load);
  if (arguments.has("--rate") && rate != nullptr) {
    rate->stages = {{.from = rate->per_second, .to = **to}};
  } else if (arguments.has("--concurrency") && closed != nullptr) {
    closed->stages = {{.from = static_cast<double>(closed->users), .to = **to}};
  } else {
    return bad("needs --rate or --concurrency, where the load begins", "--to");
  }
  plan.blocks = 1;
  return {};
}

Result<void> read_trace(const Arguments& arguments, Plan& plan) {
  if (const auto path = arguments.value("--trace")) {
    for (const std::string_view other : {"--rate", "--concurrency"}) {
      if (auto one = no_two(arguments, "--trace", other); !one) return one;
    }
    plan.load = plan::TraceReplay{.path = std::string(*path)};
    plan.blocks = 1;
    // The default of a plan that says nothing; a trace has its own end.
    if (arguments.words().empty()) plan.stop = {};
  }
  auto speed = arguments.number("--speed", 0);
  if (!speed) return std::unexpected(speed.error());
  if (!*speed) return {};
  auto* trace = std::get_if<plan::TraceReplay>(&plan.load);
  if (trace == nullptr) return bad("needs --trace", "--speed");
  trace->speed = **speed;
  return {};
}

Result<void> read_load_shape(const Arguments& arguments, Plan& plan) {
  if (auto one = no_two(arguments, "--rate", "--concurrency"); !one) return one;
  auto users = arguments.count("--concurrency", 1, 1'000'000);
  if (!users) return std::unexpected(users.error());
  if (*users) plan.load = plan::Concurrency{static_cast<std::uint32_t>(**users)};
  auto per_second = arguments.number("--rate", 0);
  if (!per_second) return std::unexpected(per_second.error());
  if (*per_second) {
    if (!std::holds_alternative<plan::Rate>(plan.load)) plan.load = plan::Rate{};
    std::get<plan::Rate>(plan.load).per_second = **per_second;
    std::get<plan::Rate>(plan.load).stages.clear();
  }
  if (auto ramp = read_ramp(arguments, plan); !ramp) return ramp;
  if (auto trace = read_trace(arguments, plan); !trace) return trace;
  auto* rate = std::get_if<plan::Rate>(&plan.load);
  for (const std::string_view option : {"--arrivals", "--burstiness"}) {
    if (arguments.has(option) && rate == nullptr) return bad("needs --rate", option);
  }
  auto cap = arguments.count("--max-in-flight", 1, 1'000'000);
  if (!cap) return std::unexpected(cap.error());
  if (*cap) {
    auto* trace = std::get_if<plan::TraceReplay>(&plan.load);
    if (rate == nullptr && trace == nullptr) return bad("needs --rate", "--max-in-flight");
    (rate != nullptr ? rate->max_in_flight : trace->max_in_flight) =
        static_cast<std::uint32_t>(**cap);
  }
  if (rate == nullptr) return {};
  auto burstiness = arguments.number("--burstiness", 0);
  if (!burstiness) return std::unexpected(burstiness.error());
  if (*burstiness) {
    rate->burstiness = **burstiness;
    if (!arguments.has("--arrivals")) rate->arrivals = plan::Rate::Arrivals::kGamma;
  }
  if (const auto word = arguments.value("--arrivals")) rate->arrivals = arrivals_of(*word);
  if (*burstiness && rate->arrivals != plan::Rate::Arrivals::kGamma) {
    return bad("needs --arrivals gamma", "--burstiness");
  }
  return {};
}

Result<void> read_until(const Arguments& arguments, Plan& plan) {
  constexpr Nanos kAtMost = 600 * kSecond;  // as in a plan without a stop rule
  const auto texts = arguments.all("--until");
  if (!texts.empty()) plan.stop.until.clear();
  for (const auto text : texts) {
    auto precision = plan::parse_precision(text);
    if (!precision) return std::unexpected(at_option(precision.error(), "--until"));
    plan.stop.until.push_back(std::move(*precision));
  }
  const bool bounded = arguments.has("--duration") || arguments.has("--requests");
  if (!texts.empty() && !bounded && arguments.words().empty()) plan.stop.duration = kAtMost;
  auto least = arguments.duration("--at-least");
  if (!least) return std::unexpected(least.error());
  if (*least) plan.stop.at_least = **least;
  if (*least && plan.stop.until.empty()) return bad("needs --until", "--at-least");
  return {};
}

Result<void> read_length(const Arguments& arguments, Plan& plan) {
  auto duration = arguments.duration("--duration");
  if (!duration) return std::unexpected(duration.error());
  if (*duration && **duration == 0)
    return bad("0 is no duration; write for example 60s", "--duration");
  auto requests = arguments.count("--requests", 1, plan::kMaxRequests);
  if (!requests) return std::unexpected(requests.error());
  if (*duration || *requests) {
    plan.stop.duration = *duration;
    plan.stop.requests = *requests;
  }
  if (auto until = read_until(arguments, plan); !until) return until;

  if (const auto text = arguments.value("--warmup")) {
    const bool count = std::ranges::all_of(*text, [](char c) { return c >= '0' && c <= '9'; });
    if (count) {
      auto n = arguments.count("--warmup", 0, plan::kMaxRequests);
      if (!n) return std::unexpected(n.error());
      plan.warmup = {.requests = **n};
    } else {
      auto time = arguments.duration("--warmup");
      if (!time) return std::unexpected(time.error());
      plan.warmup = {.duration = **time};
    }
  }
  if (const auto word = arguments.value("--order")) {
    plan.order = *word == "sequential" ? plan::Order::kSequential
                 : *word == "together" ? plan::Order::kTogether
                                       : plan::Order::kInterleaved;
  }
  auto blocks = arguments.count("--blocks", 1, 10'000);
  if (!blocks) return std::unexpected(blocks.error());
  if (*blocks) plan.blocks = static_cast<std::uint32_t>(**blocks);
  return {};
}

Result<void> read_workload(const Arguments& arguments, Plan& plan) {
  if (auto one = no_two(arguments, "--prompts", "--input-tokens"); !one) return one;
  if (const auto path = arguments.value("--prompts")) {
    plan.workload.prompts = plan::PromptFile{.path = std::string(*path)};
  }
  if (const auto text = arguments.value("--input-tokens")) {
    auto lengths = plan::parse_lengths(*text);
    if (!lengths) return std::unexpected(at_option(lengths.error(), "--input-tokens"));
    plan.workload.prompts = plan::SyntheticPrompts{.input = *lengths};
  }
  if (const auto text = arguments.value("--output-tokens")) {
    auto lengths = plan::parse_lengths(*text);
    if (!lengths) return std::unexpected(at_option(lengths.error(), "--output-tokens"));
    plan.workload.output = *lengths;
  }
  for (const auto text : arguments.all("--tokenizer")) {
    const auto equals = text.find('=');
    const auto one =
        equals == std::string_view::npos
            ? plan.targets.end()
            : std::ranges::find(plan.targets, text.substr(0, equals), &plan::Target::name);
    if (one != plan.targets.end()) {
      one->tokenizer = std::string(text.substr(equals + 1));
    } else {
      plan.workload.tokenizer = std::string(text);
    }
  }
  if (arguments.has("--keep-texts")) plan.keep_texts = true;
  auto seed = arguments.count("--seed", 0, UINT64_MAX - 2);
  if (!seed) return std::unexpected(seed.error());
  if (*seed) plan.seeds = {.arrivals = **seed, .lengths = **seed + 1, .prompts = **seed + 2};
  return {};
}

Result<void> read_slos(const Arguments& arguments, Plan& plan) {
  const auto texts = arguments.all("--slo");
  if (!texts.empty()) plan.slos.clear();
  for (const auto text : texts) {
    auto slo = plan::parse_slo(text);
    if (!slo) return std::unexpected(at_option(slo.error(), "--slo"));
    plan.slos.push_back(std::move(*slo));
  }
  return {};
}

Result<void> read_client(const Arguments& arguments, Plan& plan) {
  auto workers = arguments.count("--workers", 1, 1024);
  if (!workers) return std::unexpected(workers.error());
  if (*workers) plan.workers = static_cast<std::uint32_t>(**workers);
  struct Timeout {
    std::string_view option;
    Nanos plan::Timeouts::* member;
  };
  for (const auto& [option, member] :
       {Timeout{"--timeout-connect", &plan::Timeouts::connect},
        Timeout{"--timeout-first-token", &plan::Timeouts::first_token},
        Timeout{"--timeout-gap", &plan::Timeouts::gap},
        Timeout{"--timeout-total", &plan::Timeouts::total}}) {
    auto time = arguments.duration(option);
    if (!time) return std::unexpected(time.error());
    if (*time) plan.timeouts.*member = **time;
  }
  if (arguments.has("--no-reuse")) plan.reuse_connections = false;
  if (arguments.has("--insecure")) plan.insecure = true;
  if (const auto path = arguments.value("--ca")) plan.ca_file = std::string(*path);
  if (const auto name = arguments.value("--name")) plan.name = std::string(*name);
  return {};
}

Result<void> read_telemetry(const Arguments& arguments, Plan& plan) {
  if (const auto word = arguments.value("--telemetry"); word && *word == "off") {
    plan.telemetry.enabled = false;
  } else if (word) {
    auto interval = arguments.duration("--telemetry");
    if (!interval) return bad("is a time between two readings such as 1s, or off", "--telemetry");
    plan.telemetry.enabled = true;
    plan.telemetry.interval = **interval;
  }
  const auto exporters = arguments.all("--gpu");
  if (!exporters.empty()) plan.telemetry.gpu.assign(exporters.begin(), exporters.end());
  return {};
}

Result<Plan> passed(std::expected<Plan, plan::PlanFaults> plan) {
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text());
  return std::move(*plan);
}

Result<Plan> plan_of_file(const Arguments& arguments) {
  const auto preset = arguments.value("--preset");
  const auto scenario = arguments.value("--scenario");
  if ((preset ? 1 : 0) + (scenario ? 1 : 0) + (arguments.words().empty() ? 0 : 1) > 1) {
    return bad("stands beside another plan; give one of a file, --preset and --scenario",
               preset ? "--preset" : "--scenario");
  }
  if (preset) return passed(plan::load_preset(*preset));
  if (scenario) {
    const auto read = plan::load_scenario(std::string(*scenario));
    if (!read) return fail(ErrorCode::kInvalidInput, read.error().text());
    return plan::plan_of_scenario(*read, *scenario);
  }
  if (arguments.words().empty()) return Plan{.stop = {.duration = kDefaultDuration}};
  auto plan = plan::load_plan(std::string(arguments.words().front()));
  if (!plan) return fail(ErrorCode::kInvalidInput, plan.error().text());
  return std::move(*plan);
}

}  // namespace

std::vector<Option> plan_options() {
  return {
      {"--target", "SPEC", "[name:]engine=URL or a URL alone; once for each target", kTargets,
       true},
      {"--model", "[NAME=]M", "the model, of all targets or of one", kTargets, true},
      {"--protocol", "[NAME=]P",
       "openai-chat, openai-completions, tgi-generate, ollama-chat, "
       "ollama-generate; else the engine's own",
       kTargets, true},
      {"--api-key-env", "[NAME=]VAR", "the variable that holds the key", kTargets, true},
      {"--header", "K:V", "a header for every request", kTargets, true},
      {"--metrics", "[NAME=]URL", "a target's metrics page: a URL, a path, or off", kTargets, true},
      {"--gpu", "[NAME=]URL", "a dcgm-exporter or AMD exporter of a target's GPUs", kTargets, true},
      {"--ca", "FILE", "PEM file of authorities to trust", kTargets},
      {"--insecure", "", "do not verify certificates", kTargets},

      {"--concurrency", "N", "so many requests in flight at each target", kLoad},
      {"--rate", "R", "instead: so many requests a second, whatever the answers do", kLoad},
      {"--to", "N", "over the run the load goes from there to here, in a straight line", kLoad},
      {"--trace", "FILE", "instead: a recorded load, played again (see docs/loads.md)", kLoad},
      {"--speed", "X", "with --trace: 2 plays it in half the time", kLoad},
      {"--arrivals", "poisson|constant|gamma", "how the rate's requests are spaced (poisson)",
       kLoad},
      {"--burstiness", "B", "gamma's shape: below 1 burstier than Poisson", kLoad},
      {"--max-in-flight", "N", "with --rate: a send over it is dropped, and counted", kLoad},
      {"--duration", "TIME", "of each target's load (60s, where nothing else is said)", kLoad},
      {"--requests", "N", "for each target; with --duration: what comes first", kLoad},
      {"--until", "FIGURE:WIDTH",
       "ends earlier, once this figure's interval is so narrow, as ttft_p99:5% (at most 10m)",
       kLoad, true},
      {"--at-least", "TIME", "with --until: but not before so long", kLoad},
      {"--warmup", "TIME/N", "5s, or a number of requests, left out of the figures", kLoad},
      {"--order", "interleaved|sequential|together", "how targets take turns (interleaved)", kLoad},
      {"--blocks", "N", "turns of each target when interleaved (5)", kLoad},
      {"--slo", "OBJECTIVE", "such as ttft_p99=500ms; see tokentrial help slo", kLoad, true},

      {"--input-tokens", "LENGTHS", "256, uniform(100,300), normal(256,32), lognormal(256,128)",
       kPrompts},
      {"--output-tokens", "LENGTHS", "the same, of the answers (128)", kPrompts},
      {"--scenario", "FILE/NAME", "a scenario's prompts; see tokentrial scenarios", kPrompts},
      {"--preset", "NAME", "a plan that is built in; see tokentrial presets", kPrompts},
      {"--prompts", "FILE", "prompts from a .txt, .jsonl, .csv or ShareGPT .json file", kPrompts},
      {"--tokenizer", "[NAME=]FILE", "the model's tokenizer.json: lengths are then exact", kPrompts,
       true},
      {"--seed", "N", "another seed gives another load of the same kind (1)", kPrompts},
      {"--keep-texts", "", "store prompts and answers with the run", kPrompts},

      {"--workers", "N", "threads that send (from the load)", kClient},
      {"--no-reuse", "", "a new connection for each request", kClient},
      {"--timeout-connect", "TIME", "10s; 0 is no limit, here and below", kClient},
      {"--timeout-first-token", "TIME", "120s", kClient},
      {"--timeout-gap", "TIME", "silence in mid-answer; 60s", kClient},
      {"--timeout-total", "TIME", "600s", kClient},
      {"--telemetry", "TIME", "time between readings of metrics (1s); off records none", kClient},

      {"--name", "NAME", "the run's name, the start of its id"},
  };
}

Result<Plan> plan_of(const Arguments& arguments) {
  auto plan = plan_of_file(arguments);
  if (!plan) return plan;
  if (auto r = read_targets(arguments, *plan); !r) return std::unexpected(r.error());
  if (plan->targets.empty()) {
    return bad(
        "names no server to measure; write --target vllm=http://host:8000, or try "
        "tokentrial demo",
        "--target");
  }
  if (auto r = set_member(arguments, "--model", *plan, &plan::Target::model); !r) {
    return std::unexpected(r.error());
  }
  if (auto r = set_member(arguments, "--protocol", *plan, &plan::Target::protocol); !r) {
    return std::unexpected(r.error());
  }
  if (auto r = set_member(arguments, "--metrics", *plan, &plan::Target::metrics); !r) {
    return std::unexpected(r.error());
  }
  if (auto r = set_member(arguments, "--api-key-env", *plan, &plan::Target::api_key_env); !r) {
    return std::unexpected(r.error());
  }
  for (const auto read : {read_headers, read_load_shape, read_length, read_workload, read_slos,
                          read_client, read_telemetry}) {
    if (auto done = read(arguments, *plan); !done) return std::unexpected(done.error());
  }
  if (!plan->stop.duration && !plan->stop.requests && !plan::ends_by_itself(plan->load)) {
    plan->stop.duration = kDefaultDuration;  // flags have put another load over that of the file
  }
  const auto faults = plan::check_plan(*plan);
  if (faults.empty()) return plan;
  std::string text;
  for (const auto& fault : faults) text += (text.empty() ? "" : "\n") + fault.text();
  return fail(ErrorCode::kInvalidInput, std::move(text));
}

}  // namespace tt::app
