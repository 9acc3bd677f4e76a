// A plan as YAML, every field written out.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/client_section.h"
#include "plan/keywords.h"
#include "plan/lengths.h"
#include "plan/load_section.h"
#include "plan/plan.h"
#include "plan/search_section.h"
#include "plan/session_section.h"
#include "plan/telemetry_section.h"

namespace tt::plan {
namespace {

/// A text in quotes, as JSON writes it, which YAML reads alike.
std::string quoted(std::string_view text) { return json_string(text); }

void append_target(std::string& out, const Target& target) {
  out += fmt::format("  - name: {}\n", quoted(target.name));
  const auto line = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) out += fmt::format("    {}: {}\n", key, quoted(value));
  };
  line("engine", target.engine);
  line("url", target.url);
  line("model", target.model);
  line("protocol", target.protocol);
  line("api_key_env", target.api_key_env);
  if (!target.headers.empty()) out += "    headers:\n";
  for (const auto& [name, value] : target.headers) {
    out += fmt::format("      {}: {}\n", quoted(name), quoted(value));
  }
  line("extra_body", target.extra_body);
  line("colour", target.colour);
  line("metrics", target.metrics);
  line("tokenizer", target.tokenizer);
}

void append_workload(std::string& out, const Workload& workload) {
  out += "workload:\n";
  if (const auto* file = std::get_if<PromptFile>(&workload.prompts)) {
    out += fmt::format("  prompts:\n    file: {}\n    format: {}\n    shuffle: {}\n",
                       quoted(file->path), word_of(kFormatWords, file->format), file->shuffle);
    for (const auto& [key, column] :
         {std::pair("column", &file->column), std::pair("output_column", &file->output_column),
          std::pair("system_column", &file->system_column)}) {
      if (!column->empty()) out += fmt::format("    {}: {}\n", key, quoted(*column));
    }
  } else {
    out += fmt::format("  input: {}\n",
                       format_lengths(std::get<SyntheticPrompts>(workload.prompts).input));
  }
  append_sessions(out, workload);
  append_client(out, workload);
  out += fmt::format("  output: {}\n  force_length: {}\n", format_lengths(workload.output),
                     workload.force_length);
  out += workload.temperature ? fmt::format("  temperature: {}\n", *workload.temperature)
                              : "  temperature: default\n";
  if (!workload.tokenizer.empty()) {
    out += fmt::format("  tokenizer: {}\n", quoted(workload.tokenizer));
  }
  if (!workload.extra_body.empty()) {
    out += fmt::format("  extra_body: {}\n", quoted(workload.extra_body));
  }
}

void append_limits(std::string& out, const Plan& plan) {
  const Stop& stop = plan.stop;
  const bool stops = stop.duration || stop.requests || !stop.until.empty();
  out += stops ? "stop:\n" : "stop: {}\n";  // stages and traces end by themselves
  if (plan.stop.duration) {
    out += fmt::format("  duration: {}\n", format_duration(*plan.stop.duration));
  }
  if (plan.stop.requests) out += fmt::format("  requests: {}\n", *plan.stop.requests);
  if (!plan.stop.until.empty()) {
    out += "  until:\n";
    for (const auto& figure : plan.stop.until)
      out += fmt::format("    - {}\n", quoted(figure.text));
    out += fmt::format("  at_least: {}\n", format_duration(plan.stop.at_least));
  }
  out += fmt::format("warmup:\n  requests: {}\n  duration: {}\n", plan.warmup.requests,
                     format_duration(plan.warmup.duration));
  out += fmt::format("order: {}\nblocks: {}\n", word_of(kOrderWords, plan.order), plan.blocks);
  out += fmt::format("timeouts:\n  connect: {}\n  first_token: {}\n  gap: {}\n  total: {}\n",
                     format_duration(plan.timeouts.connect),
                     format_duration(plan.timeouts.first_token), format_duration(plan.timeouts.gap),
                     format_duration(plan.timeouts.total));
}

}  // namespace

std::string format_plan(const Plan& plan) {
  std::string out = fmt::format("name: {}\n", quoted(plan.name));
  if (!plan.description.empty()) out += fmt::format("description: {}\n", quoted(plan.description));
  if (!plan.targets.empty()) out += "targets:\n";
  for (const auto& target : plan.targets) append_target(out, target);
  append_workload(out, plan.workload);
  out += format_load(plan.load);
  append_limits(out, plan);
  if (!plan.slos.empty()) out += "slo:\n";
  for (const auto& slo : plan.slos) out += fmt::format("  - {}\n", quoted(slo.text));
  out += fmt::format("seeds:\n  arrivals: {}\n  lengths: {}\n  prompts: {}\n", plan.seeds.arrivals,
                     plan.seeds.lengths, plan.seeds.prompts);
  out += fmt::format("reuse_connections: {}\nworkers: {}\nrecord:\n  texts: {}\n",
                     plan.reuse_connections, plan.workers, plan.keep_texts);
  out += format_telemetry(plan.telemetry);
  out += fmt::format("tls:\n  insecure: {}\n", plan.insecure);
  if (!plan.ca_file.empty()) out += fmt::format("  ca: {}\n", quoted(plan.ca_file));
  return out + format_search(plan);
}

}  // namespace tt::plan
