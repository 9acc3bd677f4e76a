#include "import/way_back.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tt::import {
namespace {

using Json = nlohmann::ordered_json;
using record::Row;

constexpr std::array<std::string_view, 3> kFormats = {"vllm", "guidellm", "llm-locust"};

std::optional<double> seconds_between(Nanos from, Nanos to) {
  if (from == kNever || to == kNever) return std::nullopt;
  return to_seconds(to - from);
}

// By our own instants where there are some, else as the tool of an imported run reported it.
std::optional<double> ttft_of(const Row& row) {
  if (const auto own = seconds_between(row.sent, row.first_token)) return own;
  if (row.reported.ttft >= 0) return to_seconds(row.reported.ttft);
  return std::nullopt;
}

std::optional<double> e2e_of(const Row& row) {
  if (const auto own = seconds_between(row.sent, row.end)) return own;
  if (row.reported.e2e >= 0) return to_seconds(row.reported.e2e);
  return std::nullopt;
}

std::vector<const Row*> rows_of(std::span<const Row> rows, std::uint32_t target) {
  std::vector<const Row*> picked;
  for (const Row& row : rows) {
    if (row.target == target && !row.warmup && row.status != Status::kDropped) {
      picked.push_back(&row);
    }
  }
  std::ranges::stable_sort(picked, {}, &Row::index);
  return picked;
}

std::string error_of(const Row& row) {
  if (row.ok()) return {};
  return row.error.empty() ? std::string(status_name(row.status)) : row.error;
}

Json number_or_null(std::optional<double> value) { return value ? Json(*value) : Json(nullptr); }

// Mean, median, deviation (divisor n) and p99 by linear interpolation, as NumPy has them.
void add_statistics(Json& out, const std::string& name, std::vector<double> values) {
  std::ranges::sort(values);
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = values.empty() ? 0 : sum / n;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto quantile = [&](double p) {
    if (values.empty()) return 0.0;
    const double place = p * (n - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
  };
  out["mean_" + name] = mean * 1e3;
  out["median_" + name] = quantile(0.5) * 1e3;
  out["std_" + name] = values.empty() ? 0 : std::sqrt(squares / n) * 1e3;
  out["p99_" + name] = quantile(0.99) * 1e3;
}

// vLLM's lists and the figures over them, gathered row by row.
struct VllmLists {
  Json input = Json::array(), output = Json::array(), ttfts = Json::array(), itls = Json::array();
  Json starts = Json::array(), texts = Json::array(), errors = Json::array();
  std::vector<double> ttft, tpot, itl, e2e;
  std::uint64_t in = 0, out = 0, ok = 0, failed = 0;
  bool has_starts = true;

  void add(const Row& row) {
    input.push_back(row.input_tokens);
    output.push_back(row.ok() ? row.output_tokens : 0);
    texts.push_back("");
    errors.push_back(error_of(row));
    has_starts = has_starts && row.sent != kNever;
    starts.push_back(row.sent == kNever ? 0 : to_seconds(row.sent));
    Json gaps = Json::array();
    double first = 0;
    if (row.ok()) {
      first = ttft_of(row).value_or(0);
      add_answered(row, first, gaps);
    } else {
      ++failed;
    }
    ttfts.push_back(first);
    itls.push_back(std::move(gaps));
  }

 private:
  void add_answered(const Row& row, double first, Json& gaps) {
    ++ok;
    in += row.input_tokens;
    out += row.output_tokens;
    ttft.push_back(first);
    double sum = first;
    for (std::size_t i = 1; i < row.chunk_at.size(); ++i) {
      const double gap = to_seconds(row.chunk_at[i] - row.chunk_at[i - 1]);
      gaps.push_back(gap);
      itl.push_back(gap);
      sum += gap;
    }
    const double whole = gaps.empty() ? e2e_of(row).value_or(first) : sum;
    e2e.push_back(whole);
    if (row.output_tokens > 1) tpot.push_back((whole - first) / (row.output_tokens - 1));
  }
};

// From the first send to the last end.
double duration_of(const std::vector<const Row*>& rows) {
  Nanos from = kNever;
  Nanos to = kNever;
  for (const Row* row : rows) {
    if (row->sent != kNever) from = from == kNever ? row->sent : std::min(from, row->sent);
    to = std::max(to, row->end);
  }
  return seconds_between(from, to).value_or(0);
}

Json guidellm_request(const Row& row, Nanos anchor) {
  const auto at = [&](Nanos instant) {
    return instant == kNever ? Json(nullptr) : Json(to_seconds(instant + anchor));
  };
  const auto first = ttft_of(row);
  const auto whole = e2e_of(row);
  const double tokens = row.output_tokens;
  const auto to_last = seconds_between(row.sent, row.last_token);
  const auto stream = seconds_between(row.first_token, row.last_token);
  Json json = {{"request_id", row.request_id.empty() ? std::to_string(row.index) : row.request_id},
               {"request_start_time", at(row.sent)},
               {"request_end_time", at(row.end)},
               {"request_latency", number_or_null(whole)},
               {"prompt_tokens", row.input_tokens},
               {"output_tokens", row.output_tokens}};
  const auto millis = [](std::optional<double> s) { return s ? Json(*s * 1e3) : Json(nullptr); };
  if (row.ok()) {
    json["time_to_first_token_ms"] = millis(first);
    json["time_per_output_token_ms"] =
        to_last && tokens > 0 ? Json(*to_last * 1e3 / tokens) : Json(nullptr);
    json["inter_token_latency_ms"] =
        stream && tokens > 1 ? Json(*stream * 1e3 / (tokens - 1)) : Json(nullptr);
    json["output_tokens_per_second"] = whole && *whole > 0 ? Json(tokens / *whole) : Json(nullptr);
  }
  Json info = {{"timings",
                {{"targeted_start", at(row.planned)},
                 {"request_start", at(row.sent)},
                 {"first_token_iteration", at(row.first_token)},
                 {"last_token_iteration", at(row.last_token)},
                 {"token_iterations", row.chunk_at.size()},
                 {"request_end", at(row.end)}}}};
  if (!row.ok()) info["error"] = error_of(row);
  json["info"] = std::move(info);
  return json;
}

// llm-locust numbers its users.
std::string user_of(const Row& row) {
  const bool number = !row.user.empty() && row.user.size() < 10 &&
                      std::ranges::all_of(row.user, [](char c) { return c >= '0' && c <= '9'; });
  return number ? row.user : std::to_string(row.worker);
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A name that is safe in every file system, and never hidden.
std::string file_stem(std::string_view name) {
  std::string stem;
  for (const char c : name) {
    const bool keep = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ||
                      (c == '.' && !stem.empty());
    stem += keep ? c : '_';
  }
  return stem.empty() ? "target" : stem;
}

}  // namespace

std::span<const std::string_view> foreign_formats() { return kFormats; }

void write_vllm(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                std::span<const Row> all) {
  const auto rows = rows_of(all, target);
  const record::ManifestTarget& about = manifest.targets[target];
  VllmLists lists;
  for (const Row* row : rows) lists.add(*row);
  const double seconds = duration_of(rows);
  const auto per_second = [&](std::uint64_t n) {
    return seconds > 0 ? static_cast<double>(n) / seconds : 0.0;
  };
  Json json = {{"date", format_stamp(manifest.started_realtime)},
               {"endpoint_type", about.engine.empty() ? about.name : about.engine},
               {"backend", about.engine.empty() ? about.name : about.engine},
               {"label", about.name},
               {"model_id", about.model},
               {"tokenizer_id", about.model},
               {"num_prompts", rows.size()},
               {"request_rate", "inf"},
               {"burstiness", 1.0},
               {"max_concurrency", nullptr},
               {"duration", seconds},
               {"completed", lists.ok},
               {"failed", lists.failed},
               {"total_input_tokens", lists.in},
               {"total_output_tokens", lists.out},
               {"request_throughput", per_second(lists.ok)},
               {"request_goodput", nullptr},
               {"output_throughput", per_second(lists.out)},
               {"total_token_throughput", per_second(lists.in + lists.out)}};
  add_statistics(json, "ttft_ms", std::move(lists.ttft));
  add_statistics(json, "tpot_ms", std::move(lists.tpot));
  add_statistics(json, "itl_ms", std::move(lists.itl));
  add_statistics(json, "e2el_ms", std::move(lists.e2e));
  json["input_lens"] = std::move(lists.input);
  json["output_lens"] = std::move(lists.output);
  json["ttfts"] = std::move(lists.ttfts);
  json["itls"] = std::move(lists.itls);
  if (lists.has_starts) json["start_times"] = std::move(lists.starts);
  json["generated_texts"] = std::move(lists.texts);
  json["errors"] = std::move(lists.errors);
  out << text_of(json);
}

void write_guidellm(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                    std::span<const Row> all) {
  const auto rows = rows_of(all, target);
  const Nanos anchor = manifest.anchor_realtime;
  Json requests = {{"successful", Json::array()},
                   {"incomplete", Json::array()},
                   {"errored", Json::array()},
                   {"total", nullptr}};
  for (const Row* row : rows) {
    const char* outcome = row->ok()                      ? "successful"
                          : ended_by_client(row->status) ? "incomplete"
                                                         : "errored";
    requests[outcome].push_back(guidellm_request(*row, anchor));
  }
  const double start = to_seconds(anchor);
  const double seconds = to_seconds(manifest.duration);
  Json benchmark = {{"type_", "generative_benchmark"},
                    {"config", {{"strategy", {{"type_", "concurrent"}}}}},
                    {"metrics", Json::object()},
                    {"requests", std::move(requests)},
                    {"start_time", start},
                    {"end_time", start + seconds},
                    {"duration", seconds}};
  const Json json = {{"metadata", {{"version", 2}}},
                     {"config", {{"model", manifest.targets[target].model}}},
                     {"benchmarks", Json::array({std::move(benchmark)})}};
  out << text_of(json);
}

void write_llm_locust(std::ostream& out, const record::Manifest& manifest, std::uint32_t target,
                      std::span<const Row> all) {
  out << "request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,"
         "end_to_end_s,total_tokens_per_sec,output_tokens_per_sec,status_code\r\n";
  std::uint64_t number = 0;
  for (const Row* row : rows_of(all, target)) {
    const Nanos end = row->end == kNever ? row->sent : row->end;
    const Nanos completed =
        end == kNever ? manifest.started_realtime : manifest.anchor_realtime + end;
    const double whole = e2e_of(*row).value_or(0);
    const double first = row->ok() ? ttft_of(*row).value_or(0) : 0;
    const double tokens = row->ok() ? row->output_tokens : 0;
    const double input = row->ok() ? row->input_tokens : 0;
    // Its own formula: everything after the first chunk over all tokens.
    const double tpot = tokens > 0 ? (whole - first) * 1e3 / tokens : 0;
    const int code = row->ok() ? 200 : row->http_code == 200 ? 0 : row->http_code;
    fmt::print(out, "{},{},{},{},{:.0f},{:.0f},{:.6g},{:.6g},{:.9g},{:.6g},{:.6g},{}\r\n", ++number,
               completed / kSecond, user_of(*row), number, input, tokens, first * 1e3, tpot, whole,
               whole > 0 ? (input + tokens) / whole : 0, whole > 0 ? tokens / whole : 0, code);
  }
}

Result<std::vector<std::string>> export_as(std::string_view format, const std::string& folder,
                                           const record::Manifest& manifest,
                                           std::span<const Row> rows) {
  if (std::ranges::find(kFormats, format) == kFormats.end()) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is no format of another tool; there are {}", format,
                            fmt::join(kFormats, ", ")),
                "--as");
  }
  const bool imported = manifest.origin && !manifest.origin->workload_text.empty();
  const std::string benchmark = imported ? manifest.origin->workload_text : manifest.name;
  std::vector<std::string> names;
  std::set<std::string> taken;
  for (std::uint32_t target = 0; target < manifest.targets.size(); ++target) {
    std::string stem = file_stem(manifest.targets[target].name);
    for (int n = 2; !taken.insert(stem).second; ++n) {
      stem = fmt::format("{}_{}", file_stem(manifest.targets[target].name), n);
    }
    const std::string name =
        fmt::format("{}-{}-{}.{}", stem, format_stamp(manifest.started_realtime),
                    file_stem(benchmark), format == "llm-locust" ? "csv" : "json");
    const std::string path = folder + "/" + name;
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    if (format == "vllm") write_vllm(out, manifest, target, rows);
    if (format == "guidellm") write_guidellm(out, manifest, target, rows);
    if (format == "llm-locust") write_llm_locust(out, manifest, target, rows);
    out.close();
    if (!out) {
      return fail(ErrorCode::kIo, fmt::format("cannot be written: {}", std::strerror(errno)), path);
    }
    names.push_back(name);
  }
  return names;
}

}  // namespace tt::import
