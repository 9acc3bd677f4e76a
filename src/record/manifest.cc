#include "record/manifest.h"

#include <array>
#include <concepts>
#include <limits>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"
#include "record/file.h"
#include "record/redact.h"
#include "record/run_folder.h"

namespace tt::record {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 6> kRunStatusNames = {"running", "completed", "partial",
                                                             "aborted", "recovered", "failed"};
constexpr std::array<std::string_view, 3> kVerdictNames = {"unknown", "ok", "bottleneck"};

constexpr auto& names_of(RunStatus) { return kRunStatusNames; }
constexpr auto& names_of(ClientVerdict) { return kVerdictNames; }

// --- The fields, once for both directions ----------------------------------------------------
// `fields(name, member)` is called for each, with a const or a mutable member.

template <class T, class U>
concept Is = std::same_as<std::remove_const_t<T>, U>;
template <class T>
constexpr bool kIsList = requires(T& list) { list.emplace_back(); };
template <class T>
constexpr bool kIsMap = requires { typename T::mapped_type; };
template <class T>
constexpr bool kIsOptional = requires(T& value) { value.has_value(); };

void visit_fields(auto& fields, Is<ManifestTarget> auto& t) {
  fields("name", t.name);
  fields("engine", t.engine);
  fields("url", t.url);
  fields("model", t.model);
  fields("protocol", t.protocol);
  fields("server_version", t.server_version);
  fields("colour", t.colour);
  fields("api_key_env", t.api_key_env);
  fields("header_names", t.header_names);
  fields("tokens_base", t.tokens_base);
  fields("tokens_per_word", t.tokens_per_word);
}

void visit_fields(auto& fields, Is<ManifestHost> auto& h) {
  fields("hostname", h.hostname);
  fields("kernel", h.kernel);
  fields("cpu_model", h.cpu_model);
  fields("cores", h.cores);
  fields("memory_bytes", h.memory_bytes);
}

void visit_fields(auto& fields, Is<ReceiveStamps> auto& s) {
  fields("kernel_share", s.kernel_share);
  fields("offset_samples", s.offset_samples);
}

void visit_fields(auto& fields, Is<RunCounts> auto& c) {
  fields("planned", c.planned);
  fields("rows", c.rows);
  fields("warmup", c.warmup);
  fields("sent", c.sent);
  fields("ok", c.ok);
  fields("dropped", c.dropped);
  fields("failed", c.failed);
}

void visit_fields(auto& fields, Is<ClientHealth> auto& c) {
  fields("verdict", c.verdict);
  fields("reason", c.reason);
  fields("lag_p50_ns", c.lag_p50);
  fields("lag_p99_ns", c.lag_p99);
  fields("lag_max_ns", c.lag_max);
  fields("schedule_lag_p50_ns", c.schedule_lag_p50);
  fields("schedule_lag_p99_ns", c.schedule_lag_p99);
  fields("cpu_share", c.cpu_share);
}

void visit_fields(auto& fields, Is<ImportFinding> auto& f) {
  fields("id", f.id);
  fields("count", f.count);
  fields("points", f.points);
  fields("text", f.text);
}

void visit_fields(auto& fields, Is<ManifestOrigin> auto& o) {
  fields("tool", o.tool);
  fields("format", o.format);
  fields("file", o.file);
  fields("file_bytes", o.file_bytes);
  fields("rows_read", o.rows_read);
  fields("rows_kept", o.rows_kept);
  fields("rows_rejected", o.rows_rejected);
  fields("quality", o.quality);
  fields("findings", o.findings);
  fields("definitions", o.definitions);
  fields("estimated", o.estimated);
  fields("figures", o.figures);
  fields("load_text", o.load_text);
  fields("workload_text", o.workload_text);
  fields("open_loop", o.open_loop);
}

void visit_fields(auto& fields, Is<Manifest> auto& m) {
  fields("method_version", m.method_version);
  fields("tool_version", m.tool_version);
  fields("build_hash", m.build_hash);
  fields("run_id", m.run_id);
  fields("name", m.name);
  fields("status", m.status);
  fields("started_realtime_ns", m.started_realtime);
  fields("anchor_realtime_ns", m.anchor_realtime);
  fields("duration_ns", m.duration);
  fields("plan_yaml", m.plan_yaml);
  fields("plan_digest", m.plan_digest);
  fields("schedule_digest", m.schedule_digest);
  fields("seeds", m.seeds);
  fields("targets", m.targets);
  fields("host", m.host);
  fields("clock_source", m.clock_source);
  fields("receive_stamps", m.stamps);
  fields("workers", m.workers);
  fields("counts", m.counts);
  fields("client", m.client);
  fields("group", m.group);
  fields("notes", m.notes);
  fields("origin", m.origin);
}

// --- Writing ---------------------------------------------------------------------------------

template <class T>
Json to_json(const T& value);

struct FieldWriter {
  Json out = Json::object();
  template <class T>
  void operator()(const char* name, const T& value) {
    if constexpr (kIsOptional<T>) {
      if (value) out[name] = to_json(*value);
    } else {
      out[name] = to_json(value);
    }
  }
};

template <class T>
Json to_json(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return names_of(value)[static_cast<std::size_t>(value)];
  } else if constexpr (kIsMap<T>) {
    Json out = Json::object();
    for (const auto& [key, item] : value) out[key] = item;
    return out;
  } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
    return value;
  } else if constexpr (kIsList<T>) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(to_json(item));
    return out;
  } else {
    FieldWriter fields;
    visit_fields(fields, value);
    return fields.out;
  }
}

