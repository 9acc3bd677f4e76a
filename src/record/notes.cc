#include "record/notes.h"

#include <cerrno>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "record/file.h"
#include "record/folder_lock.h"

namespace tt::record {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kBaseline = "baseline_since_ns";
constexpr const char* kTags = "tags";
constexpr const char* kAnnotations = "annotations";
constexpr const char* kMarks = "chart_marks";

Json parse(std::string_view json) { return Json::parse(json, nullptr, /*allow_exceptions=*/false); }

// Reads the members that are there, and remembers the first that is not what it should be.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object) {}

  NotesReading read() {
    if (const Json* since = member(kBaseline))
      read_instant(*since, kBaseline, notes_.baseline_since);
    for (const Json& tag : list(kTags)) {
      if (expect(tag.is_string(), kTags, "a list of texts")) notes_.tags.push_back(tag);
    }
    for (const Json& item : list(kAnnotations)) read_annotation(item);
    for (const Json& item : list(kMarks)) read_mark(item);
    return {std::move(notes_), std::move(problem_)};
  }

 private:
  const Json* member(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  Json list(const char* name) {
    const Json* found = member(name);
    if (found == nullptr || !expect(found->is_array(), name, "a list")) return Json::array();
    return *found;
  }

  void read_instant(const Json& json, const char* name, Nanos& out) {
    const bool whole =
        json.is_number_unsigned() && json.get<std::uint64_t>() <= std::uint64_t{INT64_MAX};
    if (expect(whole, name, "nanoseconds since 1970")) out = json.get<Nanos>();
  }

  void read_annotation(const Json& item) {
    if (!expect(item.is_object(), kAnnotations, "a list of objects")) return;
    Annotation annotation;
    if (const auto at = item.find("realtime_ns"); at != item.end()) {
      read_instant(*at, kAnnotations, annotation.realtime);
    }
    const auto text = item.find("text");
    const bool good = text != item.end() && text->is_string();
    if (!expect(good, kAnnotations, "a list of objects with a text")) return;
    annotation.text = *text;
    notes_.annotations.push_back(std::move(annotation));
  }

  void read_mark(const Json& item) {
    if (!expect(item.is_object(), kMarks, "a list of objects")) return;
    ChartMark mark;
    if (const auto at = item.find("realtime_ns"); at != item.end()) {
      read_instant(*at, kMarks, mark.realtime);
    }
    const auto text = [&](const char* name, std::string& out) {
      const auto found = item.find(name);
      if (found == item.end() || !found->is_string()) return false;
      out = *found;
      return true;
    };
    const bool good = text("chart", mark.chart) && text("text", mark.text);
    if (!expect(good, kMarks, "a list of objects with a chart and a text")) return;
    text("target", mark.target);
    for (const auto& [name, place] : {std::pair("x", &mark.x), std::pair("y", &mark.y)}) {
      const auto found = item.find(name);
      if (found != item.end() && found->is_number()) *place = found->get<double>();
    }
    notes_.marks.push_back(std::move(mark));
  }

  bool expect(bool good, const char* name, std::string_view wanted) {
    if (!good && problem_.empty()) problem_ = fmt::format("'{}' is not {}", name, wanted);
    return good;
  }

  const Json& object_;
  Notes notes_;
  std::string problem_;
};

// Puts what we know over what else stands in the file.
std::string format_over(Json tree, const Notes& notes) {
  if (notes.baseline_since > 0) {
    tree[kBaseline] = notes.baseline_since;
  } else {
    tree.erase(kBaseline);
  }
  tree[kTags] = notes.tags;
  Json& annotations = tree[kAnnotations] = Json::array();
  for (const Annotation& a : notes.annotations) {
    annotations.push_back({{"realtime_ns", a.realtime}, {"text", a.text}});
  }
  if (notes.marks.empty()) {
    tree.erase(kMarks);
  } else {
    Json& marks = tree[kMarks] = Json::array();
    for (const ChartMark& m : notes.marks) {
      marks.push_back({{"realtime_ns", m.realtime},
                       {"chart", m.chart},
                       {"text", m.text},
                       {"target", m.target},
                       {"x", m.x ? Json(*m.x) : Json()},
                       {"y", m.y ? Json(*m.y) : Json()}});
    }
  }
  return tree.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// The file's text; empty where there is none. Links, pipes and the like are no notes of this run.
Result<std::string> read_notes_file(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::string();
    return std::unexpected(io_error("cannot read", path, errno));
  }
  if (!S_ISREG(info.st_mode)) return fail(ErrorCode::kIo, "is not a file", path);
  if (info.st_size > static_cast<off_t>(kMaxNotesBytes)) {
    return fail(ErrorCode::kInvalidInput, "is larger than 4 MiB", path);
  }
  return read_file(path);
}

}  // namespace

