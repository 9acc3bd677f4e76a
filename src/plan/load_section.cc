#include "plan/load_section.h"

#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/keywords.h"
#include "plan/load_curve.h"

namespace tt::plan {
namespace {

using Curve = Stage::Curve;

/// Everything that may stand in `load` or in one of its stages, before it is known which it is.
struct StageDraft {
  std::uint32_t users = 1;
  double rate = 1;
  Stage stage;
};

struct LoadDraft : StageDraft {
  Rate open;
  TraceReplay trace;
  std::vector<Stage> stages;
  bool closed_stages = false;
};

/// Levels and curve: the same keys in `load` and in a stage.
template <class Draft>
constexpr std::array kLevelFields = {
    Field<Draft>{"concurrency", [](const Value& v, Draft& d) { read_whole(v, d.users); }},
    Field<Draft>{"rate", [](const Value& v, Draft& d) { read_number(v, d.rate); }},
    Field<Draft>{"to", [](const Value& v, Draft& d) { read_number(v, d.stage.to); }},
    Field<Draft>{"curve",
                 [](const Value& v, Draft& d) { read_word(v, kCurveWords, d.stage.curve); }},
    Field<Draft>{"period", [](const Value& v, Draft& d) { read_duration(v, d.stage.period); }},
    Field<Draft>{"burst", [](const Value& v, Draft& d) { read_duration(v, d.stage.burst); }},
    Field<Draft>{"steps", [](const Value& v, Draft& d) { read_whole(v, d.stage.steps); }},
};

template <class T, std::size_t N, std::size_t M>
constexpr std::array<Field<T>, N + M> join(const std::array<Field<T>, N>& a,
                                           const std::array<Field<T>, M>& b) {
  std::array<Field<T>, N + M> out{};
  for (std::size_t i = 0; i < N; ++i) out[i] = a[i];
  for (std::size_t i = 0; i < M; ++i) out[N + i] = b[i];
  return out;
}

constexpr std::array kStageFields = join(
    std::array{Field<StageDraft>{
        "duration", [](const Value& v, StageDraft& d) { read_duration(v, d.stage.duration); }}},
    kLevelFields<StageDraft>);

constexpr std::array kTraceFields = {
    Field<TraceReplay>{"file", [](const Value& v, TraceReplay& t) { read_text(v, t.path); }},
    Field<TraceReplay>{"format", [](const Value& v,
                                    TraceReplay& t) { read_word(v, kTraceFormatWords, t.format); }},
    Field<TraceReplay>{"speed", [](const Value& v, TraceReplay& t) { read_number(v, t.speed); }},
    Field<TraceReplay>{"scale", [](const Value& v, TraceReplay& t) { read_number(v, t.scale); }},
    Field<TraceReplay>{"input_scale",
                       [](const Value& v, TraceReplay& t) { read_number(v, t.input_scale); }},
    Field<TraceReplay>{"output_scale",
                       [](const Value& v, TraceReplay& t) { read_number(v, t.output_scale); }},
    Field<TraceReplay>{"start", [](const Value& v, TraceReplay& t) { read_duration(v, t.start); }},
    Field<TraceReplay>{"duration",
                       [](const Value& v, TraceReplay& t) { read_duration(v, t.duration); }},
    Field<TraceReplay>{"max_input",
                       [](const Value& v, TraceReplay& t) { read_whole(v, t.max_input); }},
    Field<TraceReplay>{"max_output",
                       [](const Value& v, TraceReplay& t) { read_whole(v, t.max_output); }},
    Field<TraceReplay>{
        "longer", [](const Value& v, TraceReplay& t) { read_word(v, kLongerWords, t.longer); }},
};

bool has(const Value& value, std::string_view key) {
  return value.reader.has(fmt::format("{}.{}", value.path, key));
}

/// Levels of a stage from its draft. Without a level of its own it goes on from `before`.
void settle_levels(const Value& value, StageDraft& draft, std::optional<double> before) {
  Stage& stage = draft.stage;
  const bool own = has(value, "rate") || has(value, "concurrency");
  if (own) {
    stage.from = has(value, "rate") ? draft.rate : draft.users;
  } else if (before) {
    stage.from = *before;
  }
  if (!has(value, "to")) {
    if (stage.curve != Curve::kLinear) {
      value.fault(
          fmt::format("{} needs to: the level that it goes to", word_of(kCurveWords, stage.curve)));
    }
    stage.to = stage.from;
  }
  const auto belongs = [&](std::string_view key, bool fits, std::string_view curves) {
    if (has(value, key) && !fits) value.fault(fmt::format("{} belongs to {}", key, curves));
  };
  const bool periodic = stage.curve == Curve::kWave || stage.curve == Curve::kBurst ||
                        stage.curve == Curve::kBusinessHours;
  belongs("period", periodic, "curve: wave, burst or business_hours");
  belongs("burst", stage.curve == Curve::kBurst, "curve: burst");
  belongs("steps", stage.curve == Curve::kStep, "curve: step");
}

void read_stage(const Value& value, LoadDraft& draft) {
  StageDraft stage;
  read_section(value, kStageFields, stage);
  if (value.node.kind != YamlNode::Kind::kMap) return;
  const bool closed = has(value, "concurrency");
  const bool open = has(value, "rate");
  const bool first = draft.stages.empty();
  if (closed && open) return value.fault("has both rate and concurrency; keep one");
  if (first && !closed && !open) return value.fault("the first stage needs rate or concurrency");
  if (first) draft.closed_stages = closed;
  if (!first && (draft.closed_stages ? open : closed)) {
    return value.fault("rate and concurrency cannot follow each other in one load; keep to one");
  }
  if (!closed && !open && !has(value, "to")) {
    return value.fault("needs a level: rate, concurrency or to");
  }
  if (!has(value, "duration")) return value.fault("needs a duration");
  settle_levels(value, stage, first ? std::nullopt : std::optional(end_of(draft.stages.back())));
  draft.stages.push_back(stage.stage);
}

void read_trace(const Value& value, LoadDraft& draft) {
  if (value.node.kind == YamlNode::Kind::kText) {
    draft.trace.path = value.node.text;
  } else {
    read_section(value, kTraceFields, draft.trace);
  }
}

constexpr std::array kLoadFields = join(
    kLevelFields<LoadDraft>,
    std::array{
        Field<LoadDraft>{"stages",
                         [](const Value& v, LoadDraft& d) {
                           read_list(v, [&](const Value& item) { read_stage(item, d); });
                         }},
        Field<LoadDraft>{"trace", read_trace},
        Field<LoadDraft>{
            "arrivals",
            [](const Value& v, LoadDraft& d) { read_word(v, kArrivalWords, d.open.arrivals); }},
        Field<LoadDraft>{"burstiness",
                         [](const Value& v, LoadDraft& d) { read_number(v, d.open.burstiness); }},
        Field<LoadDraft>{"max_in_flight",
                         [](const Value& v, LoadDraft& d) { read_whole(v, d.open.max_in_flight); }},
    });

/// Which of the kinds of load stands there; empty where none or several do, with a fault.
std::string_view kind_of(const Value& value) {
  static constexpr std::array<std::string_view, 4> kKinds = {"concurrency", "rate", "stages",
                                                             "trace"};
  std::string_view kind;
  for (const auto key : kKinds) {
    if (!has(value, key)) continue;
    if (!kind.empty()) {
      value.fault(kind == "concurrency" && key == "rate"
                      ? "has both concurrency (closed loop) and rate (open loop); keep one"
                      : fmt::format("has both {} and {}; keep one", kind, key));
      return {};
    }
    kind = key;
  }
  if (kind.empty()) {
    value.fault(
        "needs concurrency: N (closed loop), rate: N (open loop), stages (a list of either) or "
        "trace (a file)");
  }
  return kind;
}

/// Keys that go with other kinds of load only.
void check_companions(const Value& value, std::string_view kind, bool closed) {
  for (const std::string_view key : {"arrivals", "burstiness", "max_in_flight"}) {
    const bool fits = kind == "trace" ? key == "max_in_flight" : !closed;
    if (fits || !has(value, key)) continue;
    value.fault(kind == "trace"
                    ? fmt::format("{} belongs to rate; a trace has its own instants", key)
                    : fmt::format("{} belongs to rate, not to concurrency", key));
  }
  if (kind == "rate" || kind == "concurrency") return;
  for (const std::string_view key : {"to", "curve", "period", "burst", "steps"}) {
    if (has(value, key)) value.fault(fmt::format("{} belongs to rate or concurrency", key));
  }
}

bool has_shape(const Value& value) {
  for (const std::string_view key : {"to", "curve", "period", "burst", "steps"}) {
    if (has(value, key)) return true;
  }
  return false;
}

LoadShape closed_of(const Value& value, LoadDraft& draft) {
  if (!draft.stages.empty()) return Concurrency{.stages = std::move(draft.stages)};
  if (has_shape(value)) return Concurrency{.stages = {draft.stage}};
  return Concurrency{.users = draft.users};
}

LoadShape open_of(const Value& value, LoadDraft& draft) {
  // Burstiness says gamma by itself.
  if (has(value, "burstiness") && !has(value, "arrivals")) {
    draft.open.arrivals = Rate::Arrivals::kGamma;
  }
  if (!draft.stages.empty()) {
    draft.open.stages = std::move(draft.stages);
  } else if (has_shape(value)) {
    draft.open.stages = {draft.stage};
  } else {
    draft.open.per_second = draft.rate;
  }
  return std::move(draft.open);
}

}  // namespace

void read_load(const Value& value, Plan& plan) {
  LoadDraft draft;
  read_section(value, kLoadFields, draft);
  if (value.node.kind != YamlNode::Kind::kMap) return;
  const auto kind = kind_of(value);
  if (kind.empty()) return;
  const bool closed = kind == "concurrency" || (kind == "stages" && draft.closed_stages);
  check_companions(value, kind, closed);
  if (kind == "trace") {
    draft.trace.max_in_flight = draft.open.max_in_flight;
    plan.load = std::move(draft.trace);
    return;
  }
  if (kind == "stages" && draft.stages.empty()) {
    if (!value.reader.any_fault()) value.fault("stages must hold at least one");
    return;
  }
  if (kind != "stages") settle_levels(value, draft, std::nullopt);
  plan.load = closed ? closed_of(value, draft) : open_of(value, draft);
}

void add_load_keys(std::vector<std::string>& out) {
  for (const auto& field : kLoadFields) {
    out.push_back(fmt::format("load.{}", field.key));
    if (field.key == "stages") {
      add_keys(out, "load.stages[]", kStageFields);
    }
    if (field.key == "trace") add_keys(out, "load.trace", kTraceFields);
  }
}

}  // namespace tt::plan
