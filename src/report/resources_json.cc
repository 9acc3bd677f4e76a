#include "report/resources_json.h"

#include <array>

#include "analysis/resources_beside.h"

namespace tt::report {
namespace {

using namespace analysis;  // NOLINT(google-build-using-namespace): every name below is from there

std::string_view unit_name_of(ResourceUnit unit) {
  constexpr std::array<std::string_view, 10> kNames = {
      "number",  "share", "tokens/s", "tokens",  "bytes",
      "bytes/s", "watts", "joules",   "celsius", "milliseconds"};
  return kNames[static_cast<std::size_t>(unit)];
}

Json figure_json(const ResourceFigure& f) {
  return {{"key", f.spec->key},           {"title", f.spec->title},
          {"group", f.spec->group},       {"unit", unit_name_of(f.spec->unit)},
          {"exposed", f.exposed()},       {"source", f.source},
          {"mean", number(f.mean)},       {"peak", number(f.peak)},
          {"at_s", numbers(f.line.at_s)}, {"values", numbers(f.line.value)}};
}

Json quantile_json(const std::optional<BucketQuantile>& q) {
  if (!q) return nullptr;
  return {{"value", number(q->value)},
          {"low", number(q->low)},
          {"high", number(q->high)},
          {"lower_bound", q->lower_bound}};
}

Json latency_json(const ServerLatency& l) {
  return {{"key", l.key},
          {"title", l.title},
          {"source", l.source},
          {"count", number(l.count)},
          {"mean_ms", number(l.mean_ms)},
          {"p50_ms", quantile_json(l.p50)},
          {"p99_ms", quantile_json(l.p99)},
          {"client_mean_ms", number(l.client_mean_ms)}};
}

Json breakdown_json(const Breakdown& b) {
  Json parts = Json::array();
  for (const BreakdownPart& part : b.parts) {
    parts.push_back({{"part", part_key(part.part)},
                     {"exposed", part.mean_ms.has_value()},
                     {"mean_ms", number(part.mean_ms)},
                     {"source", part.source}});
  }
  return {{"requests", b.n},
          {"e2e_ms", number(b.e2e_ms)},
          {"by_reply", b.by_reply},
          {"parts", std::move(parts)}};
}

Json energy_json(const Energy& e) {
  return {{"joules", number(e.joules)},
          {"source", e.source},
          {"mean_watts", number(e.mean_watts)},
          {"joules_per_output_token", number(e.joules_per_output_token)},
          {"output_tokens_per_joule", number(e.tokens_per_joule)}};
}

Json gap_json(const ReadingGap& gap) {
  return {{"source", gap.source},
          {"readings", gap.readings},
          {"missed_readings", gap.missed},
          {"unknown_s", number(gap.seconds)}};
}

}  // namespace

Json resources_json(const ResourcesView& view) {
  Json json = {{"measured_s", number(view.measured_s)},
               {"readings", view.readings},
               {"missed_readings", view.missed},
               {"gaps", Json::array()},
               {"server_requests", number(view.server_requests)},
               {"breakdown", breakdown_json(view.breakdown)},
               {"engine_latencies", Json::array()},
               {"figures", Json::array()},
               {"energy", view.energy ? energy_json(*view.energy) : Json()}};
  for (const ReadingGap& one : view.gaps) json["gaps"].push_back(gap_json(one));
  for (const ServerLatency& one : view.latencies) {
    json["engine_latencies"].push_back(latency_json(one));
  }
  for (const ResourceFigure& one : view.figures) json["figures"].push_back(figure_json(one));
  return json;
}

Json resources_beside_json(const RunAnalysis& analysis) {
  std::vector<const ResourcesView*> views;
  Json names = Json::array();
  for (const TargetAnalysis& a : analysis.targets) {
    views.push_back(a.resources ? &*a.resources : nullptr);
    names.push_back(a.target.name);
  }
  Json rows = Json::array();
  for (const BesideRow& row : resources_beside(views)) {
    rows.push_back({{"key", row.key},
                    {"title", row.title},
                    {"group", row.group},
                    {"unit", unit_name_of(row.unit)},
                    {"means", numbers(row.means)},
                    {"peaks", numbers(row.peaks)}});
  }
  return {{"targets", std::move(names)}, {"rows", std::move(rows)}};
}

}  // namespace tt::report
