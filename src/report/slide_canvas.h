// What stands on one slide, as PresentationML. For pptx.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "report/office_pictures.h"
#include "report/package.h"
#include "report/slide_layout.h"

namespace tt::report {

struct TextLook {
  double size = 14;
  bool bullets = false;
  bool strong = false;
  std::string_view colour = "111827";
};

class SlideCanvas {
 public:
  /// `path`: of the slide in the package. `layout`: the layout's.
  SlideCanvas(Package& package, std::string path, const std::string& layout);

  const std::string& path() const { return path_; }

  /// Into a place of the layout: "title", "ctrTitle", "subTitle", "ftr", "sldNum".
  void placeholder(std::string_view type, int index, std::span<const Text> paragraphs,
                   double size = 0);
  void text(const Box& box, std::span<const Text> paragraphs, const TextLook& look);
  void card(const Box& box, const Card& card);
  void table(const PlacedBlock& placed);
  /// `png` and `svg` are parts of the package; no `svg`: empty.
  void picture(const Box& box, std::string_view name, std::string_view alt, const std::string& png,
               const std::string& svg);
  /// A ground of one colour.
  void ground(const Box& box, std::string_view colour);

  /// Adds the slide, with the notes for who speaks.
  void finish(int number, std::string_view notes);

 private:
  std::string shape_id() { return std::to_string(next_id_++); }
  pugi::xml_node frame(const char* kind, std::string_view name, const Box& box);
  void notes_page(int number, std::string_view notes);

  Package& package_;
  std::string path_;
  pugi::xml_document document_;
  pugi::xml_node tree_;
  int next_id_ = 2;  // 1 is the tree itself
};

/// "11094720": English Metric Units of points.
std::string emu(double points);

}  // namespace tt::report
