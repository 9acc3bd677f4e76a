// A document as slides: which of its sections become one, in which order, and what each says in its
// title. How they look is pptx.h's.
//
// The rule: a title; the answer, which is the first section; then, as far as ten slides have room,
// the evidence (a chart), the tail (a chart of percentiles), the cost and other sections that
// decide; then the risk, the next steps, and an appendix of figures and of where they come from.
// Never fewer than six. What a slide has no room for stands in the report, and the slide says so.
#pragma once

#include <string>
#include <vector>

#include "report/document.h"

namespace tt::report {

inline constexpr std::size_t kFewestSlides = 6;
inline constexpr std::size_t kMostSlides = 10;

struct Slide {
  std::string title;          // a sentence that tells the finding, where there is one
  std::vector<Block> blocks;  // paragraphs, bullets, tables, and at most one picture
  std::string notes;          // for who speaks
};

/// The first is the title slide: its blocks are paragraphs. Pure.
std::vector<Slide> make_slides(const Document& document);

/// What a chart found, as a sentence: its title where it tells none.
std::string finding_of(const Picture& picture);

/// Of the document's metadata; empty where it has none of that name.
std::string metadata_of(const Document& document, std::string_view name);
/// All spans.
std::string plain_text(const Text& text);

}  // namespace tt::report
