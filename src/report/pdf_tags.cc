#include "report/pdf_tags.h"

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <glib.h>

#include "base/text.h"

namespace tt::report {
namespace {

// An object of the file: "12 0 obj\n<< ... >>\nendobj\n".
struct Object {
  std::uint64_t number = 0;
  std::string_view inside;  // of its dictionary, without "<<" and ">>"
};

// The first object at or behind `from` with a dictionary that begins so; moves `from` behind it.
std::optional<Object> next_object(std::string_view bytes, std::string_view begins,
                                  std::size_t& from) {
  const std::string head = fmt::format(" 0 obj\n<< {}", begins);
  const auto at = bytes.find(head, from);
  if (at == std::string_view::npos) return std::nullopt;
  const auto line = bytes.rfind('\n', at) + 1;  // npos + 1 is 0
  const auto inside = at + std::string_view(" 0 obj\n<<").size();
  const auto end = bytes.find(">>\nendobj\n", inside);
  const auto number = parse_whole(bytes.substr(line, at - line));
  from = at + head.size();
  if (!number || end == std::string_view::npos) return std::nullopt;
  return Object{.number = *number, .inside = bytes.substr(inside, end - inside)};
}

std::vector<Object> figures_of(std::string_view bytes) {
  std::vector<Object> figures;
  std::size_t from = 0;
  while (const auto object = next_object(bytes, "/Type /StructElem\n   /S /Figure\n", from)) {
    figures.push_back(*object);
  }
  return figures;
}

// A text as PDF has it outside of pages: UTF-16 with its mark, in hexadecimal.
std::string text_string(const std::string& text) {
  glong count = 0;
  gunichar2* wide =
      g_utf8_to_utf16(text.data(), static_cast<glong>(text.size()), nullptr, &count, nullptr);
  std::string out = "<FEFF";
  for (const gunichar2 unit : std::span(wide, static_cast<std::size_t>(count))) {
    fmt::format_to(std::back_inserter(out), "{:04X}", unit);
  }
  g_free(wide);
  return out + ">";
}

// What stands between these, the last time; nullopt where they are not there.
std::optional<std::string_view> last_between(std::string_view bytes, std::string_view before,
                                             std::string_view after) {
  const auto at = bytes.rfind(before);
  if (at == std::string_view::npos) return std::nullopt;
  const auto from = at + before.size();
  const auto end = bytes.find(after, from);
  if (end == std::string_view::npos) return std::nullopt;
  return bytes.substr(from, end - from);
}

// New forms of objects, behind the end of the file that they belong to.
class Update {
 public:
  explicit Update(std::string& bytes) : bytes_(&bytes) {}

  void add(std::uint64_t number, std::string_view inside, std::string_view more) {
    places_ += fmt::format("{} 1\n{:010} 00000 n \n", number, bytes_->size());
    *bytes_ += fmt::format("{} 0 obj\n<<{}{}>>\nendobj\n", number, inside, more);
  }

  void end(std::string_view trailer, std::string_view previous) {
    const auto start = bytes_->size();
    *bytes_ += fmt::format("xref\n{}trailer\n<<{}   /Prev {}\n>>\nstartxref\n{}\n%%EOF\n", places_,
                           trailer, previous, start);
  }

 private:
  std::string* bytes_;
  std::string places_;
};

}  // namespace

std::string with_tags(std::string bytes, std::span<const std::string> alternatives) {
  const std::string file = bytes;  // what is read stays, while `bytes` grows
  std::size_t from = 0;
  const auto catalog = next_object(file, "/Type /Catalog\n", from);
  const auto trailer = last_between(file, "trailer\n<<", ">>");
  const auto start = last_between(file, "startxref\n", "\n");
  if (!catalog || !trailer || !start || !file.ends_with("%%EOF\n")) return bytes;
  Update update(bytes);
  const auto figures = figures_of(file);
  for (std::size_t i = 0; figures.size() == alternatives.size() && i < figures.size(); ++i) {
    update.add(figures[i].number, figures[i].inside,
               fmt::format("   /Alt {}\n", text_string(alternatives[i])));
  }
  update.add(catalog->number, catalog->inside,
             "   /MarkInfo << /Marked true >>\n   /Lang (en)\n"
             "   /ViewerPreferences << /DisplayDocTitle true >>\n");
  update.end(*trailer, *start);
  return bytes;
}

}  // namespace tt::report
