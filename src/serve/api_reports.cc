// Documents of runs, and their files as they lie in the folder.
#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/formats.h"
#include "report/kinds.h"
#include "report/template_file.h"
#include "serve/api.h"
#include "serve/cost_terms.h"
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

// "--kind=decision" for "kind=decision".
Result<std::vector<std::string>> options_of(const Api& api, const Target& target) {
  std::vector<std::string> options;
  for (const std::string_view name :
       {"kind", "audience", "paper", "baseline", "target", "attainment", "confidence"}) {
    add_once(target, name, options);
  }
  add_each(target, "slo", options);
  add_cost_terms(target, options);
  if (target.value("by-scenario") == "true") options.emplace_back("--by-scenario");
  if (const auto sections = target.list("sections"); !sections.empty()) {
    options.push_back(fmt::format("--sections={}", fmt::join(sections, ",")));
  }
  if (const auto id = target.value("template")) {
    const auto path = api.templates.path(std::string(*id));
    if (!path) return std::unexpected(path.error());
    options.push_back("--template=" + *path);
  }
  return options;
}

Reply report(const Api& api, const Request& request) {
  const std::string format(request.target.value("format").value_or("html"));
  if (report::find_format(format) == nullptr) {
    return reply_of(Error{ErrorCode::kInvalidInput,
                          fmt::format("there is no format '{}' of reports", format), "format"});
  }
  const auto ids = request.target.list("runs");
  std::vector<std::string> command = {"report", "--output=-", "--format=" + format};
  auto options = options_of(api, request.target);
  if (!options) return reply_of(options.error());
  command.insert(command.end(), std::make_move_iterator(options->begin()),
                 std::make_move_iterator(options->end()));
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

Json section_ids(const report::Outline& outline) {
  Json ids = Json::array();
  for (const auto& chapter : outline.chapters) ids.push_back(chapter.id);
  return ids;
}

constexpr std::array kAudiences = {report::Audience::kExecutive, report::Audience::kProduct,
                                   report::Audience::kEngineer, report::Audience::kOperations};

// What can be asked of /api/v1/report.
Reply report_kinds(const Api&, const Request&) {
  Json kinds = Json::array();
  for (int i = 0; i <= static_cast<int>(report::Kind::kSlo); ++i) {
    const auto kind = static_cast<report::Kind>(i);
    Json sections = Json::object();
    for (const auto audience : kAudiences) {
      sections[std::string(report::audience_name(audience))] =
          section_ids(report::outline_of(kind, audience));
    }
    kinds.push_back({{"name", report::kind_name(kind)},
                     {"question", report::kind_question(kind)},
                     {"audience", report::audience_name(report::audience_of(kind))},
                     {"sections", std::move(sections)}});
  }
  Json sections = Json::array();
  for (const auto& [id, title] : report::section_names()) {
    sections.push_back({{"id", id}, {"title", title}});
  }
  Json formats = Json::array();
  for (const auto& format : report::formats()) {
    formats.push_back({{"name", format.name}, {"words", format.words}});
  }
  return json_reply_of({{"kinds", std::move(kinds)},
                        {"sections", std::move(sections)},
                        {"formats", std::move(formats)}});
}

// A template is judged as it is typed, and kept once it is good.
Reply check_template(const Api& api, const Request& request) {
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto yaml = string_of(*body, "yaml", "");
  if (!yaml) return reply_of(yaml.error());
  const auto made = TemplateShelf::read(*yaml);
  Json faults = Json::array();
  if (!made) {
    for (const auto& fault : made.error().faults) faults.push_back(fault_value(fault));
    return json_reply_of({{"valid", false},
                          {"faults", std::move(faults)},
                          {"id", nullptr},
                          {"kind", nullptr},
                          {"audience", nullptr},
                          {"title", nullptr},
                          {"sections", Json::array()}});
  }
  const auto id = api.templates.keep(*yaml);
  if (!id) return reply_of(id.error());
  const auto outline = report::outline_of(*made, {}, {});
  Json sections = Json::array();
  for (const auto& chapter : outline.chapters) {
    sections.push_back(chapter.id.empty() ? chapter.title : chapter.id);
  }
  return json_reply_of({{"valid", true},
                        {"faults", std::move(faults)},
                        {"id", *id},
                        {"kind", report::kind_name(outline.kind)},
                        {"audience", report::audience_name(outline.audience)},
                        {"title", outline.title},
                        {"sections", std::move(sections)}});
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
  add(kGet, "/api/v1/report-kinds", report_kinds, true);
  add(kPost, "/api/v1/report-templates", check_template);
  add(kGet, "/api/v1/runs/{run}/files/{file}", run_file);
}

}  // namespace tt::serve
