// Pages of a PDF to draw on, with their tags, links and outline. For one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "report/pdf_look.h"

// NOLINTBEGIN: as the libraries declare them
typedef struct _cairo cairo_t;
typedef struct _cairo_surface cairo_surface_t;
// NOLINTEND

namespace tt::report {

/// Points from the upper left corner of the page.
struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

class Canvas {
 public:
  Canvas(const look::Sheet& sheet, const Document& document);
  /// One page as a picture, a point as `scale` pixels. Tags, anchors and links are nothing there.
  Canvas(const look::Sheet& sheet, double scale);

  cairo_t* cairo() const { return cairo_.get(); }
  void fill(const Box& box, const look::Colour& colour, double radius = 0);
  void outline_box(const Box& box, const look::Colour& colour, double radius, double thickness);
  void next_page();

  /// A tag of PDF's structure ("P", "TR"), for who hears the document. Tags nest, and end on their
  /// page. What pages only repeat stands outside of all.
  void begin(const char* tag);
  void end(const char* tag);
  /// A picture, and what it says in words. Ends as "Figure".
  void begin_figure(std::string alternative);
  /// A place to go to, by name; names have letters, digits and "-" alone.
  void anchor(const std::string& name, double x, double y);
  void begin_link(const std::string& anchor);
  void end_link();
  /// A line of the outline that viewers show at the side, below `parent` (0: at the top).
  int bookmark(int parent, const std::string& title, const std::string& anchor);

  /// The file's bytes, of a picture a PNG. Nothing may be drawn afterwards.
  Result<std::string> finish();

 private:
  struct Free {
    void operator()(cairo_surface_t* surface) const;
    void operator()(cairo_t* cairo) const;
  };
  void round_path(const Box& box, double radius);
  Result<std::string> finish_picture();

  // What cairo writes to must not move.
  std::unique_ptr<std::string> bytes_ = std::make_unique<std::string>();
  std::unique_ptr<cairo_surface_t, Free> surface_;
  std::unique_ptr<cairo_t, Free> cairo_;
  std::vector<std::string> alternatives_;
  bool is_picture_ = false;
};

}  // namespace tt::report
