// A small part of Markdown, for text of the user's own.
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"
#include "report/template_file.h"

namespace tt::report {
namespace {

/// Reads one line of text from left to right; what opens and never closes is text as it is.
class Inline {
 public:
  explicit Inline(std::string_view text) : rest_(text) {}

  Text read() && {
    while (!rest_.empty()) {
      if (take_code() || take_bold() || take_link()) continue;
      plain_ += rest_.front();
      rest_.remove_prefix(1);
    }
    flush();
    return std::move(text_);
  }

 private:
  void flush() {
    if (!plain_.empty()) text_.push_back({.text = std::move(plain_)});
    plain_.clear();
  }

  bool take_code() {
    if (!rest_.starts_with('`')) return false;
    const auto end = rest_.find('`', 1);
    if (end == std::string_view::npos || end == 1) return false;
    flush();
    text_.push_back({.text = std::string(rest_.substr(1, end - 1)), .code = true});
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take_bold() {
    constexpr std::string_view kMark = "**";
    if (!rest_.starts_with(kMark)) return false;
    const auto end = rest_.find(kMark, kMark.size());
    if (end == std::string_view::npos || end == kMark.size()) return false;
    flush();
    text_.push_back({.text = std::string(rest_.substr(2, end - 2)), .strong = true});
    rest_.remove_prefix(end + 2);
    return true;
  }

  // "[words](address)" as "words (address)": documents hold no links that somebody else made.
  bool take_link() {
    if (!rest_.starts_with('[')) return false;
    const auto middle = rest_.find("](");
    if (middle == std::string_view::npos) return false;
    const auto end = rest_.find(')', middle);
    if (end == std::string_view::npos) return false;
    plain_ += fmt::format("{} ({})", rest_.substr(1, middle - 1),
                          rest_.substr(middle + 2, end - middle - 2));
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
  std::string plain_;
  Text text_;
};

bool is_bullet(std::string_view line) { return line.starts_with("- ") || line.starts_with("* "); }

class Reader {
 public:
  std::vector<Block> read(std::string_view text) && {
    for (const auto line : split(text, '\n')) take(trim(line));
    end();
    return std::move(blocks_);
  }

 private:
  void take(std::string_view line) {
    if (line.empty()) {
      end();
    } else if (is_bullet(line)) {
      if (!paragraph_.empty()) end();
      items_.emplace_back(trim(line.substr(2)));
    } else if (!items_.empty()) {
      items_.back() += fmt::format(" {}", line);  // a bullet goes on
    } else {
      paragraph_ += fmt::format("{}{}", paragraph_.empty() ? "" : " ", line);
    }
  }

  void end() {
    if (!paragraph_.empty()) blocks_.emplace_back(Paragraph{Inline(paragraph_).read()});
    if (!items_.empty()) {
      Bullets bullets;
      for (const auto& item : items_) bullets.items.push_back(Inline(item).read());
      blocks_.emplace_back(std::move(bullets));
    }
    paragraph_.clear();
    items_.clear();
  }

  std::string paragraph_;
  std::vector<std::string> items_;
  std::vector<Block> blocks_;
};

}  // namespace

std::vector<Block> blocks_of_markdown(std::string_view text) { return Reader().read(text); }

}  // namespace tt::report