// --- Reading ---------------------------------------------------------------------------------

// Reads a JSON tree into values; remembers the first field of a wrong type.
class FieldReader {
 public:
  FieldReader(const Json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {}

  template <class T>
  void operator()(const char* name, T& value) {
    const auto found = object_.find(name);
    if (found != object_.end() && !found->is_null()) read(*found, path_ + name, value);
  }

  template <class T>
  void read(const Json& json, const std::string& path, T& value) {
    if constexpr (kIsOptional<T>) {
      read(json, path, value.emplace());
    } else if constexpr (std::is_enum_v<T>) {
      read_name(json, path, value);
    } else if constexpr (std::same_as<T, std::string>) {
      if (expect(json.is_string(), path, "a text")) value = json.get_ref<const std::string&>();
    } else if constexpr (std::floating_point<T>) {
      if (expect(json.is_number(), path, "a number")) value = json.get<T>();
    } else if constexpr (std::same_as<T, bool>) {
      if (expect(json.is_boolean(), path, "true or false")) value = json.get<bool>();
    } else if constexpr (std::integral<T>) {
      read_whole(json, path, value);
    } else if constexpr (kIsMap<T>) {
      if (!expect(json.is_object(), path, "an object")) return;
      for (const auto& [key, item] : json.items()) read(item, path + "." + key, value[key]);
    } else if constexpr (kIsList<T>) {
      if (!expect(json.is_array(), path, "a list")) return;
      for (const auto& item : json) read(item, path + "[]", value.emplace_back());
    } else {
      if (!expect(json.is_object(), path, "an object")) return;
      FieldReader fields(json, path + ".", fault_);
      visit_fields(fields, value);
    }
  }

 private:
  bool expect(bool good, const std::string& path, std::string_view wanted) {
    if (!good && fault_.empty()) fault_ = fmt::format("'{}' is not {}", path, wanted);
    return good;
  }

  template <class T>
  void read_whole(const Json& json, const std::string& path, T& value) {
    const bool fits = json.is_number_unsigned() ? json.get<std::uint64_t>() <=
                                                      std::uint64_t{std::numeric_limits<T>::max()}
                                                : std::is_signed_v<T> && json.is_number_integer();
    if (expect(fits, path, "a whole number of the right size")) value = json.get<T>();
  }

  template <class T>
  void read_name(const Json& json, const std::string& path, T& value) {
    const std::string name = json.is_string() ? json.get<std::string>() : "";
    const auto& names = names_of(value);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] != name) continue;
      value = static_cast<T>(i);
      return;
    }
    expect(false, path, fmt::format("one of {}", fmt::join(names, ", ")));
  }

  const Json& object_;
  std::string path_;
  std::string& fault_;
};

// The value of the first "key : value" line of a /proc file; empty where there is none.
std::string proc_value(const std::string& path, std::string_view key) {
  const auto text = read_file(path);
  if (!text) return {};
  for (const auto line : split(*text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)) != key) continue;
    return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

}  // namespace

std::string_view run_status_name(RunStatus status) {
  return kRunStatusNames[static_cast<std::size_t>(status)];
}

std::optional<RunStatus> run_status_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kRunStatusNames.size(); ++i) {
    if (kRunStatusNames[i] == name) return static_cast<RunStatus>(i);
  }
  return std::nullopt;
}

std::string_view client_verdict_name(ClientVerdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

std::string format_manifest(const Manifest& manifest) {
  Manifest safe = manifest;
  for (ManifestTarget& target : safe.targets) target.url = redact_url(target.url);
  const Json fields = to_json(safe);
  Json out = Json::object();
  for (const auto& [name, value] : fields.items()) {
    // For people; the nanoseconds beside it are what is read back.
    if (name == "started_realtime_ns") out["started"] = format_utc(safe.started_realtime);
    out[name] = value;
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(std::string_view json, const std::string& source) {
  const Json tree = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!tree.is_object()) return fail(ErrorCode::kInvalidInput, "not a JSON object", source);
  Manifest manifest;
  std::string fault;
  FieldReader fields(tree, "", fault);
  visit_fields(fields, manifest);
  // Charts and reports are files named after it: a manifest of others must not choose the place.
  if (fault.empty() && !manifest.run_id.empty() && !is_run_id(manifest.run_id)) {
    fault = "'run_id' is not an id of letters, digits, '_', '-' and '.'";
  }
  if (!fault.empty()) return fail(ErrorCode::kInvalidInput, std::move(fault), source);
  return manifest;
}

Result<Manifest> load_manifest(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_manifest(*text, path);
}

Result<void> save_manifest(const std::string& path, const Manifest& manifest) {
  return write_file_atomically(path, format_manifest(manifest));
}

ManifestHost this_host() {
  ManifestHost host;
  utsname names{};
  if (::uname(&names) == 0) {
    host.hostname = names.nodename;
    host.kernel = fmt::format("{} {}", names.sysname, names.release);
  }
  host.cpu_model = proc_value("/proc/cpuinfo", "model name");
  cpu_set_t mine;
  CPU_ZERO(&mine);
  if (::sched_getaffinity(0, sizeof mine, &mine) == 0) {
    host.cores = static_cast<std::uint32_t>(CPU_COUNT(&mine));
  }
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) {
    host.memory_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page);
  }
  return host;
}

std::string this_clock_source() {
  const auto text = read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  return text ? std::string(trim(*text)) : std::string();
}

}  // namespace tt::record
