#include "app/terminal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/safe_text.h"
#include "base/text.h"

namespace tt::app {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array kNoWidth = {
    Range{0x0300, 0x036f}, Range{0x0483, 0x0489}, Range{0x0591, 0x05bd},  Range{0x0610, 0x061a},
    Range{0x064b, 0x065f}, Range{0x1ab0, 0x1aff}, Range{0x1dc0, 0x1dff},  Range{0x200b, 0x200f},
    Range{0x202a, 0x202e}, Range{0x2060, 0x2064}, Range{0x20d0, 0x20ff},  Range{0xfe00, 0xfe0f},
    Range{0xfe20, 0xfe2f}, Range{0xfeff, 0xfeff}, Range{0xe0100, 0xe01ef}};
constexpr std::array kTwoWide = {
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},
    Range{0xac00, 0xd7a3},   Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},
    Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},   Range{0x1f300, 0x1f64f},
    Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd}};

// Our own signs, with ASCII of the same width for terminals without UTF-8.
constexpr std::array<std::pair<char32_t, char>, 24> kSigns = {
    {{U'\u00a0', ' '}, {U'–', '-'}, {U'—', '-'}, {U'…', '~'}, {U'·', '.'}, {U'─', '-'},
     {U'│', '|'},      {U'▁', '_'}, {U'▂', '.'}, {U'▃', '-'}, {U'▄', '='}, {U'▅', '+'},
     {U'▆', '*'},      {U'▇', '%'}, {U'█', '#'}, {U'░', '.'}, {U'━', '='}, {U'✓', '+'},
     {U'✗', 'x'},      {U'×', 'x'}, {U'▸', '>'}, {U'●', '*'}, {U'≤', '<'}, {U'’', '\''}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  return std::ranges::any_of(ranges, [&](Range r) { return c >= r.first && c <= r.last; });
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (within(kNoWidth, c)) return 0;
  return within(kTwoWide, c) ? 2 : 1;
}

// Takes the first character off clean text.
char32_t take(std::string_view& text, std::string_view& bytes) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  bytes = text.substr(0, length);
  text.remove_prefix(bytes.size());
  if (length == 1) return lead;
  char32_t c = lead & (0xff >> (length + 1));
  for (const char next : bytes.substr(1)) c = c << 6 | (static_cast<unsigned char>(next) & 0x3f);
  return c;
}

// The longest beginning of clean text that takes at most `width` columns.
std::string_view head_of(std::string_view text, std::size_t width) {
  std::string_view rest = text;
  std::size_t used = 0;
  while (!rest.empty()) {
    std::string_view left = rest;
    std::string_view bytes;
    used += width_of(take(left, bytes));
    if (used > width) break;
    rest = left;
  }
  return text.substr(0, text.size() - rest.size());
}

// The longest end of it.
std::string_view tail_of(std::string_view text, std::size_t width) {
  std::size_t total = display_width(text);
  while (total > width) {
    std::string_view bytes;
    total -= width_of(take(text, bytes));
  }
  return text;
}

void append_ascii(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::string_view bytes;
    const char32_t c = take(text, bytes);
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    const auto* sign = std::ranges::find(kSigns, c, &std::pair<char32_t, char>::first);
    out.append(width_of(c), sign == kSigns.end() ? '?' : sign->second);
  }
}

std::string_view escape_of(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kStrong:
      return "\x1b[1m";
    case Style::kDim:
      return "\x1b[2m";
    case Style::kGood:
      return "\x1b[32m";
    case Style::kWarn:
      return "\x1b[33m";
    case Style::kBad:
      return "\x1b[31m";
    case Style::kAccent:
      return "\x1b[36m";
  }
  return "";
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

bool locale_is_utf8() {
  // The first that is set counts, as POSIX has it.
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = to_lower(variable(name));
    if (value.empty()) continue;
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

}  // namespace

