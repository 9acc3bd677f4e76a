#include "sim/metrics.h"

#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "sim/metrics_each.h"

namespace tt::sim {

using engine::EngineKind;
using engine::ServerReply;

Metrics::Metrics(const Profile& profile, EngineKind kind, std::string model, std::uint16_t replicas)
    : profile_(profile),
      kind_(kind),
      model_(std::move(model)),
      version_(version_number(profile.metrics.as_version.empty() ? profile.engine_version
                                                                 : profile.metrics.as_version)),
      began_s_(static_cast<double>(realtime_now()) / 1e9) {
  // A profile of another engine may be played: its version says nothing of this one's.
  if (profile.engine != kind && profile.metrics.as_version.empty()) version_ = UINT32_MAX;
  const bool told_apart = kind == EngineKind::kVllm || kind == EngineKind::kSglang;
  const std::uint16_t count = told_apart ? replicas : std::uint16_t{1};
  for (std::uint16_t i = 0; i < count; ++i) {
    meters_.push_back(std::make_unique<Meters>(
        kind, meter_edges(kind, version_, profile.limits.max_model_tokens)));
    replica_names_.push_back(std::to_string(i));
  }
}

void Metrics::refused(engine::ServerFault::Kind kind) {
  using Kind = engine::ServerFault::Kind;
  if (kind == Kind::kOverloaded) {
    ++refused_overloaded_;
  } else if (kind == Kind::kInternal) {
    ++failed_;
  } else {
    ++refused_invalid_;
  }
}

void Metrics::answered(std::string_view method, std::string_view path, int status) {
  // A client may ask with any word on any path: the page must not grow with them.
  constexpr std::size_t kMostServed = 200;
  Served served{std::string(method), status == 404 ? "none" : std::string(path), status};
  if (served_.size() >= kMostServed && !served_.contains(served))
    served = {"OTHER", "other", status};
  ++served_[std::move(served)];
}

void Metrics::steps(std::span<const StepRecord> records, const Model& model) {
  constexpr std::size_t kMostIterations = 1000;  // it drops older ones where nobody reads
  for (const StepRecord& record : records) {
    const Load load = model.replica_load(record.replica);
    of(record.replica).step(record, load);
    if (kind_ != EngineKind::kTensorRtLlm) continue;
    if (iterations_.size() == kMostIterations) iterations_.pop_front();
    iterations_.push_back({record, load, iteration_number_++});
  }
}

Load Metrics::load_of(const Model& model, std::uint16_t replica) const {
  return meters_.size() == 1 ? model.load() : model.replica_load(replica);
}

Dialect Metrics::python_dialect(std::string_view accept) const {
  return accept.find("application/openmetrics-text") != std::string_view::npos
             ? Dialect::kOpenMetrics
             : Dialect::kPython;
}

ServerReply Metrics::reply(Dialect dialect, std::string body) const {
  return {.content_type = std::string(content_type(dialect)), .body = std::move(body)};
}

std::optional<ServerReply> Metrics::page(const MetricsQuery& query, const Model& model) {
  const bool main = query.path == "/metrics";
  if (kind_ == EngineKind::kTensorRtLlm) {
    const Dialect dialect = python_dialect(query.accept);
    if (main) return ServerReply{.body = trtllm_iterations()};
    if (query.path != "/prometheus/metrics" || !profile_.metrics.exposed) return std::nullopt;
    return reply(dialect, trtllm(dialect, model));
  }
  if (!main) return std::nullopt;
  switch (kind_) {
    case EngineKind::kVllm: {
      const Dialect dialect = python_dialect(query.accept);
      return reply(dialect, vllm(dialect, model));
    }
    case EngineKind::kSglang: {
      if (!profile_.metrics.exposed) return std::nullopt;  // as without --enable-metrics
      const Dialect dialect = python_dialect(query.accept);
      return reply(dialect, sglang(dialect, model, query.now));
    }
    case EngineKind::kTgi:
      return reply(Dialect::kRust, tgi(model));
    case EngineKind::kLlamaCpp: {
      if (!profile_.metrics.exposed) {  // as without --metrics
        return ServerReply{
            .status = 501,
            .body = R"({"error":{"code":501,"message":"This server does not support metrics )"
                    R"(endpoint. Start it with `--metrics`","type":"not_supported_error"}})"};
      }
      ServerReply answer = reply(Dialect::kLlamaCpp, llamacpp(model));
      answer.content_type = "text/plain; version=0.0.4";
      answer.headers.emplace_back("Process-Start-Time-Unix",
                                  fmt::format("{}", static_cast<std::int64_t>(began_s_)));
      return answer;
    }
    case EngineKind::kOpenAi:
      if (!profile_.metrics.triton) return std::nullopt;
      return reply(Dialect::kCpp, triton(model));
    case EngineKind::kOllama:
    case EngineKind::kTensorRtLlm:
      break;
  }
  return std::nullopt;
}

/// What Python's client tells of its process. The process is the simulator's.
void Metrics::append_process(Exposition& out) const {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  statm >> pages >> resident;
  const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  timespec cpu{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  out.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", {},
            pages * page_bytes);
  out.gauge("process_resident_memory_bytes", "Resident memory size in bytes.", {},
            resident * page_bytes);
  out.gauge("process_start_time_seconds", "Start of the process, seconds since 1970.", {},
            began_s_);
  out.family("process_cpu_seconds", Exposition::Type::kCounter, "User and system CPU time spent.");
  out.sample_plain({}, static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) / 1e9);
}

}  // namespace tt::sim
