// What the page wants played.
#pragma once

#include <memory>

#include "serve/api.h"
#include "serve/jobs.h"
#include "serve/json.h"

namespace tt::serve {

/// Of what compose_plan takes; checked. api_launch.cc.
Result<std::unique_ptr<Job>> make_run_job(const Api& api, const Json& body);

}  // namespace tt::serve
