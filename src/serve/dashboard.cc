#include "serve/dashboard.h"

#include <array>

#include "serve/api.h"

namespace tt::serve {
namespace {

constexpr std::array<Dialect, 2> kDialects = {Dialect::kNumbered, Dialect::kPlain};

const Dialect* live_path(const Target& target) {
  const auto& path = target.segments;
  if (path.size() == 1 && path[0] == "ws") return &kDialects[1];
  if (path.size() == 3 && path[0] == "api" && path[1] == "v1" && path[2] == "live") {
    return &kDialects[0];
  }
  return nullptr;
}

}  // namespace

struct Dashboard::Impl {
  Impl(const DashboardOptions& options, Studio& studio, std::unique_ptr<Server> taken,
       GuardOptions guarded, std::string stream)
      : library(options.results_dir, studio),
        guard(std::move(guarded)),
        hub(std::move(stream)),
        uploads(options.results_dir),
        templates(uploads),
        plans(options.plans_dir),
        jobs([this](const JobStatus& job) { tell(job); }),
        api{library, studio, guard, hub, meter, jobs, uploads, templates, plans, options.shown},
        server(std::move(taken)) {
    add_page_paths(router);
    add_about_paths(router, api);
    add_run_paths(router, api);
    add_request_paths(router, api);
    add_chart_paths(router, api);
    add_report_paths(router, api);
    add_job_paths(router, api);
    add_launch_paths(router, api);
    add_change_paths(router, api);
    add_difference_paths(router, api);
    add_plain_paths(router, api);
    router.add({.pattern = "/metrics",
                .answer =
                    [this](const Request&) {
                      return Reply{.type = "text/plain; version=0.0.4; charset=utf-8",
                                   .body = meter_text(meter, {.queued_jobs = jobs.waiting(),
                                                              .job_running = jobs.running(),
                                                              .live_number = hub.last()})};
                    },
                .quick = true});
  }

  // What every page should know of a job.
  void tell(const JobStatus& job) {
    hub.publish({.type = "job", .run_id = {}, .members = "\"data\": " + job_json(job)});
  }

  RunLibrary library;
  Guard guard;
  Hub hub;
  Meter meter;
  Uploads uploads;
  TemplateShelf templates;
  PlanShelf plans;
  JobQueue jobs;  // its thread uses what stands above
  Api api;
  Router router;
  std::unique_ptr<Server> server;  // the first to go: its threads use all of the above
};

Dashboard::Dashboard(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dashboard::~Dashboard() { stop(); }

Result<std::unique_ptr<Dashboard>> Dashboard::start(const DashboardOptions& options,
                                                    Studio& studio) {
  auto server = Server::bind(options.server);
  if (!server) return std::unexpected(server.error());
  auto page_token = make_token();
  auto stream = make_token();
  if (!page_token) return std::unexpected(page_token.error());
  if (!stream) return std::unexpected(stream.error());
  const GuardOptions guarded{.port = (*server)->port(),
                             .access_token = options.access_token,
                             .page_token = std::move(*page_token)};
  auto impl =
      std::make_unique<Impl>(options, studio, std::move(*server), guarded, std::move(*stream));
  impl->server->start(
      {.router = impl->router,
       .guard = impl->guard,
       .hub = impl->hub,
       .meter = impl->meter,
       .live_path = live_path,
       .command = [&api = impl->api](std::string_view text) { return answer_command(api, text); }});
  return std::unique_ptr<Dashboard>(new Dashboard(std::move(impl)));
}

std::uint16_t Dashboard::port() const { return impl_->server->port(); }

void Dashboard::stop() {
  impl_->jobs.close();
  impl_->server->stop();
}

void Dashboard::stop_jobs(bool at_once) { impl_->jobs.stop_all(at_once); }

bool Dashboard::busy() const { return impl_->jobs.running(); }

}  // namespace tt::serve
