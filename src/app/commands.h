// The commands, one source file each (a family in one).
#pragma once

#include "app/command.h"

namespace tt::app {

Command run_command();
Command sweep_command();
Command capacity_command();
Command demo_command();
Command check_command();
Command models_command();
Command results_command();
Command results_list_command();
Command results_show_command();
Command results_export_command();
Command results_recover_command();
Command results_remove_command();
Command results_prune_command();
Command results_tag_command();
Command results_note_command();
Command results_baseline_command();
Command results_reprocess_command();
Command analyze_command();
Command compare_command();
Command chart_command();
Command visualize_command();  // the same
Command import_command();
Command cost_command();
Command slo_command();
Command report_command();
Command dashboard_command();
Command sql_command();
Command tokens_command();
Command scenarios_command();
Command presets_command();
Command sim_command();
Command version_command();
Command help_command();
Command completion_command();

}  // namespace tt::app
