// The plan file: its sections as tables of keys.
#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/client_section.h"
#include "plan/foreign_plan.h"
#include "plan/lengths.h"
#include "plan/load_curve.h"
#include "plan/load_section.h"
#include "plan/plan.h"
#include "plan/reader.h"
#include "plan/search_section.h"
#include "plan/session_section.h"
#include "plan/telemetry_section.h"

namespace tt::plan {
namespace {

// Where an early end is hoped for, at the latest.
constexpr Nanos kDefaultMost = 600 * kSecond;

// --- Targets ---------------------------------------------------------------------------------

/// A plain YAML word as JSON: numbers, truth values and null stay, everything else is a string.
std::string json_of_word(const YamlNode& node) {
  const auto& text = node.text;
  if (node.quoted) return json_string(text);
  if (text == "true" || text == "false") return text;
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, number);
  // JSON has no ".5", "5.", "007", "inf" or "nan".
  const auto digits = std::string_view(text).substr(text.starts_with('-') ? 1 : 0);
  const bool zeros = digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9';
  const bool json = ec == std::errc{} && stop == end && !digits.empty() && digits[0] >= '0' &&
                    digits[0] <= '9' && !zeros && text.find(".e") == std::string::npos &&
                    text.find(".E") == std::string::npos && !text.ends_with('.');
  return json ? text : json_string(text);
}

void append_json(std::string& out, const YamlNode& node) {
  const char* separator = "";
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      out += "null";
      return;
    case YamlNode::Kind::kText:
      out += json_of_word(node);
      return;
    case YamlNode::Kind::kList:
      out += '[';
      for (const auto& item : node.items) {
        out += std::exchange(separator, ",");
        append_json(out, item);
      }
      out += ']';
      return;
    case YamlNode::Kind::kMap:
      out += '{';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        out += std::exchange(separator, ",");
        out += json_string(node.keys[i].text) + ":";
        append_json(out, node.items[i]);
      }
      out += '}';
      return;
  }
}

/// For targets, and for the workload of all.
template <class Section>
void read_extra_body(const Value& value, Section& out) {
  if (value.node.kind != YamlNode::Kind::kMap) {
    read_text(value, out.extra_body);
    const std::string_view text = trim(out.extra_body);
    if (text.starts_with('{') && text.ends_with('}')) {
      out.extra_body = std::string(trim(text.substr(1, text.size() - 2)));
    }
    return;
  }
  std::string object;
  append_json(object, value.node);
  out.extra_body = object.substr(1, object.size() - 2);
}

void read_headers(const Value& value, Target& target) { read_header_map(value, target.headers); }

constexpr std::array kTargetFields = {
    Field<Target>{"name", [](const Value& v, Target& t) { read_text(v, t.name); }},
    Field<Target>{"engine", [](const Value& v, Target& t) { read_text(v, t.engine); }},
    Field<Target>{"url", [](const Value& v, Target& t) { read_text(v, t.url); }},
    Field<Target>{"model", [](const Value& v, Target& t) { read_text(v, t.model); }},
    Field<Target>{"protocol", [](const Value& v, Target& t) { read_text(v, t.protocol); }},
    Field<Target>{"api_key_env", [](const Value& v, Target& t) { read_text(v, t.api_key_env); }},
    Field<Target>{"headers", read_headers},
    Field<Target>{"extra_body", read_extra_body<Target>},
    Field<Target>{"colour", [](const Value& v, Target& t) { read_text(v, t.colour); }},
    Field<Target>{"metrics", [](const Value& v, Target& t) { read_text(v, t.metrics); }},
    Field<Target>{"tokenizer", [](const Value& v, Target& t) { read_text(v, t.tokenizer); }},
};

void read_target(const Value& value, Plan& plan) {
  Target target;
  if (value.node.kind == YamlNode::Kind::kText) {
    auto parsed = parse_target(value.node.text);
    if (!parsed) return value.fault(parsed.error().message);
    target = std::move(*parsed);
  } else {
    read_section(value, kTargetFields, target);
    if (value.node.kind != YamlNode::Kind::kMap) return;
    while (target.url.ends_with('/')) target.url.pop_back();
    if (const auto* known = engine::find_engine(target.engine)) target.engine = known->name;
    if (!value.reader.has(value.path + ".name")) {
      target.name = target.engine.empty() ? std::string(url_host(target.url)) : target.engine;
    }
  }
  plan.targets.push_back(std::move(target));
}

