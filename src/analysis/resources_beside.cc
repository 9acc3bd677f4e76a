#include "analysis/resources_beside.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tt::analysis {
namespace {

using Views = std::span<const ResourcesView* const>;
using Value = std::optional<double>;

// One row; `read` gives mean and peak of a view.
template <class Read>
void add_row(std::vector<BesideRow>& rows, BesideRow row, Views views, Read read) {
  for (const ResourcesView* view : views) {
    const std::pair<Value, Value> value = view != nullptr ? read(*view) : std::pair<Value, Value>();
    row.means.push_back(value.first);
    row.peaks.push_back(value.second);
  }
  const bool told = std::ranges::any_of(row.means, [](const Value& v) { return v.has_value(); });
  if (told) rows.push_back(std::move(row));
}

BesideRow empty_row(std::string_view key, std::string_view title, std::string_view group,
                    ResourceUnit unit) {
  return {.key = key, .title = title, .group = group, .unit = unit, .means = {}, .peaks = {}};
}

void add_breakdown(std::vector<BesideRow>& rows, Views views) {
  for (const Part part : {Part::kQueue, Part::kPrefill, Part::kDecode, Part::kRest}) {
    const auto row = empty_row(part_key(part), part_name(part), "latency", ResourceUnit::kMillis);
    add_row(rows, row, views, [part](const ResourcesView& view) -> std::pair<Value, Value> {
      const BreakdownPart* one = view.breakdown.of(part);
      return {one != nullptr ? one->mean_ms : Value(), Value()};
    });
  }
  const auto e2e = empty_row("e2e_ms", "E2E", "latency", ResourceUnit::kMillis);
  add_row(rows, e2e, views, [](const ResourcesView& view) -> std::pair<Value, Value> {
    return {view.breakdown.n > 0 ? Value(view.breakdown.e2e_ms) : Value(), Value()};
  });
}

}  // namespace

std::vector<BesideRow> resources_beside(Views views) {
  std::vector<BesideRow> rows;
  add_breakdown(rows, views);
  for (const ResourceSpec& spec : resource_specs()) {
    if (spec.group == "client") continue;
    add_row(rows, empty_row(spec.key, spec.title, spec.group, spec.unit), views,
            [&spec](const ResourcesView& view) -> std::pair<Value, Value> {
              const ResourceFigure* figure = view.figure(spec.key);
              if (figure == nullptr) return {};
              return {figure->mean, figure->peak};
            });
  }
  const auto joules =
      empty_row("joules_per_output_token", "energy an output token", "gpu", ResourceUnit::kJoules);
  add_row(rows, joules, views, [](const ResourcesView& view) -> std::pair<Value, Value> {
    return {view.energy ? view.energy->joules_per_output_token : Value(), Value()};
  });
  return rows;
}

}  // namespace tt::analysis
