#include "app/commands.h"

#include <algorithm>

namespace tt::app {

std::span<const Command> commands() {
  static const std::vector<Command> kCommands = {run_command(),
                                                 sweep_command(),
                                                 capacity_command(),
                                                 demo_command(),
                                                 check_command(),
                                                 models_command(),
                                                 results_command(),
                                                 results_list_command(),
                                                 results_show_command(),
                                                 results_export_command(),
                                                 results_recover_command(),
                                                 results_remove_command(),
                                                 results_prune_command(),
                                                 results_tag_command(),
                                                 results_note_command(),
                                                 results_baseline_command(),
                                                 results_reprocess_command(),
                                                 import_command(),
                                                 analyze_command(),
                                                 compare_command(),
                                                 chart_command(),
                                                 visualize_command(),
                                                 cost_command(),
                                                 slo_command(),
                                                 sql_command(),
                                                 report_command(),
                                                 dashboard_command(),
                                                 tokens_command(),
                                                 scenarios_command(),
                                                 presets_command(),
                                                 sim_command(),
                                                 version_command(),
                                                 help_command(),
                                                 completion_command()};
  return kCommands;
}

const Command* find_command(std::string_view name) {
  const auto all = commands();
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace tt::app
