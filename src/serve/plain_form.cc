// The older, plainer form of the API: /api/configs, /api/results and the commands of /ws, with the
// names and fields that its users know.
#include <algorithm>

#include <fmt/format.h>

#include "analysis/slice.h"
#include "base/text.h"
#include "report/summary_json.h"
#include "serve/api.h"
#include "serve/job_kinds.h"
#include "serve/json.h"
#include "serve/live_feed.h"

namespace tt::serve {
namespace {

// A browser is not sent millions of rows: of more than this every so many-th is told.
constexpr std::size_t kMostRequests = 10'000;

Json configs_value(const Api& api) {
  Json configs = Json::array();
  for (const auto& plan : api.plans.list()) {
    configs.push_back({{"path", plan.path},
                       {"name", plan.name},
                       {"description", plan.description},
                       {"valid", plan.problem.empty()}});
  }
  return configs;
}

Result<Json> results_value(const Api& api) {
  const auto listed = record::list_runs(api.library.results_dir());
  if (!listed) return std::unexpected(listed.error());
  Json results = Json::array();
  for (const auto& run : *listed) {
    const auto manifest =
        record::load_manifest(run.path + "/" + std::string(record::kManifestFile));
    const auto& targets = manifest ? manifest->targets : std::vector<record::ManifestTarget>();
    results.push_back({{"run_id", run.id},
                       {"name", manifest ? manifest->name : ""},
                       {"framework", targets.empty() ? "" : targets.front().engine},
                       {"model", targets.empty() ? "" : targets.front().model},
                       {"targets", run.targets},
                       {"date", run.started_realtime > 0 ? format_utc(run.started_realtime) : ""},
                       {"status", record::run_status_name(run.status)},
                       {"requests", run.rows}});
  }
  return results;
}

class Collected final : public trial::Audience {
 public:
  explicit Collected(const trial::StoredRun& run) : gauges_(run.input.targets.size()) {
    for (const auto& target : run.input.targets) names_.push_back(target.name);
  }
  void on_samples(std::span<const record::Sample> samples) override {
    for (const auto& sample : samples) {
      const auto target = sample.series->target;
      if (target >= gauges_.size()) continue;
      if (gauges_[target].is_due(sample.at)) {
        series_.push_back(Json::parse(gauges_[target].json(names_[target]), nullptr, false));
      }
      gauges_[target].hear(sample);
    }
  }
  const std::vector<std::string>& names() const { return names_; }
  Json take_series() { return std::move(series_); }

 private:
  std::vector<std::string> names_;
  std::vector<EngineGauges> gauges_;
  Json series_ = Json::array();
};

Result<Json> result_value(const Api& api, std::string_view id) {
  const auto folder = api.library.ended(id);
  if (!folder) return std::unexpected(folder.error());
  const auto run = trial::open_run(api.library.results_dir(), folder->path());
  if (!run) return std::unexpected(run.error());
  Collected collected(*run);
  replay(*run, collected, [](Nanos) { return true; });
  Json requests = Json::array();
  for (const auto i : analysis::thin(run->rows.size(), kMostRequests)) {
    requests.push_back(Json::parse(request_json(run->rows[i], collected.names()), nullptr, false));
  }
  return Json{{"run_id", run->manifest.run_id},
              {"name", run->manifest.name},
              {"status", record::run_status_name(run->manifest.status)},
              {"config", run->manifest.plan_yaml},
              {"requests_total", run->rows.size()},
              {"requests", std::move(requests)},
              {"aggregated", Json::parse(report::summary_json(run->summary()), nullptr, false)},
              {"gpu_metrics", {{"time_series", collected.take_series()}}}};
}

Reply list_configs(const Api& api, const Request&) { return json_reply_of(configs_value(api)); }

Reply list_results(const Api& api, const Request&) {
  const auto results = results_value(api);
  return results ? json_reply_of(*results) : reply_of(results.error());
}

Reply one_result(const Api& api, const Request& request) {
  const auto result = result_value(api, request.part("run_id"));
  return result ? json_reply_of(*result) : reply_of(result.error());
}

std::string failure(const Error& error) {
  return text_of({{"type", "error"}, {"message", error.text()}});
}

std::string told(std::string_view type, const Result<Json>& data) {
  if (!data) return failure(data.error());
  return text_of({{"type", type}, {"data", *data}});
}

std::string start_experiment(const Api& api, const Json& command) {
  const auto path = string_of(command, "config_path", "");
  if (!path) return failure(path.error());
  std::vector<std::string> targets;
  if (const auto options = command.find("options"); options != command.end()) {
    if (!options->is_object()) {
      return failure({ErrorCode::kInvalidInput, "\"options\" must be an object", {}});
    }
    const auto url = string_of(*options, "server_url", "");
    if (!url) return failure(url.error());
    if (!url->empty()) targets.push_back(*url);
  }
  const auto text = api.plans.text(*path);
  if (!text) return failure(text.error());
  auto plan = api.plans.plan_of(*text, *path, targets);
  if (!plan) return failure(plan.error());
  const auto id = api.jobs.add(run_job(std::move(*plan), api.library.results_dir(), api.hub));
  if (!id) return failure(id.error());
  return text_of({{"type", "started"}, {"job", *id}});
}

std::string stop_experiment(const Api& api, const Json& command) {
  const auto run = string_of(command, "run_id", "");
  if (!run) return failure(run.error());
  for (const auto& job : api.jobs.list()) {
    const bool named = std::ranges::find(job.runs, *run) != job.runs.end() ||
                       fmt::format("job-{}", job.id) == *run;
    if (!named || job.ended > 0) continue;
    const auto stopped = api.jobs.stop(job.id, false);
    if (!stopped) return failure(stopped.error());
    return text_of({{"type", "stopping"}, {"run_id", *run}});
  }
  return failure({ErrorCode::kNotFound, fmt::format("'{}' is not going on", *run), {}});
}

}  // namespace

std::string answer_command(const Api& api, std::string_view text) {
  const auto command = object_of(text);
  if (!command) return failure(command.error());
  const auto type = string_of(*command, "type", "");
  if (!type) return failure(type.error());
  if (*type == "start_experiment") return start_experiment(api, *command);
  if (*type == "stop_experiment") return stop_experiment(api, *command);
  if (*type == "list_configs") return told("configs", configs_value(api));
  if (*type == "list_results") return told("results", results_value(api));
  if (*type == "load_result") {
    const auto run = string_of(*command, "run_id", "");
    return run ? told("result", result_value(api, *run)) : failure(run.error());
  }
  return failure({ErrorCode::kInvalidInput,
                  fmt::format("there is no command '{}'; there are start_experiment, "
                              "stop_experiment, list_configs, list_results and load_result",
                              *type),
                  {}});
}

void add_plain_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/configs", list_configs);
  add(kGet, "/api/results", list_results);
  add(kGet, "/api/results/{run_id}", one_result);
}

}  // namespace tt::serve
