#include "trial/telemetry_of.h"

#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "record/redact.h"
#include "telemetry/nvml_reader.h"

namespace tt::trial {
namespace {

struct PageUrl {
  net::Url url;      // without its path
  std::string path;  // with its query
};

// "http://host:9400/metrics?x=y"; a URL without a path means `usual_path`.
std::optional<PageUrl> parse_page(std::string_view text, std::string_view usual_path) {
  const std::size_t query = std::min(text.find('?'), text.size());
  auto url = net::parse_url(text.substr(0, query));
  if (!url) return std::nullopt;
  PageUrl page{.url = *url,
               .path = url->base_path.empty() ? std::string(usual_path) : url->base_path};
  page.path += text.substr(query);
  page.url.base_path.clear();
  return page;
}

bool same_origin(const net::Url& a, const net::Url& b) {
  return a.tls == b.tls && a.host == b.host && a.port == b.port;
}

bool is_this_machine(const std::string& host) {
  std::array<char, 256> own{};
  ::gethostname(own.data(), own.size() - 1);
  return host == "localhost" || host == "::1" || host.starts_with("127.") || host == own.data();
}

std::shared_ptr<const net::TlsContext> tls_for(const net::Url& url, const plan::Plan& plan) {
  if (!url.tls) return nullptr;
  auto context = net::TlsContext::create({.ca_file = plan.ca_file, .insecure = plan.insecure});
  return context ? *context : nullptr;
}

// The engine's page of a target, or nullopt where it has none.
std::optional<telemetry::PageSource> page_of(const plan::Plan& plan, std::size_t index,
                                             const load::LoadTarget& target) {
  const std::string& metrics = plan.targets[index].metrics;
  if (metrics == "off") return std::nullopt;
  PageUrl page{.url = target.url, .path = metrics};
  page.url.base_path.clear();
  if (metrics.empty()) {
    if (target.engine->metrics_path.empty()) return std::nullopt;
    std::string_view base = target.url.base_path;
    if (base.ends_with("/v1")) base.remove_suffix(3);  // of the protocol, not of the server
    page.path = std::string(base) + std::string(target.engine->metrics_path);
  } else if (!metrics.starts_with('/')) {
    auto other = parse_page(metrics, "/metrics");
    if (!other) return std::nullopt;
    page = std::move(*other);
  }
  telemetry::PageSource source{.name = plan.targets[index].name,
                               .address = {},
                               .targets = {static_cast<std::uint32_t>(index)},
                               .model = target.model,
                               .named = !metrics.empty()};
  const bool own = same_origin(page.url, target.url);
  source.address = {.endpoint = {.url = page.url,
                                 .tls = own ? target.tls : tls_for(page.url, plan),
                                 .addresses = {}},
                    .path = std::move(page.path),
                    .headers = {{"Accept",
                                 "text/plain;version=0.0.4,"
                                 "application/openmetrics-text;version=1.0.0;q=0.5,"
                                 "*/*;q=0.1"}}};
  if (!own) return source;
  for (const net::Header& header : target.headers) source.address.headers.push_back(header);
  return source;
}

// Whose GPUs an exporter tells of: the target it names, else those on its host, else the only one.
std::vector<std::uint32_t> owners(const plan::Plan& plan, const std::vector<ProbedTarget>& targets,
                                  std::string_view name, const std::string& host) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].load) continue;
    const std::string& own = targets[i].load->url.host;
    const bool same = own == host || (is_this_machine(own) && is_this_machine(host));
    if (name.empty() ? same : plan.targets[i].name == name) found.push_back(i);
  }
  if (found.empty() && name.empty() && targets.size() == 1) found.push_back(0);
  return found;
}

void add_exporters(const plan::Plan& plan, const std::vector<ProbedTarget>& targets,
                   TelemetryPlanned& planned) {
  for (const std::string& text : plan.telemetry.gpu) {
    const auto exporter = plan::parse_gpu_exporter(text);
    auto page = parse_page(exporter.url, "/metrics");
    if (!page) continue;  // check_plan has said so
    telemetry::PageSource source{.name = record::redact_url(std::string(exporter.url)),
                                 .address = {},
                                 .targets = owners(plan, targets, exporter.target, page->url.host),
                                 .model = "",
                                 .named = true};
    if (source.targets.empty()) {
      planned.notes.push_back(fmt::format(
          "the GPUs of {} belong to no target: its host is none of theirs; write target=URL",
          source.name));
    }
    const auto tls = tls_for(page->url, plan);
    source.address = {.endpoint = {.url = page->url, .tls = tls, .addresses = {}},
                      .path = page->path,
                      .headers = {}};
    planned.setup.pages.push_back(std::move(source));
  }
}

}  // namespace

TelemetryPlanned telemetry_of(const plan::Plan& plan, const std::vector<ProbedTarget>& targets) {
  TelemetryPlanned planned;
  const plan::TelemetryPlan& asked = plan.telemetry;
  planned.setup.interval = asked.interval;
  planned.setup.timeout = asked.timeout;
  planned.setup.raw = asked.raw;
  planned.setup.host = asked.host;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].load) continue;
    if (auto page = page_of(plan, i, *targets[i].load)) {
      planned.setup.pages.push_back(std::move(*page));
    }
    if (is_this_machine(targets[i].load->url.host)) planned.setup.nvml_targets.push_back(i);
  }
  if (asked.nvml && !planned.setup.nvml_targets.empty()) {
    planned.setup.nvml = telemetry::NvmlReader::kLibrary;
  }
  add_exporters(plan, targets, planned);
  return planned;
}

}  // namespace tt::trial
