#include "report/cost_json.h"

#include "report/json.h"

namespace tt::report {
namespace {

Json amount_json(const std::optional<analysis::Amount>& amount) {
  if (!amount) return nullptr;
  return {{"value", number(amount->value)}, {"interval", interval_value(amount->interval)}};
}

Json assumptions_json(const analysis::CostQuestion& q) {
  return {{"currency", q.terms.currency},
          {"utilization", number(q.terms.utilization)},
          {"output_weight", number(q.terms.output_weight)},
          {"hours_per_month", number(q.terms.hours_per_month)},
          {"months", number(q.months)}};
}

Json costs_json(const analysis::UnitCosts& c) {
  return {{"per_1m_tokens", amount_json(c.per_million_tokens)},
          {"input_share_of_tokens", number(c.input_share)},
          {"per_1m_input_tokens", amount_json(c.per_million_input)},
          {"per_1m_output_tokens", amount_json(c.per_million_output)},
          {"per_1m_output_tokens_alone", amount_json(c.per_million_output_alone)},
          {"per_1k_requests", amount_json(c.per_thousand_requests)},
          {"output_tokens_per_s_per_money_an_hour", amount_json(c.tokens_per_s_per_money)},
          {"gpu_hours_per_1m_tokens", amount_json(c.gpu_hours_per_million)}};
}

Json point_json(const analysis::LoadPoint& p) {
  Json json = {{"run_id", p.run_id},
               {"load", p.load_text},
               {"requests_per_s", amount_json(p.requests_per_s)},
               {"output_tokens_per_s", amount_json(p.output_tokens_per_s)},
               {"ttft_p50_ms", number(p.ttft_p50_ms)},
               {"success_rate", number(p.success_share)}};
  json["slos_met"] = p.judged ? Json(p.slos_met) : Json();
  json["valid"] = p.valid;
  json["costs"] = costs_json(p.costs);
  if (p.joules_per_output_token) {
    json["joules_per_output_token"] = number(p.joules_per_output_token);
  }
  return json;
}

Json budget_json(const std::optional<analysis::Budget>& budget, double months) {
  if (!budget) return nullptr;
  Json json = {{"requests_per_s", number(budget->requests_per_s)},
               {"replicas", budget->replicas},
               {"gpus", budget->gpus},
               {"monthly", amount_json(budget->monthly)},
               {"per_1m_tokens", number(budget->per_million_tokens)}};
  json["total"] =
      budget->monthly ? number(analysis::total_cost(budget->monthly->value, months, 0)) : Json();
  return json;
}

Json target_json(const analysis::TargetCost& target, double months) {
  Json json = {{"name", target.name},
               {"gpus_per_replica", target.machine.gpus},
               {"price_per_gpu_hour", number(target.machine.gpu_hour)},
               {"price_basis", target.machine.basis}};
  Json& points = json["loads"] = Json::array();
  for (const auto& point : target.points) points.push_back(point_json(point));
  json["planned_with"] = target.best ? Json(target.points[*target.best].run_id) : Json();
  Json& budgets = json["budgets"] = Json::array();
  for (const auto& budget : target.budgets) budgets.push_back(budget_json(budget, months));
  return json;
}

Json savings_json(const analysis::CostReport& report) {
  Json json = Json::array();
  for (std::size_t s = 0; s < report.savings.size(); ++s) {
    for (const auto& saving : report.savings[s]) {
      Json one = {{"requests_per_s", number(report.question.scales[s])},
                  {"cheapest", report.targets[saving.cheapest].name},
                  {"against", report.targets[saving.other].name},
                  {"monthly", number(saving.monthly)},
                  {"share", number(saving.share)}};
      one["certain"] = saving.certain ? Json(*saving.certain) : Json();
      json.push_back(std::move(one));
    }
  }
  return json;
}

Json change_json(const analysis::Change& c) {
  return {{"from", c.terms.from},
          {"to", c.terms.to},
          {"requests_per_s", number(c.requests_per_s)},
          {"assumptions",
           {{"investment", number(c.terms.investment)},
            {"monthly_benefit", number(c.terms.monthly_benefit)},
            {"people", number(c.terms.waiting.people)},
            {"answers_per_day", number(c.terms.waiting.answers_per_day)},
            {"days_per_month", number(c.terms.waiting.days_per_month)},
            {"wage_per_hour", number(c.terms.waiting.wage_per_hour)},
            {"revenue_per_month", number(c.terms.revenue.per_month)},
            {"loss_share_per_second", number(c.terms.revenue.share_per_s)}}},
          {"machines_saved_monthly", number(c.machines_saved)},
          {"seconds_saved_per_answer", number(c.seconds_saved)},
          {"hours_saved_monthly", number(c.hours_saved)},
          {"waiting_saved_monthly", number(c.waiting_saved)},
          {"revenue_gained_monthly", number(c.revenue_gained)},
          {"net", number(c.result.net)},
          {"roi", number(c.result.ratio)},
          {"payback_months", number(c.result.payback_months)}};
}

}  // namespace

Json cost_value(const analysis::CostReport& report) {
  Json json = {{"method_version", analysis::kMethodVersion},
               {"assumptions", assumptions_json(report.question)}};
  Json& targets = json["targets"] = Json::array();
  for (const auto& target : report.targets) {
    targets.push_back(target_json(target, report.question.months));
  }
  json["savings"] = savings_json(report);
  json["change"] = report.change ? change_json(*report.change) : Json();
  Json& warnings = json["warnings"] = Json::array();
  for (const auto& warning : report.warnings) warnings.push_back(warning);
  return json;
}

std::string cost_json(const analysis::CostReport& report) { return text_of(cost_value(report)); }

}  // namespace tt::report
