#include "report/contest_json.h"

#include "report/json.h"

namespace tt::report {
namespace {

using analysis::Contest;
using analysis::ContestFigure;
using analysis::metric;

Json against_json(const Contest& contest, const ContestFigure& f, std::size_t side) {
  const analysis::Comparison& c = f.against[side];
  const bool shown = f.values[side] && f.values[contest.baseline];
  Json json = {{"side", contest.sides[side].label}, {"verdict", verdict_name(c.verdict)}};
  json["value"] = number(f.values[side]);
  json["difference"] = shown ? number(c.difference) : Json();
  json["ratio"] = shown ? number(c.ratio) : Json();
  json["interval_of"] = c.method == analysis::Method::kShares ? "difference" : "ratio";
  json["interval"] = interval_value(c.interval);
  json["p_value"] = number(c.p_value);
  json["p_adjusted"] = c.p_value ? number(f.adjusted_p[side]) : Json();
  json["method"] = method_name(c.method);
  json["n"] = {{"side", c.a_n}, {"baseline", c.b_n}};
  json["blocks"] = {{"side", c.a_blocks}, {"baseline", c.b_blocks}};
  if (c.block_length > 0) json["block_length"] = c.block_length;
  if (!c.why.empty()) json["why"] = c.why;
  return json;
}

Json figure_json(const Contest& contest, const ContestFigure& f) {
  Json json = {{"name", figure_name(f.figure)},
               {"title", figure_title(f.figure)},
               {"unit", unit_key(metric(f.figure.metric).unit)}};
  json["baseline"] = number(f.values[contest.baseline]);
  json["winner"] = f.winner.target ? Json(contest.sides[*f.winner.target].label) : Json();
  json["tie"] = f.winner.tie;
  if (!f.winner.why.empty()) json["why_no_winner"] = f.winner.why;
  if (!f.not_comparable.empty()) json["not_comparable"] = f.not_comparable;
  if (!f.definition.empty()) json["definitions"] = f.definition;
  Json& against = json["against_baseline"] = Json::array();
  for (std::size_t i = 0; i < contest.sides.size(); ++i) {
    if (i != contest.baseline) against.push_back(against_json(contest, f, i));
  }
  return json;
}

Json axes_json(const std::vector<analysis::RadarAxis>& axes) {
  Json json = Json::array();
  for (const auto& axis : axes) {
    Json values = Json::array();
    for (const auto& value : axis.values) values.push_back(number(value));
    json.push_back({{"name", axis.name}, {"scale", axis.scale}, {"values", std::move(values)}});
  }
  return json;
}

Json scores_json(const Contest& contest) {
  const auto& scores = contest.scores;
  Json json = {{"weights",
                {{"latency", scores.weights.latency},
                 {"throughput", scores.weights.throughput},
                 {"reliability", scores.weights.reliability}}},
               {"formula", scores.formula}};
  Json& sides = json["sides"] = Json::array();
  for (std::size_t i = 0; i < scores.sides.size(); ++i) {
    const auto& s = scores.sides[i];
    sides.push_back({{"side", contest.sides[i].label},
                     {"latency", number(s.latency)},
                     {"throughput", number(s.throughput)},
                     {"reliability", number(s.reliability)},
                     {"total", number(s.total)}});
  }
  json["radar_5"] = axes_json(scores.five);
  json["radar_8"] = axes_json(scores.eight);
  return json;
}

Json test_json(const analysis::TestLine& t) {
  return {{"method", t.method},
          {"asks", t.asks},
          {"statistic", number(t.statistic)},
          {"p_value", number(t.p_value)},
          {"p_adjusted", number(t.adjusted_p)},
          {"n", {{"side", t.a_n}, {"baseline", t.b_n}}}};
}

Json normality_json(const analysis::Normality& n) {
  return {{"n", n.n},
          {"shapiro_wilk_w", number(n.w)},
          {"p_value", number(n.p_value)},
          {"normal", n.normal}};
}

Json metric_tests_json(const analysis::MetricTests& m) {
  Json json = {{"metric", metric(m.metric).name},
               {"normality",
                {{"side", normality_json(m.a_normal)}, {"baseline", normality_json(m.b_normal)}}},
               {"chosen", m.chosen}};
  Json& tests = json["tests"] = Json::array();
  for (const auto& t : m.tests) tests.push_back(test_json(t));
  json["cohens_d"] = m.effect ? number(m.effect->cohens_d) : Json();
  json["hedges_g"] = m.effect ? number(m.effect->hedges_g) : Json();
  json["cliffs_delta"] = number(m.cliffs_delta);
  json["hodges_lehmann_ms"] = m.shift ? number(m.shift->value) : Json();
  json["hodges_lehmann_interval"] = m.shift ? interval_value(m.shift->interval) : Json();
  Json& curve = json["shift_function"] = Json::array();
  for (const auto& p : m.shift_curve) {
    Json point = {{"share", p.share}, {"side", number(p.a)}, {"baseline", number(p.b)}};
    point["difference"] = p.difference ? number(p.difference->value) : Json();
    point["interval"] =
        interval_value(p.difference ? std::optional(p.difference->interval) : std::nullopt);
    curve.push_back(std::move(point));
  }
  return json;
}

Json tests_json(const Contest& contest) {
  Json json = {{"caveat", analysis::kTestsCaveat}};
  Json& pairs = json["pairs"] = Json::array();
  for (const auto& pair : contest.tests) {
    Json one = {{"side", contest.sides[pair.a].label},
                {"baseline", contest.sides[pair.b].label},
                {"matched_prompts", pair.matched}};
    Json& metrics = one["metrics"] = Json::array();
    for (const auto& m : pair.metrics) metrics.push_back(metric_tests_json(m));
    one["success"] = pair.success ? test_json(*pair.success) : Json();
    pairs.push_back(std::move(one));
  }
  return json;
}

Json sides_json(const Contest& contest) {
  Json json = Json::array();
  for (const auto& side : contest.sides) {
    json.push_back({{"label", side.label},
                    {"run", side.run_id},
                    {"target", side.target},
                    {"engine", side.engine},
                    {"model", side.model},
                    {"measured_by", side.tool.empty() ? "tokentrial" : side.tool}});
  }
  return json;
}

Json answer_json(const Contest& contest) {
  const auto& answer = contest.answer;
  return {{"verdict", verdict_name(answer.verdict)},
          {"winner", answer.winner ? Json(contest.sides[*answer.winner].label) : Json()},
          {"primary", figure_name(answer.primary)},
          {"headline", answer.headline},
          {"reasons", contest.reasons},
          {"details", answer.details}};
}

Json contest_value(const Contest& contest) {
  Json json = {{"scenario", contest.scenario},
               {"sides", sides_json(contest)},
               {"baseline", contest.sides[contest.baseline].label},
               {"min_effect", contest.min_effect},
               {"comparable", contest.comparable}};
  if (!contest.comparable) json["why_not"] = contest.why_not;
  json["answer"] = answer_json(contest);
  Json& figures = json["figures"] = Json::array();
  for (const auto& f : contest.figures) figures.push_back(figure_json(contest, f));
  Json& regressions = json["regressions"] = Json::array();
  for (const auto& r : contest.regressions) {
    regressions.push_back({{"side", contest.sides[r.side].label},
                           {"figure", figure_name(r.figure)},
                           {"p_adjusted", number(r.p_value)}});
  }
  json["scores"] = scores_json(contest);
  if (!contest.tests.empty()) json["tests"] = tests_json(contest);
  Json& checks = json["checks"] = Json::array();
  for (const auto& check : contest.checks) {
    checks.push_back({{"id", check.id},
                      {"level", level_name(check.level)},
                      {"text", check.text},
                      {"value", number(check.value)},
                      {"limit", number(check.limit)}});
  }
  return json;
}

}  // namespace

std::string contests_json(std::span<const Contest> contests,
                          const std::vector<std::string>& unmatched) {
  Json json = {{"method_version", analysis::kMethodVersion}};
  Json& all = json["comparisons"] = Json::array();
  for (const Contest& contest : contests) all.push_back(contest_value(contest));
  json["unmatched"] = unmatched;
  return text_of(json);
}

}  // namespace tt::report