NotesReading parse_notes(std::string_view json) {
  const Json tree = parse(json);
  if (!tree.is_object()) return {.notes = {}, .problem = "not a JSON object"};
  return Reader(tree).read();
}

NotesReading load_notes(const RunFolder& folder) {
  const auto text = read_notes_file(folder.file(kNotesFile));
  if (!text) return {.notes = {}, .problem = text.error().message};
  return text->empty() ? NotesReading{} : parse_notes(*text);
}

Result<void> update_notes(const RunFolder& folder, const std::function<void(Notes&)>& change) {
  // One change at a time.
  const auto lock = FolderLock::take(folder.path());
  if (!lock) return std::unexpected(lock.error());
  const std::string path = folder.file(kNotesFile);
  const auto text = read_notes_file(path);
  if (!text) return std::unexpected(text.error());
  NotesReading reading = text->empty() ? NotesReading{} : parse_notes(*text);
  if (!reading.problem.empty()) {
    return fail(
        ErrorCode::kInvalidInput,
        fmt::format("damaged: {}; mend it or take it away, nothing was changed", reading.problem),
        path);
  }
  change(reading.notes);
  const std::string json =
      format_over(text->empty() ? Json::object() : parse(*text), reading.notes);
  if (json.size() > kMaxNotesBytes) {  // it could not be read again
    return fail(ErrorCode::kInvalidInput, "would be larger than 4 MiB; take notes away first",
                path);
  }
  return write_file_atomically(path, json);
}

Result<std::optional<RunFolder>> baseline_of(const std::string& results_dir) {
  const auto folders = run_folders(results_dir);
  if (!folders) return std::unexpected(folders.error());
  std::optional<RunFolder> baseline;
  Nanos latest = 0;
  for (const RunFolder& folder : *folders) {
    const Nanos since = load_notes(folder).notes.baseline_since;
    if (since <= latest) continue;
    latest = since;
    baseline = folder;
  }
  return baseline;
}

Result<void> set_baseline(const std::string& results_dir, const RunFolder& run, Nanos now) {
  auto marked = update_notes(run, [&](Notes& notes) { notes.baseline_since = now; });
  if (!marked) return marked;
  const auto folders = run_folders(results_dir);
  if (!folders) return std::unexpected(folders.error());
  for (const RunFolder& folder : *folders) {
    if (folder.id() == run.id() || load_notes(folder).notes.baseline_since == 0) continue;
    auto cleared = update_notes(folder, [](Notes& notes) { notes.baseline_since = 0; });
    if (!cleared) return cleared;
  }
  return {};
}

Result<std::vector<std::string>> clear_baseline(const std::string& results_dir) {
  const auto folders = run_folders(results_dir);
  if (!folders) return std::unexpected(folders.error());
  std::vector<std::string> ids;
  for (const RunFolder& folder : *folders) {
    if (load_notes(folder).notes.baseline_since == 0) continue;
    auto cleared = update_notes(folder, [](Notes& notes) { notes.baseline_since = 0; });
    if (!cleared) return std::unexpected(cleared.error());
    ids.push_back(folder.id());
  }
  return ids;
}

}  // namespace tt::record
