// What is started from the page: runs, imports, replays.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "serve/api.h"
#include "serve/job_kinds.h"
#include "serve/json.h"
#include "serve/launch.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostPreview = 100;
constexpr double kMostSpeed = 1e6;

std::string time_text(Nanos t) { return t == 0 ? std::string() : format_utc(t); }

Result<std::unique_ptr<Job>> make_replay(const Api& api, const Json& body) {
  const auto id = string_of(body, "run", "");
  const auto speed = number_of(body, "speed", 1);
  if (!id) return std::unexpected(id.error());
  if (!speed) return std::unexpected(speed.error());
  if (!(*speed >= 0) || *speed > kMostSpeed) {
    return fail(ErrorCode::kInvalidInput, "must be 0 (as fast as can be) or more", "speed");
  }
  auto folder = api.library.ended(*id);
  if (!folder) return std::unexpected(folder.error());
  return replay_job(api.library.results_dir(), std::move(*folder), *speed, api.hub);
}

Result<std::unique_ptr<Job>> make_import(const Api& api, const Json& body) {
  const auto uploads = strings_of(body, "uploads");
  const auto label = string_of(body, "label", "");
  const auto keep = flag_of(body, "keep_invalid", false);
  const auto texts = flag_of(body, "texts", false);
  const auto check = flag_of(body, "check", false);
  const auto preview = number_of(body, "preview", 0);
  for (const auto* one : {&keep, &texts, &check}) {
    if (!*one) return std::unexpected(one->error());
  }
  if (!uploads) return std::unexpected(uploads.error());
  if (!label) return std::unexpected(label.error());
  if (!preview) return std::unexpected(preview.error());
  if (uploads->empty()) {
    return fail(ErrorCode::kInvalidInput, "names at least one upload", "uploads");
  }
  for (const auto& id : *uploads) {
    if (const auto path = api.uploads.path(id); !path) return std::unexpected(path.error());
  }
  ImportOrder order{.uploads = *uploads,
                    .label = *label,
                    .keep_invalid = *keep,
                    .texts = *texts,
                    .check_only = *check};
  order.preview = static_cast<std::size_t>(std::clamp(*preview, 0.0, double{kMostPreview}));
  return import_job(std::move(order), api.uploads, api.library.results_dir());
}

Reply add_job(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto kind = string_of(*body, "kind", "run");
  if (!kind) return reply_of(kind.error());
  auto job = *kind == "run"      ? make_run_job(api, *body)
             : *kind == "replay" ? make_replay(api, *body)
             : *kind == "import" ? make_import(api, *body)
             : *kind == "demo"
                 ? demo_job(api.studio, api.library.results_dir(), api.hub)
                 : Result<std::unique_ptr<Job>>(fail(
                       ErrorCode::kInvalidInput, "must be run, demo, replay or import", "kind"));
  if (!job) return reply_of(job.error());
  const auto id = api.jobs.add(std::move(*job));
  if (!id) return reply_of(id.error());
  return json_reply(job_json(*api.jobs.find(*id)) + "\n");
}

Reply list_jobs(const Api& api, const Request&) {
  std::string text;
  for (const auto& job : api.jobs.list()) text += (text.empty() ? "" : ", ") + job_json(job);
  return json_reply(fmt::format("{{\"jobs\": [{}]}}\n", text));
}

Reply no_job(const std::string& id) {
  return reply_of(Error{ErrorCode::kNotFound, fmt::format("there is no job '{}'", id), {}},
                  "GET /api/v1/jobs lists them.");
}

Reply one_job(const Api& api, const Request& request) {
  const auto job = api.jobs.find(parse_whole(request.part("job")).value_or(0));
  return job ? json_reply(job_json(*job) + "\n") : no_job(request.part("job"));
}

Reply stop_job(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto at_once = flag_of(*body, "at_once", false);
  if (!at_once) return reply_of(at_once.error());
  const auto id = parse_whole(request.part("job")).value_or(0);
  const auto stopped = api.jobs.stop(id, *at_once);
  if (!stopped) return reply_of(stopped.error());
  const auto job = api.jobs.find(id);
  return job ? json_reply(job_json(*job) + "\n") : no_job(request.part("job"));
}

Reply move_job(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto before = number_of(*body, "before", 0);
  if (!before) return reply_of(before.error());
  if (!(*before >= 0) || *before > 1e15) {
    return reply_of(Error{ErrorCode::kInvalidInput, "must be a job's number, or 0", "before"});
  }
  const auto moved = api.jobs.move(parse_whole(request.part("job")).value_or(0),
                                   static_cast<std::uint64_t>(*before));
  return moved ? list_jobs(api, request) : reply_of(moved.error(), "GET /api/v1/jobs lists them.");
}

Reply list_uploads(const Api& api, const Request&) {
  Json uploads = Json::array();
  for (const auto& upload : api.uploads.list()) {
    uploads.push_back({{"id", upload.id}, {"name", upload.name}, {"bytes", upload.bytes}});
  }
  return json_reply_of({{"uploads", std::move(uploads)}});
}

Reply remove_upload(const Api& api, const Request& request) {
  const auto removed = api.uploads.remove(request.part("upload"));
  return removed ? list_uploads(api, request)
                 : reply_of(removed.error(), "GET /api/v1/uploads lists them.");
}

}  // namespace

std::string job_json(const JobStatus& job) {
  const Json json = {{"id", job.id},
                     {"kind", job.kind},
                     {"title", job.title},
                     {"state", job_state_name(job.state)},
                     {"phase", job.phase},
                     {"share", number(job.share)},
                     {"runs", job.runs},
                     {"problem", job.problem},
                     {"queued", time_text(job.queued)},
                     {"started", time_text(job.started)},
                     {"ended", time_text(job.ended)}};
  std::string text = text_of(json);
  text.pop_back();
  return fmt::format("{}, \"result\": {}}}", text,
                     job.result_json.empty() ? "null" : job.result_json);
}

void add_job_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/jobs", list_jobs);
  add(kPost, "/api/v1/jobs", add_job);
  add(kGet, "/api/v1/jobs/{job}", one_job);
  add(kPost, "/api/v1/jobs/{job}/stop", stop_job);
  add(kPost, "/api/v1/jobs/{job}/move", move_job);
  add(kGet, "/api/v1/uploads", list_uploads);
  add(kDelete, "/api/v1/uploads/{upload}", remove_upload);
  router.add({.method = kPost,
              .pattern = "/api/v1/uploads",
              .upload = [&api](const Request& request, std::uint64_t length) {
                return api.uploads.begin(request.target.value("name").value_or("file"), length);
              }});
}

}  // namespace tt::serve
