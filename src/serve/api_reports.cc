// Documents of runs, and their files as they lie in the folder.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/formats.h"
#include "serve/api.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {
    {{"html", "text/html; charset=utf-8"},
     {"md", "text/markdown; charset=utf-8"},
     {"pdf", "application/pdf"},
     {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
     {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
     {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
     {"png", "image/png"},
     {"values", "application/json"}}};

// A report is a page of its own, which may hold foreign text: it runs its one script, whose hash it
// names itself, and can reach neither us nor anybody else. Only our own page may frame it.
constexpr std::string_view kReportPolicy =
    "sandbox allow-scripts allow-downloads allow-popups; default-src 'none'; script-src "
    "'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'";

std::string_view type_of(std::string_view format) {
  const auto found =
      std::ranges::find(kTypes, format, &std::pair<std::string_view, std::string_view>::first);
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

Reply report(const Api& api, const Request& request) {
  const std::string format(request.target.value("format").value_or("html"));
  if (report::find_format(format) == nullptr) {
    return reply_of(Error{ErrorCode::kInvalidInput,
                          fmt::format("there is no format '{}' of reports", format), "format"});
  }
  const auto ids = request.target.list("runs");
  std::vector<std::string> command = {"report", "--output=-", "--format=" + format};
  for (const std::string_view name :
       {"kind", "audience", "paper", "baseline", "target", "slo", "gpu", "price", "gpus", "qps"}) {
    for (const auto& value : request.target.list(name)) {
      command.push_back(fmt::format("--{}={}", name, value));
    }
  }
  const auto bytes = api.library.ask(std::move(command), ids);
  if (!bytes) return reply_of(bytes.error());
  if (format == "values") return json_reply(**bytes);
  const std::string name = fmt::format("{}.{}", ids.size() == 1 ? ids.front() : "runs", format);
  Reply reply = download(**bytes, type_of(format), name);
  if (format == "html" && request.target.value("view") == "true") {
    reply.headers = {{"Content-Security-Policy", std::string(kReportPolicy)}};
  }
  return reply;
}

constexpr std::array<std::string_view, 5> kFiles = {record::kManifestFile, record::kRequestsFile,
                                                    record::kTelemetryFile, record::kEventsFile,
                                                    record::kTextsFile};

Reply run_file(const Api& api, const Request& request) {
  const auto& name = request.part("file");
  if (std::ranges::find(kFiles, name) == kFiles.end()) {
    return reply_of(
        Error{ErrorCode::kNotFound, fmt::format("a run has no file '{}' to give away", name), {}},
        "There are manifest.json, requests.parquet, telemetry.parquet, events.jsonl "
        "and texts.parquet.");
  }
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  Reply reply = download({}, "application/octet-stream", folder->id() + "-" + name);
  reply.file = folder->file(name);
  return reply;
}

}  // namespace

void add_report_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kGet, "/api/v1/report", report);
  add(kGet, "/api/v1/runs/{run}/files/{file}", run_file);
}

}  // namespace tt::serve
