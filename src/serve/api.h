// The paths of the API, a file a family. schema/openapi.json says what each takes and gives.
#pragma once

#include <string>
#include <vector>

#include "serve/guard.h"
#include "serve/hub.h"
#include "serve/jobs.h"
#include "serve/meter.h"
#include "serve/plan_shelf.h"
#include "serve/router.h"
#include "serve/run_library.h"
#include "serve/studio.h"
#include "serve/template_shelf.h"
#include "serve/uploads.h"

namespace tt::serve {

/// What handlers stand on. All of it outlives the router that they are added to.
struct Api {
  RunLibrary& library;
  Studio& studio;
  const Guard& guard;
  Hub& hub;
  const Meter& meter;
  JobQueue& jobs;
  Uploads& uploads;
  TemplateShelf& templates;
  const PlanShelf& plans;
  std::vector<std::string> shown;  // ids of runs that the user named when starting
};

/// Adds paths whose answer takes what handlers stand on.
struct AddTo {
  Router& router;
  const Api& api;
  void operator()(Method method, std::string pattern, Reply (*answer)(const Api&, const Request&),
                  bool quick = false) const {
    router.add({.method = method,
                .pattern = std::move(pattern),
                .answer = [&a = api, answer](const Request& request) { return answer(a, request); },
                .quick = quick});
  }
};

void add_run_paths(Router& router, const Api& api);         // api_runs.cc
void add_request_paths(Router& router, const Api& api);     // api_requests.cc
void add_chart_paths(Router& router, const Api& api);       // api_charts.cc
void add_report_paths(Router& router, const Api& api);      // api_reports.cc
void add_about_paths(Router& router, const Api& api);       // api_about.cc
void add_job_paths(Router& router, const Api& api);         // api_jobs.cc
void add_launch_paths(Router& router, const Api& api);      // api_launch.cc
void add_change_paths(Router& router, const Api& api);      // api_changes.cc
void add_difference_paths(Router& router, const Api& api);  // api_differences.cc
void add_plain_paths(Router& router, const Api& api);       // plain_form.cc
void add_page_paths(Router& router);                        // assets.cc

/// A job as the API tells it; of api_jobs.cc.
std::string job_json(const JobStatus& job);
/// A message that came over a WebSocket, and its answer; of plain_form.cc.
std::string answer_command(const Api& api, std::string_view text);

}  // namespace tt::serve
