#include "report/formats.h"

#include <algorithm>
#include <array>

#include "report/docx.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/pdf.h"
#include "report/pptx.h"
#include "report/values.h"
#include "report/xlsx.h"

namespace tt::report {
namespace {

// For writers that cannot fail.
template <std::string (*kWrite)(const Document&)>
Result<std::string> good(const Document& document, const RunSource* /*source*/) {
  return kWrite(document);
}

template <Result<std::string> (*kWrite)(const Document&)>
Result<std::string> of_document(const Document& document, const RunSource* /*source*/) {
  return kWrite(document);
}

Result<std::string> workbook(const Document& document, const RunSource* source) {
  return xlsx(document, source);
}

constexpr std::array kFormats = {
    Format{"html", "one page that needs nothing else", true, false, good<html>},
    Format{"pdf", "pages to print or to send", false, true, of_document<pdf>},
    Format{"md", "text for repositories and tickets", false, false, good<markdown>},
    Format{"xlsx", "a workbook to calculate with", false, false, workbook},
    Format{"pptx", "slides to present", false, true, of_document<pptx>},
    Format{"docx", "prose to edit", false, true, of_document<docx>},
    Format{"png", "the answer on one page, as a picture", false, true, of_document<first_page>},
    Format{"values", "all it says as JSON, for programs", false, false, good<values>},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : &*found;
}

}  // namespace tt::report
