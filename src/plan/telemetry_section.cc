#include "plan/telemetry_section.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/check.h"
#include "plan/faults.h"
#include "record/redact.h"

namespace tt::plan {
namespace {

constexpr Nanos kLeastTimeout = 10 * kMillisecond;
constexpr Nanos kMostTimeout = 60 * kSecond;

void read_exporters(const Value& value, TelemetryPlan& telemetry) {
  telemetry.gpu.clear();
  if (value.node.kind == YamlNode::Kind::kText) {
    read_text(value, telemetry.gpu.emplace_back());
    return;
  }
  read_list(value, [&](const Value& item) { read_text(item, telemetry.gpu.emplace_back()); });
}

constexpr std::array kFields = {
    Field<TelemetryPlan>{"enabled",
                         [](const Value& v, TelemetryPlan& t) { read_truth(v, t.enabled); }},
    Field<TelemetryPlan>{"interval",
                         [](const Value& v, TelemetryPlan& t) { read_duration(v, t.interval); }},
    Field<TelemetryPlan>{"timeout",
                         [](const Value& v, TelemetryPlan& t) { read_duration(v, t.timeout); }},
    Field<TelemetryPlan>{"gpu", read_exporters},
    Field<TelemetryPlan>{"nvml", [](const Value& v, TelemetryPlan& t) { read_truth(v, t.nvml); }},
    Field<TelemetryPlan>{"host", [](const Value& v, TelemetryPlan& t) { read_truth(v, t.host); }},
    Field<TelemetryPlan>{"raw", [](const Value& v, TelemetryPlan& t) { read_truth(v, t.raw); }},
};

std::string page_fault(std::string_view url) {
  // A page may have a query, which a target may not.
  std::string fault = url_fault(url.substr(0, url.find('?')));
  if (!fault.empty()) return fault;
  if (record::redact_url(std::string(url)) != url) {
    return "the URL must not hold a key; plans are copied into run folders";
  }
  const bool odd = std::ranges::any_of(
      url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '#'; });
  return odd ? "the URL must not hold blanks or a fragment" : "";
}

}  // namespace

void read_telemetry(const Value& value, TelemetryPlan& telemetry) {
  if (value.node.kind != YamlNode::Kind::kText) return read_section(value, kFields, telemetry);
  const std::string& text = value.node.text;
  if (text == "off" || text == "false") {
    telemetry.enabled = false;
  } else if (text == "on" || text == "true") {
    telemetry.enabled = true;
  } else if (parse_duration(text)) {
    read_duration(value, telemetry.interval);
  } else {
    value.fault("must be on, off, an interval such as 1s, or a map");
  }
}

void add_telemetry_keys(std::vector<std::string>& out) { add_keys(out, "telemetry", kFields); }

std::string format_telemetry(const TelemetryPlan& t) {
  std::string out = fmt::format(
      "telemetry:\n  enabled: {}\n  interval: {}\n  timeout: {}\n  nvml: {}\n  host: {}\n  raw: "
      "{}\n",
      t.enabled, format_duration(t.interval), format_duration(t.timeout), t.nvml, t.host, t.raw);
  if (!t.gpu.empty()) out += "  gpu:\n";
  for (const auto& exporter : t.gpu) out += fmt::format("    - {}\n", json_string(exporter));
  return out;
}

GpuExporter parse_gpu_exporter(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals > text.find("://")) return {{}, text};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string metrics_page_fault(std::string_view metrics) {
  if (metrics.empty() || metrics == "off") return {};
  if (metrics.starts_with('/')) return page_fault("http://host" + std::string(metrics));
  if (metrics.starts_with("http://") || metrics.starts_with("https://")) {
    return page_fault(metrics);
  }
  return fmt::format(
      "'{}' must be a URL, a path such as /metrics, or off; before a = stands a target's name",
      metrics);
}

std::vector<Error> telemetry_faults(const Plan& plan) {
  Faults faults;
  const TelemetryPlan& t = plan.telemetry;
  faults.require(t.interval >= kLeastTelemetryInterval && t.interval <= kMostTelemetryInterval,
                 "telemetry.interval",
                 fmt::format("must lie from 100ms to 15s, not {}",
                             format_duration(std::max<Nanos>(t.interval, 0))));
  faults.require(t.timeout >= kLeastTimeout && t.timeout <= kMostTimeout, "telemetry.timeout",
                 "must lie from 10ms to 60s");
  for (std::size_t i = 0; i < t.gpu.size(); ++i) {
    const std::string path = fmt::format("telemetry.gpu[{}]", i);
    const GpuExporter exporter = parse_gpu_exporter(t.gpu[i]);
    const std::string bad = page_fault(exporter.url);
    faults.pass(path, bad);
    if (!bad.empty()) continue;
    const bool known = exporter.target.empty() || plan.targets.empty() ||
                       std::ranges::any_of(plan.targets, [&](const Target& target) {
                         return target.name == exporter.target;
                       });
    faults.require(known, path, fmt::format("there is no target '{}'", exporter.target));
  }
  return faults.take();
}

}  // namespace tt::plan
