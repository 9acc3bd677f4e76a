// Blocks of a document as WordprocessingML, one below the other. For docx.cc.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "report/office_pictures.h"
#include "report/package.h"
#include "report/text_fit.h"

namespace tt::report {

inline constexpr const char* kWordDocument = "word/document.xml";

class WordBody {
 public:
  /// `width`: of the text, in points. `pictures` has every picture that is added.
  WordBody(Package& package, pugi::xml_node body,
           const std::map<const Picture*, OfficePicture>& pictures, double width)
      : package_(package), body_(body), pictures_(pictures), width_(width) {}

  pugi::xml_node paragraph(std::string_view style, const Text& text);
  /// With a bookmark of that name around it, for links.
  void heading(int level, std::string_view title, const std::string& bookmark);

  /// In a paragraph of its own.
  void logo(std::string_view alt, const OfficePicture& logo);

  void operator()(const Paragraph& p);
  void operator()(const Bullets& bullets);
  void operator()(const Callout& callout);
  void operator()(const Cards& cards);
  void operator()(const Table& table);
  void operator()(const Terms& terms);
  void operator()(const Listing& listing);
  void operator()(const Picture& picture);

 private:
  pugi::xml_node table_node(std::string_view style, const std::vector<double>& widths);
  struct Drawing {
    std::string part;  // "chart1": the parts' name, without an ending
    std::string name;
    std::string alt;
    double width = 0;  // points
  };
  void drawing(pugi::xml_node run, const Drawing& about, const OfficePicture& drawn);

  Package& package_;
  pugi::xml_node body_;
  const std::map<const Picture*, OfficePicture>& pictures_;
  double width_;
  TextFit fit_;
  int bookmarks_ = 0;
  int figures_ = 0;
  int drawings_ = 0;
};

}  // namespace tt::report
