// Runs: the list, one of them, its answer, and comparisons of several.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "record/file.h"
#include "record/notes.h"
#include "serve/api.h"
#include "serve/cost_terms.h"
#include "serve/json.h"
#include "trial/price_file.h"

namespace tt::serve {
namespace {

constexpr std::array<std::string_view, 10> kSections = {
    "latency", "throughput", "time",      "tokens",   "errors",
    "users",   "quality",    "resources", "insights", "cost"};

Reply text_reply(const Result<std::shared_ptr<const std::string>>& text) {
  return text ? json_reply(**text) : reply_of(text.error());
}

Reply list_runs(const Api& api, const Request&) {
  const auto text =
      api.studio.ask({"results", "list", "--json", "--results=" + api.library.results_dir()});
  return text ? json_reply(*text) : reply_of(text.error());
}

Json notes_value(const record::RunFolder& folder) {
  const auto notes = record::load_notes(folder).notes;
  Json said = Json::array();
  for (const auto& note : notes.annotations) {
    said.push_back({{"at", format_utc(note.realtime)}, {"text", note.text}});
  }
  return {{"baseline", notes.baseline_since > 0}, {"tags", notes.tags}, {"notes", std::move(said)}};
}

Reply one_run(const Api& api, const Request& request) {
  const auto folder = api.library.folder(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto manifest = record::load_manifest(folder->file(record::kManifestFile));
  if (!manifest) return reply_of(manifest.error());
  Json targets = Json::array();
  for (const auto& target : manifest->targets) {
    targets.push_back({{"name", target.name},
                       {"engine", target.engine},
                       {"url", target.url},
                       {"model", target.model},
                       {"server_version", target.server_version},
                       {"colour", target.colour}});
  }
  Json json = {{"id", folder->id()},
               {"name", manifest->name},
               {"status", record::run_status_name(manifest->status)},
               {"live", folder->is_live()},
               {"started", format_utc(manifest->started_realtime)},
               {"duration_s", to_seconds(manifest->duration)},
               {"targets", std::move(targets)},
               {"rows", manifest->counts.rows},
               {"ok", manifest->counts.ok},
               {"group", manifest->group ? Json(*manifest->group) : Json()},
               {"imported", manifest->origin.has_value()}};
  json.update(notes_value(*folder));
  return json_reply_of(json);
}

Reply manifest_of(const Api& api, const Request& request) {
  const auto folder = api.library.folder(request.part("run"));
  if (!folder) return reply_of(folder.error());
  auto text = record::read_file(folder->file(record::kManifestFile));
  return text ? json_reply(std::move(*text)) : reply_of(text.error());
}

Reply plan_of(const Api& api, const Request& request) {
  const auto folder = api.library.folder(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto manifest = record::load_manifest(folder->file(record::kManifestFile));
  if (!manifest) return reply_of(manifest.error());
  if (manifest->plan_yaml.empty()) {
    return reply_of(Error{ErrorCode::kNotFound, "the run has no plan: it was imported", {}});
  }
  return json_reply_of({{"yaml", manifest->plan_yaml}, {"digest", manifest->plan_digest}});
}

Reply summary_of(const Api& api, const Request& request) {
  return text_reply(
      api.library.ask({"results", "show", "--json"}, std::array{request.part("run")}));
}

Reply analysis_of(const Api& api, const Request& request) {
  std::vector<std::string> command = {"analyze", "--json"};
  for (const auto& section : request.target.list("sections")) {
    if (std::ranges::find(kSections, section) == kSections.end()) {
      return reply_of(Error{ErrorCode::kInvalidInput,
                            fmt::format("there is no section '{}'", section), "sections"});
    }
    command.push_back("--section=" + section);
  }
  return text_reply(api.library.ask(std::move(command), std::array{request.part("run")}));
}

Reply insights_of(const Api& api, const Request& request) {
  return text_reply(api.library.ask({"analyze", "--json", "--section=insights"},
                                    std::array{request.part("run")}));
}

// Names of figures and targets are options' values, written with '=', so that they cannot be
// options of their own.
Reply comparison_of(const Api& api, const Request& request) {
  std::vector<std::string> command = {"compare", "--json"};
  for (const auto& metric : request.target.list("metric")) command.push_back("--metric=" + metric);
  for (const std::string_view name : {"baseline", "target", "min-effect", "weights"}) {
    if (const auto value = request.target.value(name)) {
      command.push_back(fmt::format("--{}={}", name, *value));
    }
  }
  if (request.target.value("by-scenario") == "true") command.emplace_back("--by-scenario");
  if (request.target.value("tests") == "true") command.emplace_back("--tests");
  return text_reply(api.library.ask(std::move(command), request.target.list("runs")));
}

Reply objectives_of(const Api& api, const Request& request) {
  std::vector<std::string> command = {"slo", "--json"};
  for (const auto& slo : request.target.list("slo")) command.push_back("--slo=" + slo);
  return text_reply(api.library.ask(std::move(command), request.target.list("runs")));
}

Reply cost_of(const Api& api, const Request& request) {
  std::vector<std::string> command = {"cost", "--json"};
  add_each(request.target, "slo", command);
  add_cost_terms(request.target, command);
  return text_reply(api.library.ask(std::move(command), request.target.list("runs")));
}

// What GPUs cost by the list that comes with the program: names for `gpu` of the above.
Reply list_prices(const Api&, const Request&) {
  const auto& list = trial::builtin_prices();
  Json prices = Json::array();
  for (const auto& price : list.prices) {
    prices.push_back({{"name", price.name},
                      {"gpu", price.gpu},
                      {"provider", price.provider},
                      {"instance", price.instance},
                      {"gpus", price.gpus},
                      {"per_gpu_hour", analysis::gpu_hour(price, list.power).total()},
                      {"source", price.source},
                      {"date", price.date}});
  }
  return json_reply_of({{"currency", list.currency}, {"prices", std::move(prices)}});
}

}  // namespace

void add_run_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/runs", list_runs);
  add(kGet, "/api/v1/runs/{run}", one_run);
  add(kGet, "/api/v1/runs/{run}/manifest", manifest_of);
  add(kGet, "/api/v1/runs/{run}/plan", plan_of);
  add(kGet, "/api/v1/runs/{run}/summary", summary_of);
  add(kGet, "/api/v1/runs/{run}/analysis", analysis_of);
  add(kGet, "/api/v1/runs/{run}/insights", insights_of);
  add(kGet, "/api/v1/compare", comparison_of);
  add(kGet, "/api/v1/objectives", objectives_of);
  add(kGet, "/api/v1/cost", cost_of);
  add(kGet, "/api/v1/prices", list_prices, true);
}

}  // namespace tt::serve
