#include "plan/plan.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/rng.h"
#include "plan/lengths.h"

namespace tt::plan {
namespace {

Plan good(std::string_view yaml) {
  auto plan = parse_plan(yaml, "p.yaml");
  EXPECT_TRUE(plan) << plan.error().text();
  return plan.value_or(Plan{});
}

/// All faults as one text.
std::string faults(std::string_view yaml) {
  const auto plan = parse_plan(yaml, "p.yaml");
  EXPECT_FALSE(plan) << "accepted: " << yaml;
  return plan ? "" : plan.error().text();
}

void expect_has(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in:\n" << text;
}

TEST(Plan, AnEmptyFileIsThePlanOfDefaults) {
  Plan expected;
  expected.stop.duration = 60 * kSecond;
  EXPECT_EQ(good(""), expected);
  EXPECT_EQ(good("# nothing but a comment\n"), expected);
  EXPECT_EQ(good("{}"), expected);
}

TEST(Plan, ReadsEveryField) {
  const auto plan = good(R"(
name: nightly
description: "all: of it"
targets:
  - vllm=http://a:8000/
  - url: https://b.example/tgi
    engine: TGI
    model: m
    name: text generation
    api_key_env: B_KEY
    headers: {X-Team: perf}
    extra_body: {top_p: 0.9, stop: ["a", 1, null, true], n: 007, s: "1"}
    colour: "#2563eb"
workload:
  input: lognormal(256,128)
  output: {distribution: uniform, min: 10, max: 20}
  force_length: false
  temperature: default
load: {rate: 2.5, burstiness: 0.5, max_in_flight: 64}
stop: {duration: 2m, requests: 300}
warmup: {requests: 5, duration: 10s}
order: sequential
blocks: 3
timeouts: {connect: 1s, first_token: 2s, gap: 0, total: 500ms}
slo:
  - ttft_p99=500ms
  - success_rate=99.9%
seeds: {arrivals: 7, lengths: 8, prompts: 9}
reuse_connections: false
workers: 2
record: {texts: true}
tls: {ca: ca.pem}
)");
  EXPECT_EQ(plan.name, "nightly");
  EXPECT_EQ(plan.description, "all: of it");
  ASSERT_EQ(plan.targets.size(), 2u);
  EXPECT_EQ(plan.targets[0].name, "vllm");
  EXPECT_EQ(plan.targets[0].engine, "vllm");
  EXPECT_EQ(plan.targets[0].url, "http://a:8000");
  EXPECT_EQ(plan.targets[1].engine, "tgi");
  EXPECT_EQ(plan.targets[1].headers.at("X-Team"), "perf");
  EXPECT_EQ(plan.targets[1].extra_body,
            R"("top_p":0.9,"stop":["a",1,null,true],"n":"007","s":"1")");
  EXPECT_EQ(std::get<SyntheticPrompts>(plan.workload.prompts).input,
            (Lengths{.kind = Lengths::Kind::kLognormal, .mean = 256, .stddev = 128}));
  EXPECT_EQ(plan.workload.output, (Lengths{.kind = Lengths::Kind::kUniform, .min = 10, .max = 20}));
  EXPECT_FALSE(plan.workload.force_length);
  EXPECT_FALSE(plan.workload.temperature);
  EXPECT_EQ(std::get<Rate>(plan.load), (Rate{2.5, Rate::Arrivals::kGamma, 0.5, 64}));
  EXPECT_EQ(plan.stop, (Stop{120 * kSecond, 300}));
  EXPECT_EQ(plan.warmup, (Warmup{5, 10 * kSecond}));
  EXPECT_EQ(plan.order, Order::kSequential);
  EXPECT_EQ(plan.blocks, 3u);
  EXPECT_EQ(plan.timeouts, (Timeouts{kSecond, 2 * kSecond, 0, 500 * kMillisecond}));
  ASSERT_EQ(plan.slos.size(), 2u);
  EXPECT_EQ(plan.slos[1].metric, "success_rate");
  EXPECT_EQ(plan.seeds, (Seeds{7, 8, 9}));
  EXPECT_FALSE(plan.reuse_connections);
  EXPECT_EQ(plan.workers, 2u);
  EXPECT_TRUE(plan.keep_texts);
  EXPECT_EQ(plan.ca_file, "ca.pem");
}

TEST(Plan, ReadsTheShortForms) {
  EXPECT_EQ(good("seeds: 5").seeds, (Seeds{5, 5, 5}));
  EXPECT_EQ(good("slo: {ttft_p99: 500ms, success_rate: 99%}").slos.size(), 2u);
  EXPECT_EQ(good("slo: ttft_p99=1s").slos.size(), 1u);
  EXPECT_EQ(good("name: 123").name, "123");
  const auto file = good("workload: {prompts: a.txt}");
  EXPECT_EQ(std::get<PromptFile>(file.workload.prompts).path, "a.txt");
  const auto nameless = good("targets: [{url: 'http://h:1/x'}]");
  EXPECT_EQ(nameless.targets[0].name, "h:1");
}

TEST(Plan, ReportsEveryFaultAtOnceInTheOrderOfTheFile) {
  const auto text = faults(R"(nmae: x
load:
  concurency: 4
  rate: fast
stop: {duration: 1 fortnight}
workers: 999
order: interleved
tls: [1]
)");
  const std::vector<std::string> expected = {
      "p.yaml:1:1: nmae: is not known here; did you mean name?",
      "p.yaml:3:3: load.concurency: is not known here; did you mean concurrency?",
      "p.yaml:4:9: load.rate: must be a number, not 'fast'",
      "p.yaml:5:18: stop.duration: must be a duration such as 500ms, 60s or 2m, not '1 fortnight'",
      "p.yaml:6:10: workers: must lie from 0 to 256, not 999",
      "p.yaml:7:8: order: 'interleved' is not known; did you mean interleaved?",
      "p.yaml:8:6: tls: must be a map with the keys ca, insecure, not a list",
  };
  std::string all;
  for (const auto& line : expected) all += line + "\n";
  EXPECT_EQ(text, all);
}

struct BadPlan {
  std::string_view yaml;
  std::string_view expected;
};

TEST(Plan, SaysWhatIsWrongAndWhatToDo) {
  const std::string long_name = "targets: [{name: " + std::string(81, 'n') + ", url: 'http://h'}]";
  const BadPlan cases[] = {
      {"name: a\nname: b", "p.yaml:2:1: name: stands here twice; first in line 1"},
      {"rate: 5", "p.yaml:1:1: rate: belongs into load"},
      {"load: {duration: 5s, rate: 1}", "load.duration: belongs into stop"},
      {"stop: {zzzzzz: 1}", "the keys are duration, requests"},
      {"load: {concurrency: 1, rate: 2}", "has both concurrency (closed loop) and rate"},
      {"load: {}", "needs concurrency: N"},
      {"load: {concurrency: 1, arrivals: poisson}", "arrivals belongs to rate"},
      {"load: {concurrency: 0}", "p.yaml:1:21: load.concurrency: must lie from 1"},
      {"load: {concurrency: -1}", "must be a whole number from 0"},
      {"load: {concurrency: 1.5}", "must be a whole number"},
      {"load: {concurrency: '4'}", "must be a whole number"},
      {"load: {concurrency: 99999999999}", "must be a whole number from 0 to 4294967295"},
      {"load: {rate: 1.0e+300}", "stop: asks for 6e+301 requests"},
      {long_name, "targets[0].name: must be at most 80 bytes long, not 81"},
      {"load: {rate: 0}", "p.yaml:1:14: load.rate: must be above 0"},
      {"load: {rate: .nan}", "must be a number"},
      {"load: {rate: 1, arrivals: uniform}", "write one of constant, poisson, gamma"},
      {"load: {rate: 1, arrivals: poisson, burstiness: 2}", "belongs to gamma arrivals"},
      {"stop: {requests: 0}", "stop.requests: must lie from 1"},
      {"stop: {duration: 0}", "stop.duration: must be more than 0"},
      {"stop: {duration: 720h}\nload: {rate: 1000}", "a run may have at most 50,000,000"},
      {"stop: 60s", "must be a map with the keys duration, requests, until, at_least, not '60s'"},
      {"workload: {prompts: a.txt, input: 5}", "keep prompts or input"},
      {"workload: {prompts: {fromat: text}}", "did you mean format?"},
      {"workload: {prompts: {format: text}}", "must name a file"},
      {"workload: {input: 0}", "must lie from 1 to 1000000 tokens, not 0"},
      {"workload: {input: 1.5}", "must be a whole number of tokens"},
      {"workload: {input: poisson(5)}", "write one of fixed, uniform, normal, lognormal"},
      {"workload: {input: {mean: 5}}", "needs distribution"},
      {"workload: {input: {distribution: normal, mean: 5}}", "normal needs stddev"},
      {"workload: {input: {distribution: fixed, mean: 5, max: 9}}", "fixed takes no max"},
      {"workload: {input: {distribution: uniform, min: 9, max: 5}}", "bounds must be"},
      {"workload: {force_length: yes}", "must be true or false, not 'yes'"},
      {"workload: {temperature: 3}", "must lie from 0 to 2, not 3"},
      {"workload:", "p.yaml:1:1: workload: must be a map"},
      {"targets: vllm=http://a", "must be a list"},
      {"targets: [vllm=ftp://a]", "must begin with http:// or https://"},
      {"targets: [{engine: vllm}]", "targets[0].url: a URL is needed"},
      {"targets: [{url: 'http://a', engine: vlm}]", "did you mean vllm?"},
      {"targets: [{url: 'http://a', protocol: openai-chta}]", "did you mean openai-chat?"},
      {"targets: [a=http://x, a=http://y]", "targets[1].name: 'a' is the name of two targets"},
      {"targets: [{url: 'http://a', colour: blue}]", "must look like #2563eb"},
      {"targets: [{url: 'http://a', headers: {Host: b}}]", "is set by the client itself"},
      {"targets: [{url: 'http://a', headers: {'a b': b}}]", "is not a header name"},
      {"targets: [{url: 'http://a', headers: {a: \"b\\r\\nc\"}}]", "a line break"},
      {"targets: [{url: 'http://a', extra_body: 'top_p'}]", "members of a JSON object"},
      {"slo: [ttft_p99=500]", "has no unit"},
      {"slo: [ttft=5ms]", "say which quantile of ttft"},
      {"seeds: one", "must be a whole number"},
      {"name: a/b", "becomes a folder's name"},
      {"tls: {ca: a.pem, insecure: true}", "keep one of them"},
      {"blocks: 0", "must lie from 1 to 1000"},
      {"timeouts: {total: 1000h}", "at most 30 days"},
      {"- a\n- b", "p.yaml:1:1: must be a map with the keys name, description"},
      {"name: [", "this is not YAML"},
      {"name: a\n\tb: c", "this is not YAML"},
      {"name: a\n---\nname: b", "more than one document"},
      {"? [a]\n: b", "has a list as a key"},
      {"~: b", "has nothing as a key"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.yaml);
    expect_has(faults(c.yaml), c.expected);
  }
}

TEST(Plan, TakesTheExtraBodyAsAnObjectsTextToo) {
  for (const std::string_view text :
       {R"("top_p": 0.9)", R"({"top_p": 0.9})", R"( { "top_p": 0.9 } )"}) {
    SCOPED_TRACE(text);
    const auto plan = good(fmt::format("targets: [{{url: 'http://a', extra_body: '{}'}}]", text));
    EXPECT_EQ(plan.targets[0].extra_body, R"("top_p": 0.9)");
  }
}

TEST(Plan, RefusesKeysWithoutRepeatingThem) {
  for (const std::string_view yaml :
       {"targets: [{url: 'http://a', api_key: sk-12345}]",
        "targets: [{url: 'http://a', headers: {Authorization: Bearer sk-12345}}]",
        "targets: [{url: 'http://a', api_key_env: sk-12345}]",
        "targets: [{url: 'http://a', extra_body: {api_key: sk-12345}}]",
        "targets: [{url: 'http://me:sk-12345@a'}]", "targets: ['http://me:sk-12345@a']",
        "api-key: sk-12345"}) {
    SCOPED_TRACE(yaml);
    const auto text = faults(yaml);
    EXPECT_TRUE(text.find("api_key_env") != std::string::npos ||
                text.find("environment variable") != std::string::npos)
        << text;
    EXPECT_EQ(text.find("12345"), std::string::npos) << text;
  }
}

TEST(Plan, AliasesAreExpandedWithinLimits) {
  const auto plan = good(R"(
targets:
  - &a {url: 'http://a', name: a, headers: &h {X-A: b}}
  - {url: 'http://b', headers: *h}
)");
  EXPECT_EQ(plan.targets[1].headers, plan.targets[0].headers);

  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    bomb += fmt::format("a{0}: &a{0} [", i);
    for (int j = 0; j < 10; ++j) bomb += fmt::format("{}*a{}", j == 0 ? "" : ", ", i - 1);
    bomb += "]\n";
  }
  expect_has(faults(bomb), "too large once its aliases are expanded");
  expect_has(faults("a: &a [*a]"), "inside its own anchor");
}

TEST(Plan, RefusesWhatNobodyWroteByHand) {
  expect_has(faults(std::string(40, '[')), "nested deeper than 32 levels");
  expect_has(faults(std::string((1 << 20) + 1, ' ')), "larger than 1 MiB");
  std::string wide = "a: [";
  for (int i = 0; i < 100'001; ++i) wide += "1,";
  expect_has(faults(wide + "1]"), "too large");
}

TEST(Plan, AMissingFileIsNamed) {
  const auto plan = load_plan("/nowhere/plan.yaml");
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().faults[0].code, ErrorCode::kNotFound);
  expect_has(plan.error().text(), "/nowhere/plan.yaml: cannot be opened");
}

// --- Writing and reading back ----------------------------------------------------------------

Lengths random_lengths(Rng& rng) {
  Lengths lengths;
  lengths.kind = static_cast<Lengths::Kind>(rng.below(4));
  if (lengths.kind == Lengths::Kind::kFixed) {
    lengths.mean = static_cast<double>(rng.between(1, 100'000));
    return lengths;
  }
  if (lengths.kind == Lengths::Kind::kUniform || rng.below(2) == 0) {
    lengths.min = static_cast<std::uint32_t>(rng.between(1, 1000));
    lengths.max = lengths.min + static_cast<std::uint32_t>(rng.below(10'000));
  }
  if (lengths.kind != Lengths::Kind::kUniform) {
    lengths.mean = lengths.min + rng.uniform() * (lengths.max - lengths.min);
    lengths.stddev = rng.uniform() * 1000;
  }
  return lengths;
}

std::string random_text(Rng& rng) {
  static constexpr std::string_view kLetters[] = {"a",  "Z",  "0", " ", ":",  "#",  "'", "\"", "\\",
                                                  "\n", "\t", "-", "é", "漢", "😀", "~", "%",  "{"};
  std::string text = "x";
  for (auto n = rng.below(12); n > 0; --n) text += kLetters[rng.below(std::size(kLetters))];
  return text;
}

Target random_target(Rng& rng, std::size_t number) {
  Target target;
  target.name = random_text(rng) + std::to_string(number);
  target.url = fmt::format("http{}://host-{}:{}/base", rng.below(2) == 0 ? "" : "s", number,
                           rng.between(1, 65535));
  if (rng.below(2) == 0)
    target.engine = engine::engines()[rng.below(engine::engines().size())].name;
  if (rng.below(2) == 0) target.model = random_text(rng);
  if (rng.below(2) == 0) target.protocol = "openai-chat";
  if (rng.below(2) == 0) target.api_key_env = "SOME_KEY";
  if (rng.below(2) == 0) target.headers["X-Some"] = "a value: \"quoted\"";
  if (rng.below(2) == 0) target.extra_body = R"("top_p": 0.9, "stop": ["\n"])";
  if (rng.below(2) == 0) target.colour = "#a1B2c3";
  return target;
}

Pause random_pause(Rng& rng) {
  Pause pause;
  pause.kind = static_cast<Pause::Kind>(rng.below(5));
  pause.mean = rng.between(1, 30 * kSecond);
  if (pause.kind == Pause::Kind::kUniform) {
    pause = {.kind = pause.kind, .mean = 0, .min = rng.between(0, kSecond), .max = 9 * kSecond};
  }
  if (pause.kind >= Pause::Kind::kNormal) pause.stddev = rng.between(0, kSecond);
  if (pause.kind >= Pause::Kind::kExponential && rng.below(2) == 0) pause.max = 60 * kSecond;
  return pause;
}

Sessions random_sessions(Rng& rng, const Workload& workload) {
  const auto coin = [&] { return rng.below(2) == 0; };
  const bool synthetic = std::holds_alternative<SyntheticPrompts>(workload.prompts);
  Sessions sessions;
  sessions.replay = static_cast<Sessions::Replay>(rng.below(2));
  if (synthetic && coin()) {
    sessions.graph = "graphs/agent.yaml";
    return sessions;
  }
  if (coin()) sessions.turns = Lengths{.mean = static_cast<double>(rng.between(1, 1000))};
  sessions.think = random_pause(rng);
  if (synthetic && coin()) sessions.first_input = random_lengths(rng);
  if (synthetic) sessions.system = static_cast<std::uint32_t>(rng.below(1000));
  return sessions;
}

Plan random_plan(Rng& rng) {
  const auto coin = [&] { return rng.below(2) == 0; };
  Plan plan;
  plan.name = fmt::format("plan-{}", rng.below(1000));
  if (coin()) plan.description = random_text(rng);
  for (std::size_t i = rng.below(4); i > 0; --i) plan.targets.push_back(random_target(rng, i));
  if (coin()) {
    plan.workload.prompts = SyntheticPrompts{random_lengths(rng)};
  } else {
    plan.workload.prompts =
        PromptFile{random_text(rng), static_cast<PromptFile::Format>(rng.below(4)), coin()};
  }
  plan.workload.output = random_lengths(rng);
  if (coin()) plan.workload.sessions = random_sessions(rng, plan.workload);
  if (coin()) {
    plan.workload.prefix = PrefixGroups{1 + static_cast<std::uint32_t>(rng.below(9)),
                                        random_lengths(rng), rng.uniform()};
  }
  plan.workload.force_length = coin();
  plan.workload.temperature = coin() ? std::optional(rng.uniform() * 2) : std::nullopt;
  if (coin()) {
    plan.load = Concurrency{static_cast<std::uint32_t>(rng.between(1, 10'000))};
  } else {
    Rate rate;
    rate.per_second = 0.1 + rng.uniform() * 100;
    rate.arrivals = static_cast<Rate::Arrivals>(rng.below(3));
    if (rate.arrivals == Rate::Arrivals::kGamma) rate.burstiness = 0.1 + rng.uniform();
    rate.max_in_flight = static_cast<std::uint32_t>(rng.below(100));
    plan.load = rate;
  }
  if (coin()) plan.stop.duration = rng.between(1, 3600 * kSecond);
  if (coin() || !plan.stop.duration) plan.stop.requests = rng.between(1, 100'000);
  if (coin()) plan.warmup = {rng.below(100), rng.between(0, 100 * kSecond)};
  if (plan.workload.sessions && plan.stop.requests) plan.warmup.duration = 0;
  if (coin()) plan.timeouts = {rng.between(0, kSecond), 0, rng.between(0, 9 * kSecond), kSecond};
  plan.order = static_cast<Order>(rng.below(3));
  plan.blocks = static_cast<std::uint32_t>(rng.between(1, 50));
  plan.reuse_connections = coin();
  plan.workers = static_cast<std::uint32_t>(rng.below(16));
  plan.keep_texts = coin();
  plan.seeds = {rng.next(), rng.next(), rng.next()};
  if (coin()) plan.slos.push_back(*parse_slo("ttft_p99.9 = 500ms"));
  if (coin()) plan.slos.push_back(*parse_slo("success_rate=99.9%"));
  if (coin()) plan.stop.until.push_back(*parse_precision("p99_ttft : 5%"));
  if (!plan.stop.until.empty() && !plan.stop.duration) plan.stop.at_least = rng.between(0, kSecond);
  if (coin()) {
    plan.sweep = Sweep{.over = LoadAxis::kRate, .loads = {0.1 + rng.uniform(), 2 + rng.uniform()}};
    plan.sweep->order = static_cast<Sweep::Order>(rng.below(3));
  } else if (coin()) {
    plan.capacity = CapacityGoal{.from = 1 + rng.uniform(), .tolerance = 0.01 + rng.uniform() / 9};
    plan.capacity->within = rng.between(0, 100 * kSecond);
  }
  plan.telemetry.enabled = coin();
  plan.telemetry.interval = rng.between(kSecond, 15 * kSecond);
  if (coin()) plan.telemetry.gpu.emplace_back("http://h:9400/metrics");
  plan.insecure = coin();
  if (!plan.insecure && coin()) plan.ca_file = random_text(rng);
  return plan;
}

TEST(Plan, WhatIsWrittenIsReadBackTheSame) {
  Rng rng(20260101);
  for (int i = 0; i < 300; ++i) {
    const auto plan = random_plan(rng);
    const auto text = format_plan(plan);
    const auto again = parse_plan(text, "again.yaml");
    ASSERT_TRUE(again) << again.error().text() << "\n" << text;
    ASSERT_EQ(*again, plan) << text;
  }
}

// --- The documentation and the examples ------------------------------------------------------

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The words in backticks of the first column of tables: "| `load.rate` | ...".
std::set<std::string> documented_keys(const std::string& text) {
  std::set<std::string> keys;
  for (auto at = text.find("\n| `"); at != std::string::npos; at = text.find("\n| `", at + 1)) {
    const auto cell = text.substr(at + 3, text.find(" |", at + 3) - at - 3);
    for (auto open = cell.find('`'); open != std::string::npos;) {
      const auto close = cell.find('`', open + 1);
      keys.insert(cell.substr(open + 1, close - open - 1));
      open = cell.find('`', close + 1);
    }
  }
  return keys;
}

TEST(Plan, EveryKeyIsDocumentedAndNoOther) {
  const auto documented = documented_keys(file_text(TT_SOURCE_DIR "/docs/plan.md"));
  const auto keys = plan_keys();
  EXPECT_EQ(documented, std::set<std::string>(keys.begin(), keys.end()));
}

TEST(Plan, EveryEngineAndProtocolIsDocumented) {
  const auto text = file_text(TT_SOURCE_DIR "/docs/plan.md");
  for (const auto& engine : engine::engines()) expect_has(text, fmt::format("`{}`", engine.name));
  for (const auto* protocol : engine::protocols()) {
    expect_has(text, fmt::format("`{}`", protocol->name()));
  }
}

TEST(Plan, TheExamplesInTheDocumentationAreGood) {
  const auto text = file_text(TT_SOURCE_DIR "/docs/plan.md");
  int examples = 0;
  constexpr std::string_view kOpen = "```yaml\n";
  for (auto at = text.find(kOpen); at != std::string::npos; at = text.find(kOpen, at + 1)) {
    const auto begin = at + kOpen.size();
    const auto yaml = text.substr(begin, text.find("```", begin) - begin);
    SCOPED_TRACE(yaml);
    const auto plan = parse_plan(yaml, "docs/plan.md");
    EXPECT_TRUE(plan) << plan.error().text();
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

TEST(Plan, TheExamplePlansAreGood) {
  int plans = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TT_SOURCE_DIR "/examples/plans")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path());
    const auto plan = load_plan(entry.path().string());
    ASSERT_TRUE(plan) << plan.error().text();
    EXPECT_EQ(plan->name, entry.path().stem().string());
    EXPECT_FALSE(plan->description.empty());
    ++plans;
  }
  EXPECT_GE(plans, 3);
}

TEST(Plan, EveryKeyIsListedOnceUnderItsSection) {
  const auto keys = plan_keys();
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
  for (const auto* key : {"targets[].url", "workload.prompts.file", "workload.input.stddev",
                          "load.burstiness", "timeouts.gap", "tls.insecure", "record.texts"}) {
    EXPECT_NE(std::ranges::find(keys, key), keys.end()) << key;
  }
}

}  // namespace
}  // namespace tt::plan
