// check and models: what targets say of themselves.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/answer_view.h"
#include "app/commands.h"
#include "app/run_options.h"
#include "app/table.h"
#include "base/text.h"
#include "trial/target_probe.h"

namespace tt::app {
namespace {

using trial::TargetReport;

struct Asked {
  plan::Plan plan;
  std::vector<TargetReport> reports;
};

Result<Asked> ask(const Arguments& arguments, bool generate) {
  auto plan = plan_of(arguments);
  if (!plan) return std::unexpected(plan.error());
  trial::ProbeOptions options{
      .ca_file = plan->ca_file, .insecure = plan->insecure, .generate = generate};
  auto timeout = arguments.duration("--timeout");
  if (!timeout) return std::unexpected(timeout.error());
  if (*timeout) options.timeout = **timeout;
  Asked asked{.plan = std::move(*plan), .reports = {}};
  for (auto& probed : trial::probe_targets(asked.plan.targets, options)) {
    asked.reports.push_back(std::move(probed.report));
  }
  return asked;
}

bool all_ok(const std::vector<TargetReport>& reports) {
  return std::ranges::all_of(reports, [](const TargetReport& r) { return r.ok(); });
}

std::string engine_text(const TargetReport& report) {
  if (!report.engine) return "–";
  const auto& traits = engine::traits(*report.engine);
  std::string text(traits.title);
  if (!report.version.empty()) text += " " + report.version;
  return text;
}

std::string millis_text(Nanos t) { return t < 0 ? "–" : format_number(to_millis(t)); }

std::string json_millis(Nanos t) { return t < 0 ? "null" : fmt::format("{:.3f}", to_millis(t)); }

std::string report_json(const TargetReport& r) {
  std::string models;
  for (const auto& model : r.models) {
    models += fmt::format("{}{{\"id\": {}, \"max_length\": {}}}", models.empty() ? "" : ", ",
                          json_string(model.id),
                          model.max_length > 0 ? std::to_string(model.max_length) : "null");
  }
  return fmt::format(
      "{{\"name\": {}, \"url\": {}, \"ok\": {}, \"reachable\": {}, \"healthy\": {}, "
      "\"http_status\": {}, \"engine\": {}, \"engine_guessed\": {}, \"version\": {}, "
      "\"model\": {}, \"protocol\": {}, \"models\": [{}], \"connect_ms\": {}, \"health_ms\": {}, "
      "\"probe_ttft_ms\": {}, \"probe_e2e_ms\": {}, \"problem\": {}, \"remedy\": {}}}",
      json_string(r.name), json_string(r.url), r.ok(), r.reachable, r.healthy, r.health_status,
      r.engine ? json_string(engine::traits(*r.engine).name) : "null", r.engine_guessed,
      json_string(r.version), json_string(r.model), json_string(r.protocol), models,
      json_millis(r.connect), json_millis(r.health_latency), json_millis(r.probe_ttft),
      json_millis(r.probe_e2e), json_string(r.problem), json_string(r.remedy));
}

void print_json(const std::vector<TargetReport>& reports, Printer& out) {
  out.raw("{\"targets\": [");
  for (std::size_t i = 0; i < reports.size(); ++i) {
    out.raw((i > 0 ? ",\n  " : "\n  ") + report_json(reports[i]));
  }
  out.raw("\n]}\n");
}

void print_problems(const std::vector<TargetReport>& reports, Printer& out) {
  const std::size_t width = out.look().width;
  for (const auto& report : reports) {
    if (report.ok()) continue;
    out.line();
    out.lines(
        hanging(Line(report.name, Style::kStrong).add(": "), report.problem, width, Style::kBad));
    if (!report.remedy.empty()) out.lines(hanging(Line("  do  "), report.remedy, width));
  }
}

Line health_cell(const TargetReport& report) {
  if (report.ok()) return Line("ok", Style::kGood);
  if (!report.reachable) return Line("unreachable", Style::kBad);
  return Line(report.healthy ? "problem" : "not healthy", Style::kBad);
}

Outcome run_check(const Arguments& arguments, Session& session) {
  const auto asked = ask(arguments, true);
  if (!asked) return std::unexpected(asked.error());
  const auto& reports = asked->reports;
  const ExitCode code = all_ok(reports) ? ExitCode::kGood : ExitCode::kFailed;
  Printer& out = session.out;
  if (arguments.has("--json")) {
    print_json(reports, out);
    return code;
  }
  Table table({{.title = "target", .shrink_to = 8},
               {.title = "health"},
               {.title = "engine"},
               {.title = "model", .shrink_to = 28},  // the URL goes before it is cut further
               {.title = "connect, ms", .align = Align::kRight, .optional = 2},
               {.title = "TTFT, ms", .align = Align::kRight},
               {.title = "E2E, ms", .align = Align::kRight, .optional = 1},
               {.title = "URL", .optional = 3}});
  for (const auto& report : reports) {
    table.row({report.name, health_cell(report), engine_text(report),
               report.model.empty() ? "–" : report.model, millis_text(report.connect),
               millis_text(report.probe_ttft), millis_text(report.probe_e2e),
               Line(report.url, Style::kDim)});
  }
  out.lines(table.render(out.look().width));
  print_problems(reports, out);
  out.line();
  if (code == ExitCode::kGood) {
    out.line(Line("All are ready. ", Style::kGood)
                 .add("The latencies are of one short request each, and no measurement."));
  } else {
    const auto bad = std::ranges::count_if(reports, [](const auto& r) { return !r.ok(); });
    out.line(Line(fmt::format("{} of {} not ready.", bad, reports.size()), Style::kBad));
  }
  return code;
}

Outcome run_models(const Arguments& arguments, Session& session) {
  const auto asked = ask(arguments, false);
  if (!asked) return std::unexpected(asked.error());
  const auto& reports = asked->reports;
  const bool any = std::ranges::any_of(reports, [](const auto& r) { return !r.models.empty(); });
  const ExitCode code = any ? ExitCode::kGood : ExitCode::kFailed;
  Printer& out = session.out;
  if (arguments.has("--json")) {
    print_json(reports, out);
    return code;
  }
  Table table({{.title = "target", .shrink_to = 8},
               {.title = "model", .shrink_to = 16},
               {.title = "context, tokens", .align = Align::kRight},
               {.title = "owner", .shrink_to = 6, .optional = 1}});
  for (const auto& report : reports) {
    for (const auto& model : report.models) {
      table.row({report.name, model.id, model.max_length > 0 ? format_count(model.max_length) : "–",
                 model.owner});
    }
  }
  if (any) out.lines(table.render(out.look().width));
  // A choice that is still to be made is no problem here.
  for (const auto& report : reports) {
    if (report.ok() || !report.models.empty()) continue;
    print_problems({report}, out);
  }
  return code;
}

std::vector<Option> target_options() {
  std::vector<Option> options;
  for (const Option& option : plan_options()) {
    if (option.group != "Targets") continue;
    options.push_back(option);
    options.back().group = {};
  }
  for (const Option& option : {Option{"--timeout", "TIME", "for each answer (10s)"}, kJsonOption,
                               kNoColorOption, kHelpOption}) {
    options.push_back(option);
  }
  return options;
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .summary = "Asks targets whether they are ready; says what to do if not",
          .words = "[plan.yaml]",
          .most_words = 1,
          .options = target_options(),
          .about =
              "Health, engine, version, model and the latency of one short request. Exit code "
              "1 where a target is not ready.",
          .examples = {"tokentrial check --target vllm=http://host:8000 "
                       "--target ollama=http://host:11434"},
          .run = run_check};
}

Command models_command() {
  return {.name = "models",
          .summary = "Lists the models that targets serve",
          .words = "[plan.yaml]",
          .most_words = 1,
          .options = target_options(),
          .about = {},
          .examples = {"tokentrial models --target http://host:8000"},
          .run = run_models};
}

}  // namespace tt::app
