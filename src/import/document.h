// JSON documents of other tools: what runs a document holds, and how their requests are read.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "import/format.h"
#include "import/ingest.h"

namespace tt::import {

/// One run of a document.
struct DocumentRun {
  std::string label;   // tells it from the document's other runs; may be empty
  std::string engine;  // empty: not told
  std::string model;
  Nanos started = kNever;  // wall clock, nanoseconds since 1970
  std::string load_text;
  std::string workload_text;
  bool open_loop = false;
  std::map<std::string, double> figures;  // the tool's own
  std::vector<std::string> notes;
  bool has_rows = false;

  /// Reads the next request; false at the end. Starts anew when it is copied from here.
  using Next = std::function<bool(Sample& sample, simdjson::dom::element& record)>;
  std::function<Next()> open;  // empty where there are no rows
};

/// Runs read out of JSON; views into `parsers`, which it keeps.
struct Document {
  const Format* format = nullptr;
  std::vector<DocumentRun> runs;
  std::vector<std::shared_ptr<simdjson::dom::parser>> parsers;
};

/// The format of a JSON value: a whole document, or one line of a file of lines. nullptr where it
/// is none that we know.
const Format* json_format(const simdjson::dom::element& value);

/// Adds the runs of `value`, which is of this format, to `document`.
void add_runs(const Format& format, const simdjson::dom::element& value, Document& document);

/// Reads one line of a format of lines (aiperf-jsonl, llm-locust-jsonl, ...) into a sample; null
/// where the format is none.
std::function<void(const simdjson::dom::object&, Sample&)> line_reader(const Format& format);

/// A run's requests as a source. `run` must outlive it.
std::unique_ptr<Source> document_source(const DocumentRun& run);

// --- One a tool
// ------------------------------------------------------------------------------------

DocumentRun read_vllm(const simdjson::dom::object& root);
DocumentRun read_sglang(const simdjson::dom::object& root);
void read_guidellm(const simdjson::dom::object& root, std::vector<DocumentRun>& runs);
void read_aiperf_line(const simdjson::dom::object& line, Sample& sample);
void read_inference_perf_request(const simdjson::dom::object& request, Sample& sample);

// --- Small helpers for JSON
// --------------------------------------------------------------------------

/// The member's value; NaN, empty or kNever where it is not there or of another type.
double number_at(const simdjson::dom::object& object, std::string_view key);
std::string_view text_at(const simdjson::dom::object& object, std::string_view key);
bool has_member(const simdjson::dom::object& object, std::string_view key);
/// A nested object; an empty one where it is not there.
bool object_at(const simdjson::dom::object& object, std::string_view key,
               simdjson::dom::object& found);
bool array_at(const simdjson::dom::object& object, std::string_view key,
              simdjson::dom::array& found);
/// Seconds since any epoch to nanoseconds; kNever for NaN and what does not fit.
Nanos instant_at(const simdjson::dom::object& object, std::string_view key);
/// Every number of an object and the objects in it, as "ttft.p50"; lists are left out.
void add_figures(const simdjson::dom::object& object, const std::string& prefix,
                 std::map<std::string, double>& figures);
/// "32 at once", "4 requests/s", or both; empty where neither is told.
std::string load_words(double at_once, double per_second);

}  // namespace tt::import
