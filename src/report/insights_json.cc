#include "report/insights_json.h"

namespace tt::report {

Json insights_value(std::span<const analysis::Insight> insights) {
  Json json = Json::array();
  for (const auto& insight : insights) {
    Json one = {{"rule", insight.rule},
                {"kind", insight_kind_name(insight.kind)},
                {"severity", insight_severity_name(insight.severity)},
                {"simple", insight.simple},
                {"technical", insight.technical}};
    const analysis::Signal& signal = insight.evidence;
    Json evidence = {{"signal", signal.name},
                     {"target", signal.target},
                     {"strength", number(signal.strength)},
                     {"metric", signal.metric},
                     {"values", signal.tells}};
    Json& rows = evidence["rows"] = Json::array();
    for (const auto& row : signal.rows) rows.push_back(row.index);
    evidence["from_s"] = number(signal.from_s);
    evidence["to_s"] = number(signal.to_s);
    evidence["chart"] = insight.chart;
    one["evidence"] = std::move(evidence);
    json.push_back(std::move(one));
  }
  return json;
}

}  // namespace tt::report