// --- Workload --------------------------------------------------------------------------------

struct LengthsDraft {
  Lengths lengths;
  bool has_min = false;
  bool has_max = false;
};

constexpr std::array kLengthFields = {
    Field<LengthsDraft>{
        "distribution",
        [](const Value& v, LengthsDraft& d) { read_word(v, kLengthWords, d.lengths.kind); }},
    Field<LengthsDraft>{"mean",
                        [](const Value& v, LengthsDraft& d) { read_number(v, d.lengths.mean); }},
    Field<LengthsDraft>{"stddev",
                        [](const Value& v, LengthsDraft& d) { read_number(v, d.lengths.stddev); }},
    Field<LengthsDraft>{"min",
                        [](const Value& v, LengthsDraft& d) {
                          d.has_min = true;
                          read_whole(v, d.lengths.min);
                        }},
    Field<LengthsDraft>{"max",
                        [](const Value& v, LengthsDraft& d) {
                          d.has_max = true;
                          read_whole(v, d.lengths.max);
                        }},
};

/// What the fields of a length map must and must not be, by kind.
void check_length_fields(const Value& value, const LengthsDraft& draft) {
  using Kind = Lengths::Kind;
  const auto kind = draft.lengths.kind;
  const auto word = word_of(kLengthWords, kind);
  const auto need = [&](std::string_view key, bool needed, bool allowed) {
    const bool there = value.reader.has(fmt::format("{}.{}", value.path, key));
    if (needed && !there) value.fault(fmt::format("{} needs {}", word, key));
    if (there && !allowed) value.fault(fmt::format("{} takes no {}", word, key));
  };
  const bool moments = kind == Kind::kNormal || kind == Kind::kLognormal;
  need("mean", kind != Kind::kUniform, kind != Kind::kUniform);
  need("stddev", moments, moments);
  need("min", kind == Kind::kUniform, kind != Kind::kFixed);
  need("max", kind == Kind::kUniform, kind != Kind::kFixed);
}

}  // namespace

void read_lengths(const Value& value, Lengths& out) {
  if (value.node.kind == YamlNode::Kind::kText) {
    const auto parsed = parse_lengths(value.node.text);
    if (!parsed) return value.fault(parsed.error().message);
    out = *parsed;
    return;
  }
  LengthsDraft draft;
  read_section(value, kLengthFields, draft);
  if (value.node.kind != YamlNode::Kind::kMap) return;
  if (!value.reader.has(value.path + ".distribution")) {
    return value.fault("needs distribution: fixed, uniform, normal or lognormal");
  }
  check_length_fields(value, draft);
  out = draft.lengths;
}