Look look_of(int fd, bool no_color) {
  Look look;
  const bool dumb = variable("TERM") == "dumb";
  look.terminal = isatty(fd) == 1 && !dumb;
  look.colour = look.terminal && !no_color && variable("NO_COLOR").empty();
  look.utf8 = locale_is_utf8();
  look.width = 100;
  winsize size{};
  if (look.terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    look.width = size.ws_col;
    look.height = size.ws_row;
  } else if (const auto columns = variable("COLUMNS"); !columns.empty()) {
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(columns.data(), columns.data() + columns.size(), value);
    if (ec == std::errc{} && value > 0) look.width = value;
  }
  look.width = std::clamp<std::size_t>(look.width, 40, 1000);
  return look;
}

Line::Line(std::string_view text, Style style) { add(text, style); }

Line& Line::add(std::string_view text, Style style) {
  if (!text.empty()) spans_.push_back({clean(text), style});
  return *this;
}

Line& Line::append(const Line& other) {
  spans_.insert(spans_.end(), other.spans_.begin(), other.spans_.end());
  return *this;
}

Line& Line::to_column(std::size_t column) {
  const std::size_t used = width();
  if (used < column) return add(std::string(column - used, ' '));
  return used == 0 ? *this : add(" ");
}

std::size_t Line::width() const {
  std::size_t sum = 0;
  for (const auto& span : spans_) sum += display_width(span.text);
  return sum;
}

std::string Line::text() const {
  std::string all;
  for (const auto& span : spans_) all += span.text;
  return all;
}

std::string paint(const Line& line, const Look& look) {
  std::string out;
  for (const auto& span : line.spans()) {
    const std::string_view escape = look.colour ? escape_of(span.style) : std::string_view{};
    out += escape;
    if (look.utf8) {
      out += span.text;
    } else {
      append_ascii(out, span.text);
    }
    if (!escape.empty()) out += "\x1b[0m";
  }
  if (!look.colour) out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    std::string_view bytes;
    sum += width_of(take(text, bytes));
  }
  return sum;
}

std::string clean(std::string_view text) { return safe_text(text); }

std::string fit_middle(std::string_view text, std::size_t width) {
  std::string all = clean(text);
  if (display_width(all) <= width) return all;
  if (width <= 4) return fit_end(all, width);
  const std::size_t front = (width - 1) / 2;
  return std::string(head_of(all, front)) + "…" + std::string(tail_of(all, width - 1 - front));
}

std::string fit_end(std::string_view text, std::size_t width) {
  std::string all = clean(text);
  if (display_width(all) <= width) return all;
  if (width == 0) return {};
  return std::string(head_of(all, width - 1)) + "…";
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(width, 8);
  const std::string all = clean(text);
  std::vector<std::string> lines;
  std::string line;
  const auto end_line = [&] { lines.push_back(std::exchange(line, {})); };
  for (std::string_view word : split(all, ' ')) {
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) end_line();
    while (display_width(word) > width) {
      if (!line.empty()) end_line();
      const std::string_view part = head_of(word, width);
      lines.emplace_back(part);
      word.remove_prefix(part.size());
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) end_line();
  return lines;
}

std::vector<Line> hanging(const Line& head, std::string_view text, std::size_t width, Style style) {
  const std::size_t indent = head.width();
  std::vector<Line> lines;
  for (const auto& part : wrap(text, width > indent ? width - indent : 0)) {
    Line line = lines.empty() ? head : Line().to_column(indent);
    lines.push_back(line.add(part, style));
  }
  return lines;
}

void append(std::vector<Line>& lines, std::vector<Line> more) {
  std::ranges::move(more, std::back_inserter(lines));
}

void Printer::line(const Line& line) { raw(paint(line, look_) + "\n"); }

void Printer::lines(const std::vector<Line>& lines) {
  std::string bytes;
  for (const auto& one : lines) bytes += paint(one, look_) + "\n";
  raw(bytes);
}

void Printer::text(std::string_view text, Style style) {
  for (const auto paragraph : split(text, '\n')) {
    for (const auto& part : wrap(paragraph, look_.width)) line(Line(part, style));
  }
}

void Printer::raw(std::string_view bytes) {
  if (sink_ != nullptr) {
    sink_->append(bytes);
    return;
  }
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failure_ = written < 0 ? errno : EIO;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace tt::app
