#include "serve/live_feed.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "analysis/request_value.h"
#include "analysis/samples.h"
#include "base/text.h"
#include "engine/protocol.h"
#include "record/journal.h"

namespace tt::serve {
namespace {

using Phase = trial::Progress::Phase;

std::string number_text(std::optional<double> value) {
  return value && std::isfinite(*value) ? fmt::format("{:.6g}", *value) : "null";
}

// As the source of this channel's form names them; others keep our own names.
std::string_view phase_text(Phase phase) {
  if (phase == Phase::kPlaying) return "execution";
  if (phase == Phase::kFinishing) return "cleanup";
  return trial::phase_name(phase);
}

std::string progress_json(const trial::Progress& p) {
  std::string targets;
  for (const auto& target : p.targets) {
    targets += fmt::format(
        "{}{{\"sent\": {}, \"in_flight\": {}, \"tokens\": {}, \"playing\": {}, \"given_up\": {}}}",
        targets.empty() ? "" : ", ", target.sent, target.in_flight, target.tokens, target.playing,
        target.given_up);
  }
  return fmt::format(
      "\"data\": {{\"phase\": \"{}\", \"round\": {}, \"rounds\": {}, \"now_s\": {:.3f}, "
      "\"expected_s\": {}, \"expected_requests\": {}, \"targets\": [{}]}}",
      phase_text(p.phase), p.round, p.rounds, to_seconds(p.now),
      p.expected > 0 ? fmt::format("{:.3f}", to_seconds(p.expected)) : "null",
      p.expected_requests > 0 ? fmt::format("{}", p.expected_requests) : "null", targets);
}

// At most kMostText bytes, and no half letter.
std::string_view beginning_of(std::string_view text) {
  if (text.size() <= LiveFeed::kMostText) return text;
  std::size_t end = LiveFeed::kMostText;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace

std::string request_json(const record::Row& row, const std::vector<std::string>& targets) {
  const auto facts = analysis::facts_of(row);
  const auto value = [&](analysis::MetricId id) {
    return number_text(analysis::request_value(facts, id));
  };
  const std::string error =
      row.ok() ? "null"
               : json_string(row.error.empty() ? std::string(status_name(row.status)) : row.error);
  return fmt::format(
      "{{\"request_index\": {}, \"target\": {}, \"status\": \"{}\", \"sent_s\": {}, \"end_s\": {}, "
      "\"ttft_ms\": {}, \"e2e_latency_ms\": {}, \"tbt_ms\": {}, \"prompt_tokens\": {}, "
      "\"completion_tokens\": {}, \"warmup\": {}, \"error\": {}}}",
      row.index,
      row.target < targets.size() ? json_string(targets[row.target]) : std::string("null"),
      status_name(row.status), row.sent == kNever ? "null" : number_text(to_seconds(row.sent)),
      row.end == kNever ? "null" : number_text(to_seconds(row.end)),
      value(analysis::MetricId::kTtft), value(analysis::MetricId::kE2e),
      value(analysis::MetricId::kTpot), row.input_tokens, row.output_tokens, row.warmup, error);
}

bool EngineGauges::is_due(Nanos at) const {
  if (at_ == kNever || at == at_) return false;
  return told_at_ == kNever || at_ - told_at_ >= kSecond;
}

void EngineGauges::hear(const record::Sample& sample) {
  const auto& series = *sample.series;
  // Kept apart by labels, they would have to be added up; these names have none.
  if (!series.labels.empty()) return;
  latest_[series.name] = sample.value;
  at_ = sample.at;
}

std::optional<double> EngineGauges::latest(const std::string& name) const {
  const auto found = latest_.find(name);
  if (found == latest_.end()) return std::nullopt;
  return found->second;
}

// A second since it was last told; nullopt the first time, and where its process began anew.
std::optional<double> EngineGauges::rate(const std::string& name) {
  const auto value = latest(name);
  if (!value) return std::nullopt;
  const auto before = told_.find(name);
  std::optional<double> rate;
  if (before != told_.end() && at_ > before->second.at && *value >= before->second.value) {
    rate = (*value - before->second.value) / to_seconds(at_ - before->second.at);
  }
  told_[name] = {at_, *value};
  return rate;
}

std::string EngineGauges::json(const std::string& target) {
  auto throughput = rate("output_tokens_total");
  if (!throughput) throughput = latest("output_tokens_per_second");
  auto hits = latest("prefix_cache_hit_ratio");
  const auto looked = latest("prefix_cache_queries_total");
  if (!hits && looked && *looked > 0) {
    hits = latest("prefix_cache_hits_total").value_or(0) / *looked;
  }
  told_at_ = at_;
  return fmt::format(
      "{{\"timestamp\": {:.3f}, \"target\": {}, \"kv_cache_usage\": {}, \"active_requests\": {}, "
      "\"queued_requests\": {}, \"generation_throughput\": {}, \"prefix_cache_hit_rate\": {}}}",
      to_seconds(at_), json_string(target), number_text(latest("kv_cache_usage")),
      number_text(latest("requests_running")), number_text(latest("requests_waiting")),
      number_text(throughput), number_text(hits));
}

bool MachineGauges::is_due(Nanos at) const {
  if (at_ == kNever || at == at_) return false;
  return told_at_ == kNever || at_ - told_at_ >= kSecond;
}

void MachineGauges::hear(const record::Sample& sample) {
  latest_[sample.series->name][sample.series->labels] = sample.value;
  at_ = sample.at;
}

// The largest of several GPUs.
std::optional<double> MachineGauges::latest(const std::string& name) const {
  const auto found = latest_.find(name);
  if (found == latest_.end()) return std::nullopt;
  double most = found->second.begin()->second;
  for (const auto& [labels, value] : found->second) most = std::max(most, value);
  return most;
}

// Of the fullest one.
std::optional<double> MachineGauges::share(const std::string& used,
                                           const std::string& total) const {
  const auto parts = latest_.find(used);
  const auto wholes = latest_.find(total);
  if (parts == latest_.end() || wholes == latest_.end()) return std::nullopt;
  std::optional<double> most;
  for (const auto& [labels, part] : parts->second) {
    const auto whole = wholes->second.find(labels);
    if (whole == wholes->second.end() || !(whole->second > 0)) continue;
    most = std::max(most.value_or(0), part / whole->second);
  }
  return most;
}

std::string MachineGauges::json(const std::string& target_json) {
  told_at_ = at_;
  return fmt::format(
      "{{\"timestamp\": {:.3f}, \"target\": {}, \"cpu\": {}, \"memory\": {}, \"gpu\": {}, "
      "\"gpu_memory\": {}, \"gpu_power_watts\": {}}}",
      to_seconds(at_), target_json, number_text(latest("host_cpu_utilization")),
      number_text(share("host_memory_used_bytes", "host_memory_total_bytes")),
      number_text(latest("gpu_utilization")),
      number_text(share("gpu_memory_used_bytes", "gpu_memory_total_bytes")),
      number_text(latest("gpu_power_watts")));
}

std::string token_stream_json(const record::Row& row, const std::string& target) {
  std::string at;
  std::string tokens;
  const std::size_t count =
      std::min({row.chunk_at.size(), row.chunk_tokens.size(), std::size_t{LiveFeed::kMostChunks}});
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view comma = i == 0 ? "" : ", ";
    at += fmt::format("{}{:.2f}", comma, to_seconds(row.chunk_at[i] - row.sent) * 1000);
    tokens += fmt::format("{}{}", comma, row.chunk_tokens[i]);
  }
  return fmt::format(
      "{{\"request_index\": {}, \"target\": {}, \"prompt_tokens\": {}, \"completion_tokens\": {}, "
      "\"at_ms\": [{}], \"tokens\": [{}]}}",
      row.index, json_string(target), row.input_tokens, row.output_tokens, at, tokens);
}

LiveFeed::LiveFeed(Hub& hub, std::string name, std::string workload)
    : hub_(hub), workload_(std::move(workload)), run_(std::move(name)) {}

// With the lock held, so that messages stand in the order in which things happened.
void LiveFeed::publish(std::string type, std::string members, std::vector<std::string> items) {
  hub_.publish({.type = std::move(type),
                .run_id = run_,
                .members = std::move(members),
                .items = std::move(items),
                .begins = !std::exchange(began_, true)});
}

void LiveFeed::flush() {
  if (!rows_.empty()) publish("request_complete", "", std::exchange(rows_, {}));
}

void LiveFeed::name_targets(const std::vector<FeedTarget>& targets) {
  const std::lock_guard lock(mutex_);
  std::string list;
  targets_.clear();
  for (const auto& one : targets) {
    targets_.push_back(one.name);
    list += fmt::format(
        "{}{{\"name\": {}, \"engine\": {}, \"model\": {}, \"url\": {}, \"version\": {}}}",
        list.empty() ? "" : ", ", json_string(one.name), json_string(one.engine),
        json_string(one.model), json_string(one.url), json_string(one.version));
  }
  targets_json_ = fmt::format("[{}]", list);
  gauges_.resize(targets_.size());
  machines_.resize(targets_.size() + 1);
  tokens_told_.assign(targets_.size(), kNever);
  stream_told_.assign(targets_.size(), std::nullopt);
}

void LiveFeed::on_probed(const std::vector<trial::TargetReport>& reports) {
  std::vector<FeedTarget> targets;
  for (const auto& report : reports) {
    targets.push_back(
        {.name = report.name,
         .engine = report.engine ? std::string(engine::traits(*report.engine).name) : std::string(),
         .model = report.model,
         .url = report.url,
         .version = report.version});
  }
  name_targets(targets);
  for (const auto& report : reports) {
    if (!report.ok()) continue;
    say("info", fmt::format("{}: {} at {}", report.name,
                            report.model.empty() ? "no model named" : report.model, report.url));
  }
}

void LiveFeed::on_started(const std::string& run_id, const std::string& folder) {
  const std::lock_guard lock(mutex_);
  run_ = run_id;
  folder_ = folder;
}

void LiveFeed::phase(std::string_view name, std::string_view data_json) {
  const std::lock_guard lock(mutex_);
  flush();
  publish("phase", fmt::format("\"phase\": {}, \"data\": {}", json_string(name), data_json));
}

void LiveFeed::on_progress(const trial::Progress& progress) {
  // The end is told by end(), once there is an answer.
  if (progress.phase != Phase::kDone && said_ != progress.phase) {
    said_ = progress.phase;
    std::string data = fmt::format("{{\"targets\": {}}}", targets_json_);
    if (progress.phase == Phase::kPlaying) {
      data = fmt::format(
          "{{\"total_requests\": {}, \"workload_type\": {}, \"targets\": {}}}",
          progress.expected_requests > 0 ? fmt::format("{}", progress.expected_requests) : "null",
          json_string(workload_), targets_json_);
    }
    phase(phase_text(progress.phase), data);
  }
  const std::lock_guard lock(mutex_);
  flush();
  publish("progress", progress_json(progress));
}

void LiveFeed::on_row(const record::Row& row) {
  const std::lock_guard lock(mutex_);
  rows_.push_back(request_json(row, targets_));
  tell_tokens(row);
  if (rows_.size() >= kMostItems) flush();
}

void LiveFeed::on_event(const record::Event& event) {
  const std::lock_guard lock(mutex_);
  publish("event", fmt::format("\"data\": {}", record::event_json(event)));
}

// One request a second and target is enough to see how its answers flow.
void LiveFeed::tell_tokens(const record::Row& row) {
  if (!row.ok() || row.target >= tokens_told_.size() || row.sent == kNever) return;
  if (row.chunk_at.size() < 2) return;
  Nanos& told = tokens_told_[row.target];
  if (told != kNever && row.end - told < kSecond) return;
  told = row.end;
  stream_told_[row.target] = row.index;
  publish("token_stream",
          fmt::format("\"data\": {}", token_stream_json(row, targets_[row.target])));
}

// What the request said whose tokens were told last, where the run keeps texts.
void LiveFeed::on_text(const record::TextRow& text) {
  const std::lock_guard lock(mutex_);
  if (text.target >= stream_told_.size() || stream_told_[text.target] != text.index) return;
  stream_told_[text.target].reset();
  publish(
      "answer_text",
      fmt::format("\"data\": {{\"request_index\": {}, \"target\": {}, \"prompt\": {}, "
                  "\"answer\": {}, \"cut\": {}}}",
                  text.index, json_string(targets_[text.target]),
                  json_string(beginning_of(text.prompt)), json_string(beginning_of(text.answer)),
                  std::max(text.prompt.size(), text.answer.size()) > kMostText));
}

void LiveFeed::tell_machine(const record::Sample& sample) {
  const std::string& name = sample.series->name;
  if (machines_.empty() || !(name.starts_with("gpu_") || name.starts_with("host_"))) return;
  const std::size_t place = std::min<std::size_t>(sample.series->target, targets_.size());
  auto& machine = machines_[place];
  if (machine.is_due(sample.at)) {
    publish("machine_sample",
            fmt::format("\"data\": {}",
                        machine.json(place < targets_.size() ? json_string(targets_[place])
                                                             : std::string("null"))));
  }
  machine.hear(sample);
}

void LiveFeed::on_samples(std::span<const record::Sample> samples) {
  const std::lock_guard lock(mutex_);
  for (const auto& sample : samples) {
    const auto target = sample.series->target;
    tell_machine(sample);
    if (target >= gauges_.size()) continue;
    auto& gauges = gauges_[target];
    if (gauges.is_due(sample.at)) {
      publish("gpu_sample", fmt::format("\"data\": {}", gauges.json(targets_[target])));
    }
    gauges.hear(sample);
  }
}

void LiveFeed::say(std::string_view level, std::string_view words) {
  const std::lock_guard lock(mutex_);
  publish("log",
          fmt::format("\"level\": {}, \"message\": {}, \"timestamp\": {}", json_string(level),
                      json_string(words), json_string(format_utc(realtime_now()))));
}

void LiveFeed::end(std::string_view summary_json) {
  const std::lock_guard lock(mutex_);
  flush();
  publish("summary", fmt::format("\"data\": {}", trim(summary_json)));
  publish("phase", fmt::format("\"phase\": \"done\", \"data\": {{\"result_path\": {}}}",
                               json_string(folder_)));
}

void LiveFeed::fail(std::string_view words) {
  const std::lock_guard lock(mutex_);
  flush();
  publish("error", fmt::format("\"message\": {}", json_string(words)));
}

}  // namespace tt::serve
