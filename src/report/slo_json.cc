#include "report/slo_json.h"

#include "report/json.h"

namespace tt::report {
namespace {

Json attainment_json(const analysis::Attainment& all, const analysis::SloDemand& demand) {
  return {{"good", all.good},
          {"answered", all.answered},
          {"effective", number(all.effective)},
          {"share", number(all.share)},
          {"interval", interval_value(all.interval)},
          {"limit", number(all.limit)},
          {"confidence", number(all.confidence)},
          {"passed", analysis::passes(all, demand)}};
}

}  // namespace

std::string slo_json(std::span<const analysis::SloReport> reports) {
  Json json = {{"passed", true}, {"method_version", analysis::kMethodVersion}};
  Json& runs = json["runs"] = Json::array();
  for (const auto& report : reports) {
    if (!report.passed) json["passed"] = false;
    Json targets = Json::array();
    for (const auto& target : report.targets) {
      Json slos = Json::array();
      for (const auto& slo : target.slos) {
        slos.push_back(slo_value(slo));
        slos.back()["passed"] = analysis::passes(slo, report.demand);
      }
      targets.push_back({{"name", target.target},
                         {"passed", target.passed},
                         {"slos", std::move(slos)},
                         {"attainment", attainment_json(target.all, report.demand)}});
    }
    runs.push_back({{"run_id", report.run_id},
                    {"passed", report.passed},
                    {"demanded_confidence", number(report.demand.confidence)},
                    {"targets", std::move(targets)}});
  }
  return text_of(json);
}

}  // namespace tt::report
