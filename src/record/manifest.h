// manifest.json: what a run was, by whom, with what, and how it ended.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace tt::record {

/// How a run ended. Stored by name.
enum class RunStatus : std::uint8_t {
  kRunning,    // still writing, or killed and not yet recovered
  kCompleted,  // everything that was planned was played
  kPartial,    // a target was given up; the others were played
  kAborted,    // the user stopped it
  kRecovered,  // rebuilt from the journal of a run that was killed
  kFailed,     // nothing useful came of it
};
std::string_view run_status_name(RunStatus status);
std::optional<RunStatus> run_status_from_name(std::string_view name);

struct ManifestTarget {
  std::string name;
  std::string engine;  // "vllm"
  std::string url;     // redacted when written (redact_url)
  std::string model;
  std::string protocol;
  std::string server_version;             // empty: it does not tell
  std::string colour;                     // "#2563eb"
  std::string api_key_env;                // the name of a variable, never the key
  std::vector<std::string> header_names;  // of extra headers, never their values
  /// How the engine counts our words: tokens = a + b * words. b 0: not calibrated.
  double tokens_base = 0;
  double tokens_per_word = 0;
  bool operator==(const ManifestTarget&) const = default;
};

struct ManifestHost {
  std::string hostname;
  std::string kernel;
  std::string cpu_model;
  std::uint32_t cores = 0;  // that this process may use
  std::uint64_t memory_bytes = 0;
  bool operator==(const ManifestHost&) const = default;
};

/// Where the receive stamps came from.
struct ReceiveStamps {
  double kernel_share = 0;           // of reads that carried a kernel stamp, 0 to 1
  std::uint64_t offset_samples = 0;  // readings of realtime minus monotonic
  bool operator==(const ReceiveStamps&) const = default;
};

/// Rows counted when the run is folded; `planned` is the schedule's.
struct RunCounts {
  std::uint64_t planned = 0;
  std::uint64_t rows = 0;
  std::uint64_t warmup = 0;  // of rows
  std::uint64_t sent = 0;    // rows that were not dropped
  std::uint64_t ok = 0;
  std::uint64_t dropped = 0;
  std::map<std::string, std::uint64_t> failed;  // by status name; neither ok nor dropped
  bool operator==(const RunCounts&) const = default;
};

/// Whether the client was fast enough to be trusted. Stored by name.
enum class ClientVerdict : std::uint8_t { kUnknown, kOk, kBottleneck };
std::string_view client_verdict_name(ClientVerdict verdict);

/// Latencies in nanoseconds, -1 where not known.
struct ClientHealth {
  ClientVerdict verdict = ClientVerdict::kUnknown;
  std::string reason;  // why it was the bottleneck
  Nanos lag_p50 = -1;
  Nanos lag_p99 = -1;
  Nanos lag_max = -1;
  Nanos schedule_lag_p50 = -1;
  Nanos schedule_lag_p99 = -1;
  double cpu_share = 0;  // of the busiest worker's core, 0 to 1
  bool operator==(const ClientHealth&) const = default;
};

/// Something that an import found in a file, and what it took off the quality score.
struct ImportFinding {
  std::string id;           // "missing_value": stable
  std::uint64_t count = 0;  // rows concerned
  double points = 0;        // off the score of 100; 0: said, but not held against the file
  std::string text;         // what was found, where, and what to do
  bool operator==(const ImportFinding&) const = default;
};

/// Where the rows of an imported run come from.
struct ManifestOrigin {
  std::string tool;    // "llm-locust"
  std::string format;  // "llm-locust-csv"
  std::string file;    // as it was named
  std::uint64_t file_bytes = 0;
  std::uint64_t rows_read = 0;  // = kept + rejected
  std::uint64_t rows_kept = 0;
  std::uint64_t rows_rejected = 0;
  double quality = 0;  // 0 to 100
  std::vector<ImportFinding> findings;
  std::map<std::string, std::string> definitions;  // metric -> how that tool computes it
  std::map<std::string, std::string> estimated;    // column -> why it is an estimate
  std::map<std::string, double> figures;           // the tool's own, under its own names and units
  std::string load_text;                           // "32 at once"; empty: the file does not tell
  std::string workload_text;                       // likewise
  bool open_loop = false;                          // requests left at planned instants
  bool operator==(const ManifestOrigin&) const = default;
};

struct Manifest {
  /// Of the metric definitions; raised whenever a figure would come out different.
  std::uint32_t method_version = 1;
  std::string tool_version;
  std::string build_hash;

  std::string run_id;
  std::string name;
  RunStatus status = RunStatus::kRunning;
  Nanos started_realtime = 0;  // wall clock at creation, nanoseconds since 1970
  Nanos anchor_realtime = 0;   // wall clock at instant 0 of the rows; 0: the load never started
  Nanos duration = 0;          // instant of the end of the load

  std::string plan_yaml;  // resolved, defaults filled in, without secrets
  std::string plan_digest;
  std::string schedule_digest;
  std::map<std::string, std::uint64_t> seeds;

  std::vector<ManifestTarget> targets;
  ManifestHost host;
  std::string clock_source;  // "tsc", as the kernel names it
  ReceiveStamps stamps;
  std::uint32_t workers = 0;
  RunCounts counts;
  ClientHealth client;
  std::optional<std::string> group;      // id of the group that it belongs to (record/group.h)
  std::vector<std::string> notes;        // for readers: what is particular about this run
  std::optional<ManifestOrigin> origin;  // only where another tool's file was imported

  bool operator==(const Manifest&) const = default;
};

/// JSON for people: indented, fields in the order above, URLs redacted.
std::string format_manifest(const Manifest& manifest);
/// Reads what format_manifest wrote. Missing fields keep their defaults and unknown ones are passed
/// over, so that older and newer versions read each other; a field of the wrong type is an error
/// that names it. `source` is used in errors.
Result<Manifest> parse_manifest(std::string_view json, const std::string& source);

Result<Manifest> load_manifest(const std::string& path);
/// Atomic: readers see the old file or the new one, also after a power cut.
Result<void> save_manifest(const std::string& path, const Manifest& manifest);

/// Fills in this machine's hostname, kernel, CPU, cores and memory; what it cannot learn is left
/// empty.
ManifestHost this_host();
/// The kernel's clock source; empty where it does not tell.
std::string this_clock_source();

}  // namespace tt::record
