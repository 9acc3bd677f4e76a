// What the page wants played: a plan's text, one of the shelf, or a scenario, with what the form
// says over it.
#pragma once

#include <memory>

#include "serve/api.h"
#include "serve/jobs.h"
#include "serve/json.h"

namespace tt::serve {

/// Of {"yaml"|"path"|"scenario", "targets", "concurrency", "rate", "duration_s", "requests",
/// "slos"}; api_launch.cc.
Result<std::unique_ptr<Job>> make_run_job(const Api& api, const Json& body);

}  // namespace tt::serve
