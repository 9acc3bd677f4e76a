#include "import/document.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "import/flat.h"
#include "import/number.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMostFigures = 1000;

// An array of flat objects, as many formats have it.
DocumentRun::Next flat_next(const dom::array& list, std::shared_ptr<const ObjectBinding> binding,
                            double scale) {
  return [at = list.begin(), end = list.end(), binding, scale](Sample& s,
                                                               dom::element& record) mutable {
    if (at == end) return false;
    record = *at;
    ++at;
    dom::object object;
    if (record.get(object) != simdjson::SUCCESS) {
      s.blame(Fault::kBroken, {}, "not an object");
      return true;
    }
    binding->read(object, s);
    for (double* value : {&s.ttft, &s.tpot, &s.itl, &s.e2e}) *value *= scale;
    return true;
  };
}

void set_flat_rows(DocumentRun& run, const Format& format, const dom::array& list,
                   double scale = 1) {
  run.has_rows = true;
  auto binding = std::make_shared<const ObjectBinding>(format);
  run.open = [list, binding, scale] { return flat_next(list, binding, scale); };
}

DocumentRun read_genai_bench(const Format& format, const dom::object& root) {
  DocumentRun run;
  dom::object aggregated;
  if (object_at(root, "aggregated_metrics", aggregated)) {
    add_figures(aggregated, "", run.figures);
    run.load_text = load_words(number_at(aggregated, "num_concurrency"), kNotTold);
    run.workload_text = text_at(aggregated, "scenario");
  }
  dom::array list;
  const bool in_ms = text_at(root, "_time_unit") == "ms";
  if (array_at(root, "individual_request_metrics", list)) {
    set_flat_rows(run, format, list, in_ms ? 1e-3 : 1);
  }
  return run;
}

DocumentRun read_universal(const Format& format, const dom::object& root) {
  DocumentRun run;
  run.engine = text_at(root, "engine_name");
  run.workload_text = text_at(root, "scenario");
  run.started = parse_iso_instant(text_at(root, "export_timestamp")).value_or(kNever);
  add_figures(root, "", run.figures);
  dom::array list;
  if (array_at(root, "metrics", list)) set_flat_rows(run, format, list);
  return run;
}

DocumentRun read_llm_inf_bench(const Format& format, const dom::object& root) {
  DocumentRun run;
  dom::object part;
  if (object_at(root, "metadata", part)) {
    run.started = parse_iso_instant(text_at(part, "started_at")).value_or(kNever);
    run.label = text_at(part, "experiment_name");
  }
  if (object_at(root, "experiment", part)) {
    run.engine = text_at(part, "framework");
    dom::object inner;
    if (object_at(part, "model", inner)) run.model = text_at(inner, "name");
    if (object_at(part, "workload", inner)) {
      run.workload_text = text_at(inner, "type");
      run.load_text = load_words(number_at(inner, "concurrency"), kNotTold);
    }
  }
  if (object_at(root, "summary", part)) add_figures(part, "", run.figures);
  if (text_at(root, "status") == "partial") {
    run.notes.emplace_back("the tool calls this run partial: it stopped after errors");
  }
  dom::array list;
  if (array_at(root, "requests", list)) set_flat_rows(run, format, list);
  return run;
}

// Records that stand for themselves: a list of them, or a single one.
DocumentRun read_records(const Format& format, const dom::element& value) {
  DocumentRun run;
  run.has_rows = true;
  run.open = [read = line_reader(format), value]() -> DocumentRun::Next {
    dom::array list;
    const bool is_list = value.get(list) == simdjson::SUCCESS;
    return [read, value, is_list, at = is_list ? list.begin() : dom::array::iterator(),
            end = is_list ? list.end() : dom::array::iterator(),
            given = false](Sample& s, dom::element& record) mutable {
      if (is_list ? at == end : given) return false;
      given = true;
      record = is_list ? *at : value;
      if (is_list) ++at;
      dom::object object;
      if (record.get(object) == simdjson::SUCCESS) {
        read(object, s);
      } else {
        s.blame(Fault::kBroken, {}, "not an object");
      }
      return true;
    };
  };
  return run;
}

