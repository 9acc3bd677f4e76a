#include "plan/session_section.h"

#include <fmt/format.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/faults.h"
#include "plan/lengths.h"

namespace tt::plan {

void read_pause(const Value& value, Pause& out) {
  std::string text;
  read_text(value, text);
  if (text.empty()) return;
  const auto parsed = parse_pause(text);
  if (!parsed) return value.fault(parsed.error().message);
  out = *parsed;
}

namespace {

constexpr std::uint32_t kMostSystemTokens = 1'000'000;
constexpr std::uint32_t kMostGroups = 100'000;

constexpr std::array kSessionFields = {
    Field<Sessions>{
        "turns", [](const Value& v, Sessions& s) { read_into<Lengths>(v, s.turns, read_lengths); }},
    Field<Sessions>{"think", [](const Value& v, Sessions& s) { read_pause(v, s.think); }},
    Field<Sessions>{
        "first_input",
        [](const Value& v, Sessions& s) { read_into<Lengths>(v, s.first_input, read_lengths); }},
    Field<Sessions>{"system", [](const Value& v, Sessions& s) { read_whole(v, s.system); }},
    Field<Sessions>{"graph", [](const Value& v, Sessions& s) { read_text(v, s.graph); }},
    Field<Sessions>{"replay",
                    [](const Value& v, Sessions& s) { read_word(v, kReplayWords, s.replay); }},
};

constexpr std::array kPrefixFields = {
    Field<PrefixGroups>{"groups", [](const Value& v, PrefixGroups& p) { read_whole(v, p.groups); }},
    Field<PrefixGroups>{"tokens",
                        [](const Value& v, PrefixGroups& p) { read_lengths(v, p.tokens); }},
    Field<PrefixGroups>{"share", [](const Value& v, PrefixGroups& p) { read_number(v, p.share); }},
};

// The largest draw that a distribution can give.
double most_of(const Lengths& lengths) {
  return lengths.kind == Lengths::Kind::kFixed ? lengths.mean : static_cast<double>(lengths.max);
}

void check_sessions(Faults& faults, const Workload& workload, const Sessions& sessions) {
  const bool from_file = std::holds_alternative<PromptFile>(workload.prompts);
  if (sessions.turns) {
    std::string fault = lengths_fault(*sessions.turns);
    // Normal and lognormal draws have no end of their own, and are cut.
    const bool bounded = sessions.turns->kind == Lengths::Kind::kFixed ||
                         sessions.turns->kind == Lengths::Kind::kUniform;
    if (fault.empty() && bounded && most_of(*sessions.turns) > kMostTurns) {
      fault = fmt::format("a session has at most {} turns", kMostTurns);
    }
    faults.require(fault.empty(), "workload.sessions.turns", fault);
  }
  const std::string think = pause_fault(sessions.think);
  faults.require(think.empty(), "workload.sessions.think", think);
  if (sessions.first_input) {
    const std::string fault = lengths_fault(*sessions.first_input);
    faults.require(fault.empty(), "workload.sessions.first_input", fault);
    faults.require(!from_file, "workload.sessions.first_input",
                   "belongs to made-up prompts; a file brings its own messages");
  }
  faults.require(sessions.system <= kMostSystemTokens, "workload.sessions.system",
                 fmt::format("must be at most {} tokens", format_count(kMostSystemTokens)));
  faults.require(sessions.system == 0 || !from_file, "workload.sessions.system",
                 "belongs to made-up prompts; a file brings its own system prompts");
  if (sessions.graph.empty()) return;
  faults.require(!from_file, "workload.sessions.graph",
                 "brings its own requests; keep the graph or workload.prompts");
  const bool linear =
      sessions.turns || sessions.first_input || sessions.system > 0 || sessions.think != Pause{};
  faults.require(!linear, "workload.sessions.graph",
                 "says itself how many requests there are, how long they are and what they wait "
                 "for; leave out turns, think, first_input and system");
}

void check_prefix(Faults& faults, const PrefixGroups& prefix) {
  faults.require(
      prefix.groups >= 1 && prefix.groups <= kMostGroups, "workload.prefix.groups",
      fmt::format("must lie from 1 to {}, not {}", format_count(kMostGroups), prefix.groups));
  const std::string fault = lengths_fault(prefix.tokens);
  faults.require(fault.empty(), "workload.prefix.tokens", fault);
  faults.require(
      prefix.share >= 0 && prefix.share <= 1, "workload.prefix.share",
      fmt::format("must lie from 0 (no request) to 1 (every one), not {}", prefix.share));
}

}  // namespace

void read_sessions(const Value& value, Workload& workload) {
  Sessions sessions;
  read_section(value, kSessionFields, sessions);
  workload.sessions = std::move(sessions);
}

void read_prefix(const Value& value, Workload& workload) {
  PrefixGroups prefix;
  read_section(value, kPrefixFields, prefix);
  workload.prefix = prefix;
}

void add_session_keys(std::vector<std::string>& out) {
  add_keys(out, "workload.sessions", kSessionFields);
}

void add_prefix_keys(std::vector<std::string>& out) {
  add_keys(out, "workload.prefix", kPrefixFields);
}

std::vector<Error> session_faults(const Plan& plan) {
  Faults faults;
  const Workload& workload = plan.workload;
  if (workload.sessions) check_sessions(faults, workload, *workload.sessions);
  if (workload.prefix) check_prefix(faults, *workload.prefix);
  return faults.take();
}

void append_sessions(std::string& out, const Workload& workload) {
  if (const auto& sessions = workload.sessions) {
    out += "  sessions:\n";
    if (sessions->turns) out += fmt::format("    turns: {}\n", format_lengths(*sessions->turns));
    out += fmt::format("    think: {}\n", format_pause(sessions->think));
    if (sessions->first_input) {
      out += fmt::format("    first_input: {}\n", format_lengths(*sessions->first_input));
    }
    out += fmt::format("    system: {}\n", sessions->system);
    if (!sessions->graph.empty()) {
      out += fmt::format("    graph: {}\n", json_string(sessions->graph));
    }
    out += fmt::format("    replay: {}\n", word_of(kReplayWords, sessions->replay));
  }
  if (const auto& prefix = workload.prefix) {
    out += fmt::format("  prefix:\n    groups: {}\n    tokens: {}\n    share: {}\n", prefix->groups,
                       format_lengths(prefix->tokens), prefix->share);
  }
}

}  // namespace tt::plan
