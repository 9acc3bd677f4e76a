// The paths of the API, a file a family. schema/openapi.json says what each takes and gives.
#pragma once

#include <string>
#include <vector>

#include "serve/guard.h"
#include "serve/hub.h"
#include "serve/meter.h"
#include "serve/router.h"
#include "serve/run_library.h"
#include "serve/studio.h"

namespace tt::serve {

/// What handlers stand on. All of it outlives the router that they are added to.
struct Api {
  RunLibrary& library;
  Studio& studio;
  const Guard& guard;
  Hub& hub;
  const Meter& meter;
  std::vector<std::string> shown;  // ids of runs that the user named when starting
};

void add_run_paths(Router& router, const Api& api);      // api_runs.cc
void add_request_paths(Router& router, const Api& api);  // api_requests.cc
void add_chart_paths(Router& router, const Api& api);    // api_charts.cc
void add_report_paths(Router& router, const Api& api);   // api_reports.cc
void add_about_paths(Router& router, const Api& api);    // api_about.cc
void add_page_paths(Router& router);                     // assets.cc

}  // namespace tt::serve
