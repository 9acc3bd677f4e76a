// Text for a terminal: lines of styled spans, laid out by display width and painted for what the
// terminal can show. Everything that is printed goes through Line, which makes foreign text (names,
// engines' messages) harmless: no control character ever reaches the terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tt::app {

/// A meaning, not a colour. The words beside say the same, so that nothing hangs on colour.
enum class Style : std::uint8_t {
  kPlain,
  kStrong,  // what to read first
  kDim,     // what to read last
  kGood,
  kWarn,
  kBad,
  kAccent,  // commands, paths
};

/// What an output can show.
struct Look {
  bool terminal = false;  // redrawing is possible
  bool colour = false;
  bool utf8 = true;
  std::size_t width = 80;  // columns
  std::size_t height = 24;
};

/// What the descriptor `fd` can show: colour and redrawing on a terminal only; neither NO_COLOR,
/// TERM=dumb nor `no_color` allow colour. UTF-8 by the locale's variables. Width without a
/// terminal: COLUMNS, else 100.
Look look_of(int fd, bool no_color);

struct Span {
  std::string text;  // clean UTF-8
  Style style = Style::kPlain;
  bool operator==(const Span&) const = default;
};

/// One line without its end.
class Line {
 public:
  Line() = default;
  /// Implicit on purpose: most lines and cells are one plain text.
  Line(std::string_view text, Style style = Style::kPlain);  // NOLINT(google-explicit-constructor)
  Line(const char* text)                                     // NOLINT(google-explicit-constructor)
      : Line(std::string_view(text)) {}
  Line(const std::string& text)  // NOLINT(google-explicit-constructor)
      : Line(std::string_view(text)) {}

  Line& add(std::string_view text, Style style = Style::kPlain);
  Line& append(const Line& other);
  /// Blanks up to this column; at least one where the line is already there and not empty.
  Line& to_column(std::size_t column);

  std::size_t width() const;
  bool empty() const { return spans_.empty(); }
  const std::vector<Span>& spans() const { return spans_; }
  /// The text alone.
  std::string text() const;

 private:
  std::vector<Span> spans_;
};

/// The line's bytes for this look, without a line end. Without UTF-8 our own signs become ASCII of
/// the same width and other letters '?'.
std::string paint(const Line& line, const Look& look);

/// Columns that UTF-8 text takes: combining marks none, East Asian letters and emoji two.
std::size_t display_width(std::string_view text);
/// Valid UTF-8 without control characters (each becomes a blank, broken bytes U+FFFD).
std::string clean(std::string_view text);
/// At most `width` columns: cut in the middle, where names of one family are most alike.
std::string fit_middle(std::string_view text, std::size_t width);
/// At most `width` columns, cut at the end.
std::string fit_end(std::string_view text, std::size_t width);
/// Broken at blanks; a word longer than the width is broken where it must be.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// Wrapped, each line after the first indented as far as the first one's text. `head` stands before
/// it.
std::vector<Line> hanging(const Line& head, std::string_view text, std::size_t width,
                          Style style = Style::kPlain);

/// Moves `more` to the end of `lines`.
void append(std::vector<Line>& lines, std::vector<Line> more);

/// Where lines go: a descriptor, or memory in tests. One thread at a time.
class Printer {
 public:
  Printer(int fd, Look look) : look_(look), fd_(fd) {}
  /// Into `sink`, which must outlive the printer.
  Printer(std::string& sink, Look look) : look_(look), sink_(&sink) {}

  const Look& look() const { return look_; }
  void set_look(Look look) { look_ = look; }

  void line(const Line& line = {});
  void lines(const std::vector<Line>& lines);
  /// A text of several lines in one style, each wrapped at the look's width.
  void text(std::string_view text, Style style = Style::kPlain);
  /// Bytes as they are, in as few writes as the system takes.
  void raw(std::string_view bytes);
  /// errno of the write that failed, after which the rest is lost; 0: everything was taken.
  int failure() const { return failure_; }

 private:
  Look look_;
  int fd_ = -1;
  std::string* sink_ = nullptr;
  int failure_ = 0;
};

}  // namespace tt::app
