#include "app/notes_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tt::app {

std::vector<Line> notes_lines(const record::Notes& notes, std::size_t width) {
  std::vector<Line> lines;
  const auto add = [&](const std::string& head, const std::string& text) {
    const auto more = hanging(Line(fmt::format("  {:<8}", head), Style::kDim), text, width);
    lines.insert(lines.end(), more.begin(), more.end());
  };
  if (!notes.tags.empty()) add("tags", fmt::format("{}", fmt::join(notes.tags, ", ")));
  for (std::size_t i = 0; i < notes.annotations.size(); ++i) {
    const auto& note = notes.annotations[i];
    add(fmt::format("note {}", i + 1),
        fmt::format("{} {}", format_utc(note.realtime).substr(0, 10), note.text));
  }
  return lines;
}

std::string notes_json(const record::Notes& notes) {
  std::string tags;
  for (const auto& tag : notes.tags) tags += (tags.empty() ? "" : ", ") + json_string(tag);
  std::string said;
  for (const auto& note : notes.annotations) {
    said += fmt::format("{}{{\"at\": {}, \"text\": {}}}", said.empty() ? "" : ", ",
                        json_string(format_utc(note.realtime)), json_string(note.text));
  }
  return fmt::format("\"tags\": [{}], \"notes\": [{}]", tags, said);
}

}  // namespace tt::app
