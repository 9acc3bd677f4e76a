// vLLM's and SGLang's serving benchmarks: one object a run, its requests as lists side by side.
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "import/document.h"
#include "import/number.h"

namespace tt::import {
namespace {

namespace dom = simdjson::dom;

// A list that is walked beside others; it may be missing or end early.
class Walk {
 public:
  Walk(const dom::object& root, std::string_view key) {
    dom::array list;
    if (!array_at(root, key, list)) return;
    at_ = list.begin();
    end_ = list.end();
    there_ = true;
  }
  bool more() const { return there_ && at_ != end_; }
  /// The next item; nullopt where there is none.
  std::optional<dom::element> take() {
    if (!more()) return std::nullopt;
    const dom::element item = *at_;
    ++at_;
    return item;
  }
  double number() {
    const auto item = take();
    double value = kNotTold;
    if (item && item->get(value) != simdjson::SUCCESS) value = kNotTold;
    return value;
  }
  std::string_view text() {
    const auto item = take();
    std::string_view value;
    if (item && item->get(value) != simdjson::SUCCESS) value = {};
    return value;
  }

 private:
  dom::array::iterator at_;
  dom::array::iterator end_;
  bool there_ = false;
};

class Walks {
 public:
  explicit Walks(const dom::object& root)
      : input_(root, "input_lens"),
        output_(root, "output_lens"),
        ttft_(root, "ttfts"),
        gaps_(root, "itls"),
        start_(root, "start_times"),
        latency_(root, "latencies"),
        text_(root, "generated_texts"),
        error_(root, "errors") {}

  bool next(Sample& s, dom::element& record) {
    if (!input_.more() && !output_.more() && !ttft_.more()) return false;
    s.input_tokens = input_.number();
    s.output_tokens = output_.number();
    s.ttft = ttft_.number();
    s.answer = text_.text();
    s.error = error_.text();
    const double seconds = start_.number();
    if (std::abs(seconds) < 9e9) s.start = nanos_of_seconds(seconds);
    if (const auto item = gaps_.take()) read_gaps(*item, s);
    s.e2e = latency_.number();
    s.failed = !s.error.empty() || (s.output_tokens == 0 && s.ttft == 0);
    complete(s);
    (void)record;  // there is no object of one request to show
    if (s.failed) return true;
    if (!is_told(s.ttft)) s.blame(Fault::kMissingValue, "ttfts", {});
    if (!is_told(s.output_tokens)) s.blame(Fault::kMissingValue, "output_lens", {});
    return true;
  }

 private:
  static void read_gaps(const dom::element& item, Sample& s) {
    dom::array list;
    if (item.get(list) != simdjson::SUCCESS) return s.blame(Fault::kWrongType, "itls", {});
    for (const dom::element gap : list) {
      double value = 0;
      if (gap.get(value) != simdjson::SUCCESS) return s.blame(Fault::kWrongType, "itls", {});
      s.gaps.push_back(value);
    }
  }

  // By the tools' own formulas: they are applied to a request, but only their means are written.
  static void complete(Sample& s) {
    if (s.failed) return;
    if (!is_told(s.e2e) && !s.gaps.empty()) {
      s.e2e = std::accumulate(s.gaps.begin(), s.gaps.end(), s.ttft);
    }
    if (is_told(s.e2e) && s.output_tokens > 1) s.tpot = (s.e2e - s.ttft) / (s.output_tokens - 1);
    s.ends_with_token = true;
  }

  Walk input_, output_, ttft_, gaps_, start_, latency_, text_, error_;
};

void set_rows(DocumentRun& run, const dom::object& root) {
  dom::array list;
  run.has_rows = array_at(root, "ttfts", list);
  if (!run.has_rows) return;
  run.open = [root]() -> DocumentRun::Next {
    return [walks = Walks(root)](Sample& s, dom::element& record) mutable {
      return walks.next(s, record);
    };
  };
}

// "inf", "trace" or a number.
double rate_of(const dom::object& root) { return number_at(root, "request_rate"); }

std::string lengths_words(double input, double output) {
  if (!is_told(input) || !is_told(output)) return {};
  return fmt::format("{:.0f} in, {:.0f} out", input, output);
}

}  // namespace

DocumentRun read_vllm(const dom::object& root) {
  DocumentRun run;
  run.engine = text_at(root, "endpoint_type");
  if (run.engine.empty()) run.engine = text_at(root, "backend");
  run.label = text_at(root, "label");
  run.model = text_at(root, "model_id");
  // "20260131-120000": local time of the machine that wrote it, which the file does not name.
  run.started = parse_stamp(text_at(root, "date")).value_or(kNever);
  run.load_text = load_words(number_at(root, "max_concurrency"), rate_of(root));
  if (text_at(root, "request_rate") == "inf" && run.load_text.empty())
    run.load_text = "all at once";
  run.open_loop = is_told(rate_of(root));
  // How many prompts there were (num_prompts) does not tell what they were: no word of a workload.
  add_figures(root, "", run.figures);
  set_rows(run, root);
  return run;
}

DocumentRun read_sglang(const dom::object& root) {
  DocumentRun run;
  run.engine = text_at(root, "backend");
  run.label = text_at(root, "tag");
  run.load_text = load_words(number_at(root, "max_concurrency"), rate_of(root));
  run.open_loop = is_told(rate_of(root));
  run.workload_text = text_at(root, "dataset_name");
  const std::string lengths =
      lengths_words(number_at(root, "random_input_len"), number_at(root, "random_output_len"));
  if (run.workload_text == "random" && !lengths.empty()) run.workload_text += " " + lengths;
  add_figures(root, "", run.figures);
  set_rows(run, root);
  return run;
}

}  // namespace tt::import