DocumentRun read_hf(const dom::object& root) {
  DocumentRun run;
  dom::object config;
  if (object_at(root, "config", config)) run.model = text_at(config, "model_name");
  run.started = parse_iso_instant(text_at(root, "start_time")).value_or(kNever);
  dom::array results;
  if (!array_at(root, "results", results)) return run;
  for (const dom::element item : results) {
    dom::object result;
    if (item.get(result) != simdjson::SUCCESS) continue;
    add_figures(result, std::string(text_at(result, "id")) + ".", run.figures);
  }
  return run;
}

// A file of figures alone: all of its numbers.
DocumentRun read_figures(const dom::object& root) {
  DocumentRun run;
  add_figures(root, "", run.figures);
  for (const std::string_view key : {"timestamp", "start_time", "started_at"}) {
    if (const auto at = parse_iso_instant(text_at(root, key)); at && run.started == kNever) {
      run.started = *at;
    }
  }
  return run;
}

class DocumentReader final : public Reader {
 public:
  explicit DocumentReader(const DocumentRun& run) : next_(run.open()) {}
  bool next(Sample& sample) override {
    sample.row = ++row_;
    return next_(sample, element_);
  }
  std::string_view record() override {
    record_ = simdjson::minify(element_);
    return record_;
  }

 private:
  DocumentRun::Next next_;
  dom::element element_;
  std::string record_;
  std::uint64_t row_ = 0;
};

class DocumentSource final : public Source {
 public:
  explicit DocumentSource(const DocumentRun& run) : run_(run) {}
  std::unique_ptr<Reader> reader() override { return std::make_unique<DocumentReader>(run_); }

 private:
  const DocumentRun& run_;
};

const Format* array_format(const dom::array& list) {
  dom::object first;
  if (list.begin() == list.end() || (*list.begin()).get(first) != simdjson::SUCCESS) return nullptr;
  return json_format((*list.begin()));
}

const Format* object_format(const dom::object& o) {
  const auto has = [&](std::string_view key) { return has_member(o, key); };
  if (has("benchmarks")) return find_format("guidellm-json");
  if (has("individual_request_metrics")) return find_format("genai-bench-json");
  if (has("service_metrics")) return find_format("vllm-benchmark-json");
  if (has("engine_name") && has("metrics")) return find_format("universal-json");
  if (has("requests") && has("summary") && (has("experiment") || has("run_id"))) {
    return find_format("llm-inf-bench-json");
  }
  if (has("load_summary") && has("successes")) return find_format("inference-perf-summary-json");
  if (has("promptset") && has("pass_rate")) return find_format("harness-summary-json");
  if (has("results") && has("config") && has("start_time")) {
    return find_format("hf-benchmarker-json");
  }
  if (has("ttft_ms") && has("end_to_end_s")) return find_format("llm-locust-jsonl");
  if (has("end_to_end_latency_s")) return find_format("llmperf-json");
  if (has("prompt_id") && has("latency_ms")) return find_format("harness-json");
  if (has("metadata") && has("metrics")) return find_format("aiperf-jsonl");
  if (has("start_time") && has("end_time") && has("info")) {
    return find_format("inference-perf-json");
  }
  if (has("total_output_tokens_retokenized") || has("dataset_name") || has("random_range_ratio")) {
    return find_format("sglang-jsonl");
  }
  if (has("request_throughput") && has("completed")) return find_format("vllm-json");
  dom::object block;
  if ((object_at(o, "request_latency", block) || object_at(o, "time_to_first_token", block)) &&
      has_member(block, "avg")) {
    return find_format("aiperf-json");
  }
  return nullptr;
}

}  // namespace

