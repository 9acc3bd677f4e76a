// What a page's form says, as a plan: a plan's text, one of the shelf, or a scenario, with what the
// form says over it.
#pragma once

#include <expected>

#include "plan/plan.h"
#include "serve/json.h"
#include "serve/plan_shelf.h"

namespace tt::serve {

/// Of {"yaml"|"path"|"scenario", "name", "targets", "concurrency"|"rate", "duration_s", "requests",
/// "slos", "sweep", "capacity"}: all may be missing but one of the first three or the targets. Not
/// checked: the page asks while one still types.
std::expected<plan::Plan, plan::PlanFaults> compose_plan(const PlanShelf& shelf, const Json& form);

/// "vllm=http://host:8000" or {"url", "name", "engine", "model"}.
Result<plan::Target> target_of(const Json& said);
/// The form's "targets"; none where it has none.
Result<Json> target_list(const Json& form);

}  // namespace tt::serve
