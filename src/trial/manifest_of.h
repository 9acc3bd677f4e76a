// Fills a manifest in: what a run was planned to be, and what came of it.
#pragma once

#include <span>
#include <vector>

#include "analysis/summary.h"
#include "load/load.h"
#include "plan/plan.h"
#include "record/manifest.h"
#include "record/redact.h"
#include "record/row.h"
#include "trial/target_probe.h"
#include "workload/schedule.h"

namespace tt::trial {

/// The manifest of a run about to start. `plan` is the resolved one; header values stay out of it.
record::Manifest manifest_of(const plan::Plan& plan, const workload::Schedule& schedule,
                             std::span<const ProbedTarget> targets, std::uint32_t workers);

/// The verdict on the client, from the finished rows and from what the load measured of itself.
record::ClientHealth client_health(const load::ClientMeasure& measure,
                                   const analysis::RunSummary& summary,
                                   std::span<const record::Row> rows);

/// Share of socket reads that carried a kernel stamp.
double kernel_stamp_share(std::span<const record::Row> rows);

/// Every value that must never be written: API keys and header values.
record::Redactor secrets_of(const plan::Plan& plan, std::span<const ProbedTarget> targets);

}  // namespace tt::trial
