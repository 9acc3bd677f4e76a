#include "report/pdf_pages.h"

#include <algorithm>

namespace tt::report {
namespace {

constexpr double kHardlyFull = 0.3;    // of a page's height: less is to be saved
constexpr double kMostTighter = 0.45;  // of blanks
constexpr int kTries = 4;
constexpr double kMuchEmpty = 0.25;  // of a page's height
constexpr double kTiny = 1e-6;       // a page is not broken for an error of rounding

class Paginator {
 public:
  Paginator(std::span<const Band> bands, double height) : bands_(bands), height_(height) {}

  std::vector<PageOfBands> run() {
    for (std::size_t first = 0; first < bands_.size();) {
      std::size_t last = first;
      while (last + 1 < bands_.size() && bands_[last].with_next) ++last;
      place(first, last);
      first = last + 1;
    }
    close();
    return std::move(pages_);
  }

 private:
  struct Sum {
    double height = 0;
    double slack = 0;
    double deep = 0;
  };

  // What these take where they come next.
  Sum sum_of(std::size_t first, std::size_t last) const {
    Sum sum;
    const auto head = head_for(first);
    if (head) sum.height += bands_[*head].height;
    for (std::size_t i = first; i <= last; ++i) {
      const bool top = page_.empty() && i == first && !head;
      sum.height += bands_[i].height + (top ? 0 : bands_[i].before);
      sum.slack += bands_[i].slack;
      sum.deep += bands_[i].deep;
    }
    return sum;
  }

  std::optional<std::size_t> head_for(std::size_t band) const {
    const auto& head = bands_[band].head;
    return page_.empty() && head && *head < band ? head : std::nullopt;
  }

  bool fits(const Sum& sum) const {
    // Text does not make the pictures above it smaller; only another picture does.
    const double slack = sum.slack > 0 ? sum.slack + used_.slack : 0;
    return used_.height + sum.height - slack <= height_ + kTiny;
  }

  bool fits_deep(const Sum& sum) const {
    const double rest = height_ - used_.height;
    return rest > kMuchEmpty * height_ && sum.deep > 0 && sum.height - sum.deep <= rest + kTiny;
  }

  void place(std::size_t first, std::size_t last) {
    Sum sum = sum_of(first, last);
    if (!fits(sum) && fits_deep(sum)) {
      append(first, last, (used_.height + sum.height - height_) / sum.deep);
      return;
    }
    if (!fits(sum)) {
      close();
      sum = sum_of(first, last);
    }
    if (fits(sum)) {
      append(first, last);
      return;
    }
    // Too high for any page together: as many as go.
    for (std::size_t i = first; i <= last; ++i) {
      if (!fits(sum_of(i, i))) close();
      append(i, i);
    }
  }

  // `deep` is the share of what these give up at once.
  void append(std::size_t first, std::size_t last, double deep = 0) {
    Sum sum = sum_of(first, last);
    if (deep > 0) sum = {.height = sum.height - deep * sum.deep};
    if (const auto head = head_for(first)) {
      page_.push_back({.band = *head, .height = bands_[*head].height, .again = true});
    }
    for (std::size_t i = first; i <= last; ++i) {
      page_.push_back({.band = i, .height = bands_[i].height - deep * bands_[i].deep});
    }
    used_.height += sum.height;
    used_.slack += sum.slack;
  }

  // Takes from those with slack what is too much, and gives all their places.
  void close() {
    if (page_.empty()) return;
    const double over = used_.height - height_;
    const double share = over > 0 && used_.slack > 0 ? std::min(1.0, over / used_.slack) : 0;
    double y = 0;
    for (std::size_t i = 0; i < page_.size(); ++i) {
      const Band& band = bands_[page_[i].band];
      if (i > 0) y += band.before;
      page_[i].height -= share * band.slack;
      page_[i].y = y;
      y += page_[i].height;
    }
    pages_.push_back(std::move(page_));
    page_.clear();
    used_ = {};
  }

  std::span<const Band> bands_;
  double height_;
  std::vector<PageOfBands> pages_;
  PageOfBands page_;
  Sum used_;
};

// `share` of what can be done without, from 0 to 1.
std::vector<Band> tightened(std::span<const Band> bands, double share) {
  std::vector<Band> tight(bands.begin(), bands.end());
  for (Band& band : tight) {
    band.before *= 1 - kMostTighter * share;
    band.height -= share * band.slack;
    band.deep = std::max(0.0, band.deep - share * band.slack);
    band.slack *= 1 - share;
  }
  return tight;
}

}  // namespace

std::vector<PageOfBands> paginate(std::span<const Band> bands, double height) {
  return Paginator(bands, height).run();
}

std::vector<PageOfBands> paginate_fully(std::span<const Band> bands, double height) {
  auto pages = paginate(bands, height);
  if (pages.size() < 2) return pages;
  const Placed& last = pages.back().back();
  if (last.y + last.height > kHardlyFull * height) return pages;
  for (int i = 1; i <= kTries; ++i) {
    auto fewer = paginate(tightened(bands, static_cast<double>(i) / kTries), height);
    if (fewer.size() < pages.size()) return fewer;
  }
  return pages;
}

}  // namespace tt::report
