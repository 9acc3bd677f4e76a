// What people say of runs, and their removal.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "chart/catalogue.h"
#include "record/holdings.h"
#include "record/notes.h"
#include "serve/api.h"
#include "serve/json.h"

namespace tt::serve {
namespace {

constexpr std::size_t kLongestMark = 4000;

// As the command of that name does it, with its checks; the answer is what then stands there.
Reply changed(const Api& api, std::vector<std::string> command,
              const std::vector<std::string>& words) {
  command.push_back("--json");
  command.push_back("--results=" + api.library.results_dir());
  command.emplace_back("--");
  command.insert(command.end(), words.begin(), words.end());
  const auto text = api.studio.ask(command);
  return text ? json_reply(*text) : reply_of(text.error());
}

Reply add_tags(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto tags = strings_of(*body, "tags");
  if (!tags) return reply_of(tags.error());
  std::vector<std::string> words = {folder->path()};
  words.insert(words.end(), tags->begin(), tags->end());
  return changed(api, {"results", "tag"}, words);
}

Reply remove_tag(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  return changed(api, {"results", "tag", "--remove"}, {folder->path(), request.part("tag")});
}

Reply add_note(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto text = string_of(*body, "text", "");
  if (!text) return reply_of(text.error());
  if (text->empty()) return reply_of(Error{ErrorCode::kInvalidInput, "says nothing", "text"});
  return changed(api, {"results", "note"}, {folder->path(), *text});
}

Reply remove_note(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  return changed(api, {"results", "note", "--remove=" + request.part("note")}, {folder->path()});
}

Json marks_value(const record::Notes& notes) {
  Json marks = Json::array();
  for (const auto& mark : notes.marks) {
    marks.push_back({{"at", format_utc(mark.realtime)},
                     {"chart", mark.chart},
                     {"text", mark.text},
                     {"target", mark.target},
                     {"x", number(mark.x)},
                     {"y", number(mark.y)}});
  }
  return {{"marks", std::move(marks)}};
}

Reply list_marks(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  return json_reply_of(marks_value(record::load_notes(*folder).notes));
}

Result<record::ChartMark> mark_of(const Json& body) {
  auto chart = string_of(body, "chart", "");
  auto text = string_of(body, "text", "");
  auto target = string_of(body, "target", "");
  for (const auto* one : {&chart, &text, &target}) {
    if (!*one) return std::unexpected(one->error());
  }
  if (chart::find_chart(*chart) == nullptr) {
    return fail(ErrorCode::kInvalidInput, fmt::format("there is no chart '{}'", *chart), "chart");
  }
  if (text->empty() || text->size() > kLongestMark || target->size() > kLongestMark) {
    return fail(ErrorCode::kInvalidInput, fmt::format("must be 1 to {} bytes", kLongestMark),
                "text");
  }
  record::ChartMark mark{.realtime = realtime_now(),
                         .chart = std::move(*chart),
                         .text = std::move(*text),
                         .target = std::move(*target)};
  for (const auto& [name, place] : {std::pair("x", &mark.x), std::pair("y", &mark.y)}) {
    if (!body.contains(name) || body[name].is_null()) continue;
    const auto value = number_of(body, name, 0);
    if (!value) return std::unexpected(value.error());
    *place = *value;
  }
  return mark;
}

// A place of a chart that somebody has something to say of.
Reply add_mark(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto body = object_of(request.body);
  if (!body) return reply_of(body.error());
  const auto mark = mark_of(*body);
  if (!mark) return reply_of(mark.error());
  const auto changed =
      record::update_notes(*folder, [&](record::Notes& notes) { notes.marks.push_back(*mark); });
  return changed ? list_marks(api, request) : reply_of(changed.error());
}

// By its place in the list, from 1, as notes are.
Reply remove_mark(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto place = parse_whole(request.part("mark")).value_or(0);
  bool found = false;
  const auto changed = record::update_notes(*folder, [&](record::Notes& notes) {
    found = place >= 1 && place <= notes.marks.size();
    if (found) notes.marks.erase(notes.marks.begin() + static_cast<std::ptrdiff_t>(place - 1));
  });
  if (!changed) return reply_of(changed.error());
  if (!found) {
    return reply_of(
        Error{ErrorCode::kNotFound, fmt::format("there is no mark {}", request.part("mark")), {}},
        "GET .../marks lists them; they count from 1.");
  }
  return list_marks(api, request);
}

Reply set_baseline(const Api& api, const Request& request) {
  const auto folder = api.library.ended(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto set = record::set_baseline(api.library.results_dir(), *folder, realtime_now());
  if (!set) return reply_of(set.error());
  return json_reply_of({{"baseline", folder->id()}});
}

Reply clear_baseline(const Api& api, const Request&) {
  const auto cleared = record::clear_baseline(api.library.results_dir());
  if (!cleared) return reply_of(cleared.error());
  return json_reply_of({{"baseline", nullptr}});
}

// A run alone, by its whole id, unless something binds it.
Reply remove_run(const Api& api, const Request& request) {
  const auto folder = api.library.folder(request.part("run"));
  if (!folder) return reply_of(folder.error());
  const auto holdings = record::list_holdings(api.library.results_dir());
  if (!holdings) return reply_of(holdings.error());
  const auto found = std::ranges::find(*holdings, folder->id(), &record::Holding::id);
  if (found == holdings->end()) {
    return reply_of(Error{ErrorCode::kUnavailable, "the run belongs to a group of runs", {}},
                    "tokentrial results remove GROUP removes the whole group.");
  }
  if (!found->bound.empty()) {
    return reply_of(
        Error{
            ErrorCode::kUnavailable, fmt::format("the run must stay: it is {}", found->bound), {}},
        "Release it first: take away the baseline's mark, or wait for its end.");
  }
  const auto removed = record::remove_holding(api.library.results_dir(), *found);
  if (!removed) return reply_of(removed.error());
  return json_reply_of({{"removed", folder->id()}});
}

}  // namespace

void add_change_paths(Router& router, const Api& api) {
  const AddTo add{router, api};
  using enum Method;
  add(kPost, "/api/v1/runs/{run}/tags", add_tags);
  add(kDelete, "/api/v1/runs/{run}/tags/{tag}", remove_tag);
  add(kPost, "/api/v1/runs/{run}/notes", add_note);
  add(kDelete, "/api/v1/runs/{run}/notes/{note}", remove_note);
  add(kGet, "/api/v1/runs/{run}/marks", list_marks);
  add(kPost, "/api/v1/runs/{run}/marks", add_mark);
  add(kDelete, "/api/v1/runs/{run}/marks/{mark}", remove_mark);
  add(kPut, "/api/v1/runs/{run}/baseline", set_baseline);
  add(kDelete, "/api/v1/baseline", clear_baseline);
  add(kDelete, "/api/v1/runs/{run}", remove_run);
}

}  // namespace tt::serve
