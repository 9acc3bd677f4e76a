#include "report/summary_json.h"

#include "report/json.h"

namespace tt::report {
namespace {

using analysis::Comparison;
using analysis::Figure;
using analysis::metric;

Json figure_json(const Figure& figure) {
  const auto& m = metric(figure.metric);
  Json json = {{"name", figure_name(figure)}, {"title", figure_title(figure)}};
  json["unit"] = unit_key(m.unit);
  return json;
}

Json distribution_json(const analysis::Distribution& d) {
  Json json = {{"n", d.n}};
  if (d.n == 0) return json;
  for (const auto& q : d.quantiles) {
    const std::string key = fmt::format("p{:g}", q.quantile * 100);
    json[key] = number(q.value);
    json[key + "_interval"] = interval_value(q.interval);
  }
  json["mean"] = number(d.mean);
  json["std"] = number(d.stddev);
  json["min"] = number(d.min);
  json["max"] = number(d.max);
  return json;
}

Json counts_json(const analysis::Counts& counts) {
  Json statuses = Json::object();
  Json errors = Json::object();
  for (std::size_t i = 0; i < counts.by_status.size(); ++i) {
    if (counts.by_status[i] > 0) {
      statuses[std::string(status_name(static_cast<Status>(i)))] = counts.by_status[i];
    }
    if (!counts.first_error[i].empty()) {
      errors[std::string(status_name(static_cast<Status>(i)))] = counts.first_error[i];
    }
  }
  return {{"planned", counts.planned},        {"ok", counts.ok},
          {"failed", counts.failed},          {"cancelled", counts.cancelled},
          {"dropped", counts.dropped},        {"warmup", counts.warmup},
          {"by_status", std::move(statuses)}, {"first_errors", std::move(errors)}};
}

Json tokens_json(const analysis::Tokens& tokens) {
  Json sources = Json::object();
  for (std::size_t i = 0; i < tokens.output_sources.size(); ++i) {
    if (tokens.output_sources[i] > 0) {
      sources[std::string(token_source_name(static_cast<TokenSource>(i)))] =
          tokens.output_sources[i];
    }
  }
  return {{"input", tokens.input},
          {"output", tokens.output},
          {"mean_input", number(tokens.mean_input)},
          {"mean_output", number(tokens.mean_output)},
          {"output_count_sources", std::move(sources)}};
}

Json target_json(const analysis::TargetSummary& t) {
  Json json = {{"name", t.target.name},
               {"engine", t.target.engine},
               {"model", t.target.model},
               {"measured_s", number(t.seconds)},
               {"full_load_s", number(t.full_load_seconds)},
               {"blocks", t.blocks},
               {"requests", counts_json(t.counts)},
               {"tokens", tokens_json(t.tokens)}};
  Json& metrics = json["metrics"] = Json::object();
  for (const auto& d : t.distributions) {
    metrics[std::string(metric(d.metric).key)] = distribution_json(d);
  }
  for (const auto& rate : t.rates) {
    metrics[std::string(metric(rate.metric).key)] = {{"value", number(rate.value)},
                                                     {"interval", interval_value(rate.interval)}};
  }
  Json& slos = json["slos"] = Json::array();
  for (const auto& slo : t.slos) slos.push_back(slo_value(slo));
  return json;
}

Json one_comparison_json(const Comparison& c) {
  Json json = figure_json(c.figure);
  json["verdict"] = verdict_name(c.verdict);
  json["a"] = number(c.a);
  json["b"] = number(c.b);
  json["ratio"] = number(c.ratio);
  json["difference"] = number(c.difference);
  json["interval_of"] = c.method == analysis::Method::kShares ? "difference" : "ratio";
  json["interval"] = interval_value(c.interval);
  json["p_value"] = number(c.p_value);
  json["method"] = method_name(c.method);
  json["n"] = {{"a", c.a_n}, {"b", c.b_n}};
  json["blocks"] = {{"a", c.a_blocks}, {"b", c.b_blocks}};
  if (c.block_length > 0) json["block_length"] = c.block_length;
  if (c.by_rank) {
    json["by_rank"] = {{"cliffs_delta", number(c.by_rank->cliffs_delta)},
                       {"mann_whitney_p", number(c.by_rank->p_value)}};
  }
  if (!c.why.empty()) json["why"] = c.why;
  return json;
}

Json comparisons_json(const std::vector<Comparison>& comparisons) {
  Json json = Json::array();
  for (const Comparison& c : comparisons) json.push_back(one_comparison_json(c));
  return json;
}

Json answer_json(const analysis::RunSummary& s) {
  Json json = {{"verdict", verdict_name(s.answer.verdict)},
               {"primary", figure_json(s.answer.primary)},
               {"headline", s.answer.headline},
               {"details", s.answer.details}};
  json["winner"] = s.answer.winner ? Json(s.targets[*s.answer.winner].target.name) : Json();
  return json;
}

}  // namespace

Json interval_value(const std::optional<stats::Interval>& interval) {
  if (!interval) return nullptr;
  return {{"low", number(interval->low)},
          {"high", number(interval->high)},
          {"confidence", interval->confidence}};
}

Json slo_value(const analysis::SloResult& result) {
  return {{"slo", result.slo.text},
          {"figure", figure_json(result.slo.figure)},
          {"limit", number(result.slo.limit)},
          {"value", number(result.value)},
          {"interval", interval_value(result.interval)},
          {"met", result.met},
          {"certain", result.certain},
          {"margin", number(result.margin)},
          {"confidence", number(result.confidence)},
          {"method", slo_method_name(result.method)}};
}

Json checks_value(const std::vector<analysis::Check>& checks,
                  const std::vector<analysis::TargetSummary>& targets) {
  Json json = Json::array();
  for (const auto& check : checks) {
    Json one = {{"id", check.id}, {"level", level_name(check.level)}, {"text", check.text}};
    if (check.target && *check.target < targets.size()) {
      one["target"] = targets[*check.target].target.name;
    }
    one["value"] = number(check.value);
    one["limit"] = number(check.limit);
    json.push_back(std::move(one));
  }
  return json;
}

Json summary_value(const analysis::RunSummary& s) {
  Json json = {{"method_version", s.method_version},
               {"run_id", s.run_id},
               {"scenario", s.scenario},
               {"answer", answer_json(s)},
               {"valid", s.valid()},
               {"slos_met", s.slos_met},
               {"client", {{"ok", s.client.ok}, {"text", s.client.text}}}};
  Json& targets = json["targets"] = Json::array();
  for (const auto& target : s.targets) targets.push_back(target_json(target));
  Json& winners = json["winners"] = Json::array();
  for (const auto& winner : s.winners) {
    Json one = figure_json(winner.figure);
    one["winner"] = winner.target ? Json(s.targets[*winner.target].target.name) : Json();
    one["tie"] = winner.tie;
    if (!winner.why.empty()) one["why"] = winner.why;
    winners.push_back(std::move(one));
  }
  Json& pairs = json["comparisons"] = Json::array();
  for (const auto& pair : s.pairs) {
    pairs.push_back({{"a", s.targets[pair.a].target.name},
                     {"b", s.targets[pair.b].target.name},
                     {"figures", comparisons_json(pair.comparisons)}});
  }
  json["checks"] = checks_value(s.checks, s.targets);
  return json;
}

std::string summary_json(const analysis::RunSummary& summary) {
  return text_of(summary_value(summary));
}

}  // namespace tt::report