namespace {

constexpr std::array kPromptFields = {
    Field<PromptFile>{"file", [](const Value& v, PromptFile& f) { read_text(v, f.path); }},
    Field<PromptFile>{"format",
                      [](const Value& v, PromptFile& f) { read_word(v, kFormatWords, f.format); }},
    Field<PromptFile>{"shuffle", [](const Value& v, PromptFile& f) { read_truth(v, f.shuffle); }},
    Field<PromptFile>{"column", [](const Value& v, PromptFile& f) { read_text(v, f.column); }},
    Field<PromptFile>{"output_column",
                      [](const Value& v, PromptFile& f) { read_text(v, f.output_column); }},
    Field<PromptFile>{"system_column",
                      [](const Value& v, PromptFile& f) { read_text(v, f.system_column); }},
};

void read_prompts_field(const Value& value, Workload& workload) {
  PromptFile file;
  if (value.node.kind == YamlNode::Kind::kText) {
    file.path = value.node.text;
  } else {
    read_section(value, kPromptFields, file);
  }
  workload.prompts = std::move(file);
}

void read_input(const Value& value, Workload& workload) {
  Lengths lengths = SyntheticPrompts{}.input;
  read_lengths(value, lengths);
  if (auto* synthetic = std::get_if<SyntheticPrompts>(&workload.prompts)) {
    synthetic->input = lengths;
  }
}

void read_temperature(const Value& value, Workload& workload) {
  if (value.node.kind == YamlNode::Kind::kText && value.node.text == "default") {
    workload.temperature.reset();
  } else {
    read_into<double>(value, workload.temperature, read_number);
  }
}

constexpr std::array kWorkloadFields = {
    Field<Workload>{"prompts", read_prompts_field},
    Field<Workload>{"input", read_input},
    Field<Workload>{"output", [](const Value& v, Workload& w) { read_lengths(v, w.output); }},
    Field<Workload>{"sessions", read_sessions},
    Field<Workload>{"prefix", read_prefix},
    Field<Workload>{"cancel", read_cancel},
    Field<Workload>{"priority", read_priority},
    Field<Workload>{"headers", read_workload_headers},
    Field<Workload>{"force_length",
                    [](const Value& v, Workload& w) { read_truth(v, w.force_length); }},
    Field<Workload>{"temperature", read_temperature},
    Field<Workload>{"extra_body", read_extra_body<Workload>},
    Field<Workload>{"tokenizer", [](const Value& v, Workload& w) { read_text(v, w.tokenizer); }},
};

void read_workload(const Value& value, Plan& plan) {
  read_section(value, kWorkloadFields, plan.workload);
  if (value.reader.has("workload.prompts") && value.reader.has("workload.input")) {
    value.fault("prompts come from a file, which brings its own lengths; keep prompts or input");
  }
}

// --- The rest --------------------------------------------------------------------------------

constexpr std::array kStopFields = {
    Field<Stop>{"duration",
                [](const Value& v, Stop& s) { read_into<Nanos>(v, s.duration, read_duration); }},
    Field<Stop>{"requests", [](const Value& v,
                               Stop& s) { read_into<std::uint64_t>(v, s.requests, read_whole); }},
    Field<Stop>{"until", [](const Value& v, Stop& s) { read_until(v, s.until); }},
    Field<Stop>{"at_least", [](const Value& v, Stop& s) { read_duration(v, s.at_least); }},
};

constexpr std::array kWarmupFields = {
    Field<Warmup>{"requests", [](const Value& v, Warmup& w) { read_whole(v, w.requests); }},
    Field<Warmup>{"duration", [](const Value& v, Warmup& w) { read_duration(v, w.duration); }},
};

constexpr std::array kTimeoutFields = {
    Field<Timeouts>{"connect", [](const Value& v, Timeouts& t) { read_duration(v, t.connect); }},
    Field<Timeouts>{"first_token",
                    [](const Value& v, Timeouts& t) { read_duration(v, t.first_token); }},
    Field<Timeouts>{"gap", [](const Value& v, Timeouts& t) { read_duration(v, t.gap); }},
    Field<Timeouts>{"total", [](const Value& v, Timeouts& t) { read_duration(v, t.total); }},
};

constexpr std::array kSeedFields = {
    Field<Seeds>{"arrivals", [](const Value& v, Seeds& s) { read_whole(v, s.arrivals); }},
    Field<Seeds>{"lengths", [](const Value& v, Seeds& s) { read_whole(v, s.lengths); }},
    Field<Seeds>{"prompts", [](const Value& v, Seeds& s) { read_whole(v, s.prompts); }},
};

constexpr std::array kRecordFields = {
    Field<Plan>{"texts", [](const Value& v, Plan& p) { read_truth(v, p.keep_texts); }},
};

constexpr std::array kTlsFields = {
    Field<Plan>{"ca", [](const Value& v, Plan& p) { read_text(v, p.ca_file); }},
    Field<Plan>{"insecure", [](const Value& v, Plan& p) { read_truth(v, p.insecure); }},
};

void read_seeds(const Value& value, Plan& plan) {
  if (value.node.kind != YamlNode::Kind::kText) {
    return read_section(value, kSeedFields, plan.seeds);
  }
  std::uint64_t seed = 0;
  read_whole(value, seed);
  plan.seeds = {seed, seed, seed};  // their streams are separate by purpose
}

constexpr std::array kPlanFields = {
    Field<Plan>{"name", [](const Value& v, Plan& p) { read_text(v, p.name); }},
    Field<Plan>{"description", [](const Value& v, Plan& p) { read_text(v, p.description); }},
    Field<Plan>{"targets",
                [](const Value& v, Plan& p) {
                  read_list(v, [&](const Value& item) { read_target(item, p); });
                }},
    Field<Plan>{"workload", read_workload},
    Field<Plan>{"load", read_load},
    Field<Plan>{"stop", [](const Value& v, Plan& p) { read_section(v, kStopFields, p.stop); }},
    Field<Plan>{"warmup",
                [](const Value& v, Plan& p) { read_section(v, kWarmupFields, p.warmup); }},
    Field<Plan>{"order", [](const Value& v, Plan& p) { read_word(v, kOrderWords, p.order); }},
    Field<Plan>{"blocks", [](const Value& v, Plan& p) { read_whole(v, p.blocks); }},
    Field<Plan>{"timeouts",
                [](const Value& v, Plan& p) { read_section(v, kTimeoutFields, p.timeouts); }},
    Field<Plan>{"slo", [](const Value& v, Plan& p) { read_slos(v, p.slos); }},
    Field<Plan>{"seeds", read_seeds},
    Field<Plan>{"reuse_connections",
                [](const Value& v, Plan& p) { read_truth(v, p.reuse_connections); }},
    Field<Plan>{"workers", [](const Value& v, Plan& p) { read_whole(v, p.workers); }},
    Field<Plan>{"record", [](const Value& v, Plan& p) { read_section(v, kRecordFields, p); }},
    Field<Plan>{"telemetry", [](const Value& v, Plan& p) { read_telemetry(v, p.telemetry); }},
    Field<Plan>{"tls", [](const Value& v, Plan& p) { read_section(v, kTlsFields, p); }},
    Field<Plan>{"sweep", [](const Value& v, Plan& p) { read_sweep(v, p.sweep); }},
    Field<Plan>{"capacity", [](const Value& v, Plan& p) { read_capacity(v, p.capacity); }},
};

/// The keys inside one top-level section.
void add_section_keys(std::vector<std::string>& out, std::string_view key) {
  if (key == "targets") add_keys(out, "targets[]", kTargetFields);
  if (key == "load") add_load_keys(out);
  if (key == "stop") add_keys(out, key, kStopFields);
  if (key == "warmup") add_keys(out, key, kWarmupFields);
  if (key == "timeouts") add_keys(out, key, kTimeoutFields);
  if (key == "seeds") add_keys(out, key, kSeedFields);
  if (key == "record") add_keys(out, key, kRecordFields);
  if (key == "tls") add_keys(out, key, kTlsFields);
  if (key == "telemetry") add_telemetry_keys(out);
  add_search_keys(out, key);
  if (key != "workload") return;
  for (const auto& field : kWorkloadFields) {
    const auto section = fmt::format("workload.{}", field.key);  // of its own: out grows
    out.push_back(section);
    if (field.key == "prompts") add_keys(out, section, kPromptFields);
    if (field.key == "sessions") add_session_keys(out);
    if (field.key == "prefix") add_prefix_keys(out);
    if (field.key == "cancel") add_cancel_keys(out);
    if (field.key == "priority") add_priority_keys(out);
    if (field.key == "input" || field.key == "output") add_keys(out, section, kLengthFields);
  }
}

}  // namespace

