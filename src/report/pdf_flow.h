// A document as strips: how high each is, what belongs together, and how to draw it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/pdf_canvas.h"
#include "report/pdf_pages.h"
#include "report/pdf_text.h"

namespace tt::report {

using Paint = std::function<void(Canvas&, const Box&)>;

inline constexpr int kNoGroup = -1;

/// Strips that make one thing: a table, a callout. Where a page breaks it, each page has its part.
struct Group {
  const char* tag = nullptr;  // of PDF's structure
  int parent = kNoGroup;
  Paint ground = {};  // drawn below its part of the page; may be empty
};

struct Strip {
  Band band;
  int group = kNoGroup;
  Paint paint = {};         // in the strip's box; may be empty
  std::string anchor = {};  // where links lead; may be empty
};

/// A line of the outline.
struct Bookmark {
  std::string title;
  std::string anchor;
  bool below = false;  // the one before it that is not
};

using PageNumbers = std::map<std::string, int>;  // by anchor, from 1

/// Takes blocks, one after the other.
class Flow {
 public:
  /// `type` must outlive this. `width` of the room for text.
  /// `accent` of rules and dots.
  Flow(Typesetter& type, double width, const look::Colour& accent = look::kAccent)
      : type_(&type), width_(width), accent_(accent) {}

  Typesetter& type() const { return *type_; }
  double width() const { return width_; }
  const look::Colour& accent() const { return accent_; }

  int group(Group group);
  std::size_t add(Strip strip);
  /// At least this much blank above what comes next.
  void blank(double height) { blank_ = std::max(blank_, height); }
  /// The next strip goes with the last.
  void keep();
  /// A strip a line; the first two stay together, and the last two. `whole`: all do.
  void add_lines(const Lines& lines, double indent, int group, bool whole = false);
  /// Draws this, too, below what strip `at` draws.
  void decorate(std::size_t at, Paint paint);
  void bookmark(Bookmark bookmark) { bookmarks_.push_back(std::move(bookmark)); }

  const std::vector<Strip>& strips() const { return strips_; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<Bookmark>& bookmarks() const { return bookmarks_; }
  /// Known once the pages are; whoever draws may look into it.
  const std::shared_ptr<PageNumbers>& pages() const { return pages_; }

 private:
  Typesetter* type_;
  double width_;
  look::Colour accent_;
  double blank_ = 0;
  std::vector<Strip> strips_;
  std::vector<Group> groups_;
  std::vector<Bookmark> bookmarks_;
  std::shared_ptr<PageNumbers> pages_ = std::make_shared<PageNumbers>();
};

/// A logo, ready to be drawn at the right of a box.
struct SetLogo {
  double width = 0;
  Paint paint;
};
/// nullopt where there is none, or none that can be read.
std::optional<SetLogo> set_logo(const Logo& logo);

/// Title, subtitle, where the figures come from.
void add_front(Flow& flow, const Document& document);
/// The sections with their pages, as links.
void add_contents(Flow& flow, const Document& document);
/// "answer": the name of a section's place, unlike that of every other.
std::string anchor_of(const Document& document, std::size_t section);
/// `lead`: its first block is what the document says above all.
void add_section(Flow& flow, const Section& section, const std::string& anchor, bool lead);

void add_callout(Flow& flow, const Callout& callout, double size);  // of its title's letters
void add_table(Flow& flow, const Table& table);
void add_cards(Flow& flow, const Cards& cards);
void add_picture(Flow& flow, const Picture& picture, const std::string& anchor);
/// Of a table, cards, a listing.
void add_subheading(Flow& flow, const std::string& title);

}  // namespace tt::report