const Format* json_format(const dom::element& value) {
  dom::array list;
  dom::object object;
  if (value.get(list) == simdjson::SUCCESS) return array_format(list);
  return value.get(object) == simdjson::SUCCESS ? object_format(object) : nullptr;
}

void add_runs(const Format& format, const dom::element& value, Document& document) {
  document.format = &format;
  dom::array list;
  dom::object root;
  const auto is = [&](std::string_view id) { return format.id == id; };
  if (is("aiperf-jsonl") || is("inference-perf-json") || is("llm-locust-jsonl") ||
      is("llmperf-json") || is("harness-json")) {
    document.runs.push_back(read_records(format, value));
  } else if (value.get(list) == simdjson::SUCCESS) {
    for (const dom::element item : list) add_runs(format, item, document);
  } else if (value.get(root) != simdjson::SUCCESS) {
    return;
  } else if (is("guidellm-json")) {
    read_guidellm(root, document.runs);
  } else if (is("vllm-json")) {
    document.runs.push_back(read_vllm(root));
  } else if (is("sglang-jsonl")) {
    document.runs.push_back(read_sglang(root));
  } else if (is("genai-bench-json")) {
    document.runs.push_back(read_genai_bench(format, root));
  } else if (is("universal-json")) {
    document.runs.push_back(read_universal(format, root));
  } else if (is("llm-inf-bench-json")) {
    document.runs.push_back(read_llm_inf_bench(format, root));
  } else if (is("hf-benchmarker-json")) {
    document.runs.push_back(read_hf(root));
  } else {
    document.runs.push_back(read_figures(root));
  }
}

std::function<void(const dom::object&, Sample&)> line_reader(const Format& format) {
  if (format.id == "aiperf-jsonl") return read_aiperf_line;
  if (format.id == "inference-perf-json") return read_inference_perf_request;
  if (format.columns.empty()) return {};
  auto binding = std::make_shared<const ObjectBinding>(format);
  return [binding](const dom::object& object, Sample& sample) { binding->read(object, sample); };
}

std::unique_ptr<Source> document_source(const DocumentRun& run) {
  return std::make_unique<DocumentSource>(run);
}

double number_at(const dom::object& object, std::string_view key) {
  double value = 0;
  return object[key].get(value) == simdjson::SUCCESS ? value : kNotTold;
}

std::string_view text_at(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) == simdjson::SUCCESS ? value : std::string_view();
}

bool has_member(const dom::object& object, std::string_view key) {
  return object[key].error() == simdjson::SUCCESS;
}

bool object_at(const dom::object& object, std::string_view key, dom::object& found) {
  return object[key].get(found) == simdjson::SUCCESS;
}

bool array_at(const dom::object& object, std::string_view key, dom::array& found) {
  return object[key].get(found) == simdjson::SUCCESS;
}

Nanos instant_at(const dom::object& object, std::string_view key) {
  const double seconds = number_at(object, key);
  if (!(std::abs(seconds) < 9e9)) return kNever;
  return nanos_of_seconds(seconds);
}

void add_figures(const dom::object& object, const std::string& prefix,
                 std::map<std::string, double>& figures) {
  for (const auto& [key, value] : object) {
    dom::object inner;
    double number = 0;
    if (figures.size() >= kMostFigures) return;
    if (value.get(number) == simdjson::SUCCESS) {
      figures[prefix + std::string(key)] = number;
    } else if (value.get(inner) == simdjson::SUCCESS) {
      add_figures(inner, prefix + std::string(key) + ".", figures);
    }
  }
}

std::string load_words(double at_once, double per_second) {
  std::string text;
  if (at_once > 0) text = fmt::format("{} at once", format_number(at_once));
  if (per_second > 0 && std::isfinite(per_second)) {
    text += fmt::format("{}{} requests/s", text.empty() ? "" : ", ", format_number(per_second));
  }
  return text;
}

}  // namespace tt::import
