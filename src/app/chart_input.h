// What charts are made from, read and computed: the same for every command that draws.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "chart/catalogue.h"
#include "chart/input.h"
#include "record/frame.h"
#include "trial/stored_run.h"

namespace tt::app {

/// What charts ask for. All that is not rows takes time to compute, so that only what is wanted is.
using Wanted = std::set<chart::Needs>;
Wanted wanted_by(std::span<const chart::Entry* const> entries);
Wanted everything_wanted();

/// With all that its input points to, so it stays where it was made.
struct ChartMaterial {
  ChartMaterial() = default;
  ChartMaterial(const ChartMaterial&) = delete;
  ChartMaterial& operator=(const ChartMaterial&) = delete;

  std::string id;      // of the run or group; of several runs "A+B"
  std::string folder;  // of the first
  std::vector<trial::StoredRun> runs;
  std::vector<std::unique_ptr<record::Frame>> frames;
  std::optional<chart::RunView> view;
  std::optional<chart::CurveView> curve;
  std::vector<analysis::ResourcesView> resources;
  std::optional<analysis::Contest> contest;
  std::optional<analysis::CostReport> cost;
  std::optional<analysis::TrendReport> trend;
  std::vector<analysis::Contest> scenarios;

  chart::Input input() const;
  /// Of memory that what was read takes, about; without what charts compute from the view.
  std::uint64_t bytes_read() const;
};

/// Of runs that are open; several are set side by side. They must outlive the material. Prices come
/// from the options of app/machine_options.h; an error names one of them.
Result<std::unique_ptr<ChartMaterial>> material_of(std::span<const trial::StoredRun> runs,
                                                   const Wanted& wanted,
                                                   const Arguments& arguments);

/// Of what `words` name below `results_dir`: one run, several, or one group. Rows are read as
/// columns, which is much the faster, where nothing that is wanted needs more.
Result<std::unique_ptr<ChartMaterial>> read_material(const std::string& results_dir,
                                                     std::span<const std::string_view> words,
                                                     const Wanted& wanted,
                                                     const Arguments& arguments);

}  // namespace tt::app