std::vector<std::string> plan_keys() {
  std::vector<std::string> keys;
  for (const auto& field : kPlanFields) {
    keys.emplace_back(field.key);
    add_section_keys(keys, field.key);
  }
  return keys;
}

PlanFaults one_fault(Error error) {
  PlanFaults faults;
  faults.faults.push_back(std::move(error));
  return faults;
}

std::string PlanFaults::text() const {
  std::string out;
  for (const auto& fault : faults) out += fault.text() + "\n";
  return out;
}

std::expected<Plan, PlanFaults> parse_plan(std::string_view yaml, std::string_view name) {
  const auto tree = read_yaml(yaml, name);
  if (!tree) return std::unexpected(one_fault(tree.error()));
  if (auto foreign = read_foreign_plan(*tree, yaml, name)) return std::move(*foreign);
  Plan plan;
  PlanReader reader(name, plan_keys());
  if (tree->kind != YamlNode::Kind::kNull) {
    read_section(Value{reader, *tree, ""}, kPlanFields, plan);
  }
  if (!plan.stop.duration && !plan.stop.requests && !ends_by_itself(plan.load)) {
    plan.stop.duration = plan.stop.until.empty() ? kDefaultDuration : kDefaultMost;
  }
  if (varies(plan.load) && !reader.has("blocks")) plan.blocks = 1;
  for (const auto& fault : check_plan(plan)) reader.fault_at_path(fault);
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(PlanFaults{std::move(faults)});
  return plan;
}

std::expected<Plan, PlanFaults> load_plan(const std::string& path) {
  const auto text = read_yaml_file(path);
  if (!text) return std::unexpected(one_fault(text.error()));
  return parse_plan(*text, path);
}

}  // namespace tt::plan
