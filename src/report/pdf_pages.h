// Bands of a document onto pages: which goes where, apart from what they show.
//
// Pure; nothing here knows of fonts or cairo. Heights in points.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tt::report {

/// A strip as wide as the page that is never cut: a line of text, a row of a table, a picture.
struct Band {
  double height = 0;
  double before = 0;       // blank above it; none at the head of a page
  double slack = 0;        // of its height, what it can do without
  double deep = 0;         // and what it does without rather than leave much of a page empty
  bool with_next = false;  // never the last on a page, where the next can follow it
  /// An earlier band that is shown again above this one where it comes first on a page: the head of
  /// its table.
  std::optional<std::size_t> head = std::nullopt;
};

struct Placed {
  std::size_t band = 0;
  double y = 0;  // from the head of the page's room
  double height = 0;
  bool again = false;  // a head, repeated
};
using PageOfBands = std::vector<Placed>;

/// Every band once, in order, on pages with room of `height`. Bands that belong together go to the
/// next page together, unless a page is too low for them all. A picture gives up its slack (with
/// those before it on the page, each in its share) where it then fits, and more where a quarter of
/// the page would stay empty. A band that is higher than a page has one of its own, and runs over
/// its end.
std::vector<PageOfBands> paginate(std::span<const Band> bands, double height);

/// The same, but where the last page would have hardly anything, with blanks and pictures smaller
/// on all pages if that saves it.
std::vector<PageOfBands> paginate_fully(std::span<const Band> bands, double height);

}  // namespace tt::report
