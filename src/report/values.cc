#include "report/values.h"

#include "report/json.h"

namespace tt::report {
namespace {

std::string_view name_of(Tone tone) {
  switch (tone) {
    case Tone::kQuiet:
      return "quiet";
    case Tone::kGood:
      return "good";
    case Tone::kWarn:
      return "warn";
    case Tone::kBad:
      return "bad";
    case Tone::kPlain:
      break;
  }
  return "plain";
}

Json value_of(const Text& text) {
  Json json = Json::array();
  for (const Span& span : text) {
    json.push_back({{"text", span.text},
                    {"tone", name_of(span.tone)},
                    {"strong", span.strong},
                    {"code", span.code}});
  }
  return json;
}

Json value_of(const Paragraph& block) {
  return {{"block", "paragraph"}, {"text", value_of(block.text)}};
}

Json value_of(const Bullets& block) {
  Json items = Json::array();
  for (const Text& item : block.items) items.push_back(value_of(item));
  return {{"block", "bullets"}, {"items", std::move(items)}};
}

Json value_of(const Callout& block) {
  return {{"block", "callout"},
          {"tone", name_of(block.tone)},
          {"title", block.title},
          {"text", value_of(block.text)}};
}

Json value_of(const Cards& block) {
  Json cards = Json::array();
  for (const Card& card : block.cards) {
    cards.push_back({{"label", card.label},
                     {"value", card.value},
                     {"note", card.note},
                     {"tone", name_of(card.tone)}});
  }
  return {{"block", "cards"}, {"title", block.title}, {"cards", std::move(cards)}};
}

Json value_of(const Table& block) {
  Json columns = Json::array();
  for (const Column& column : block.columns) {
    columns.push_back({{"title", column.title}, {"right", column.align == Align::kRight}});
  }
  Json rows = Json::array();
  for (const auto& row : block.rows) {
    Json cells = Json::array();
    for (const Cell& cell : row) {
      cells.push_back({{"text", cell.text},
                       {"number", number(cell.number)},
                       {"tone", name_of(cell.tone)},
                       {"strong", cell.strong}});
    }
    rows.push_back(std::move(cells));
  }
  return {{"block", "table"},
          {"title", block.title},
          {"columns", std::move(columns)},
          {"rows", std::move(rows)},
          {"note", block.note}};
}

Json value_of(const Terms& block) {
  Json entries = Json::array();
  for (const auto& [term, meaning] : block.entries) {
    entries.push_back({{"term", term}, {"meaning", meaning}});
  }
  return {{"block", "terms"}, {"entries", std::move(entries)}};
}

Json value_of(const Listing& block) {
  return {{"block", "listing"}, {"title", block.title}, {"text", block.text}};
}

Json value_of(const Picture& block) {
  return {{"block", "picture"},
          {"chart", block.id},
          {"title", block.title},
          {"alt", block.alt},
          {"figures", value_of(block.figures)}};
}

}  // namespace

std::string values(const Document& document) {
  Json metadata = Json::array();
  for (const auto& [name, value] : document.metadata) {
    metadata.push_back({{"name", name}, {"value", value}});
  }
  Json sections = Json::array();
  for (const Section& section : document.sections) {
    Json blocks = Json::array();
    for (const Block& block : section.blocks) {
      blocks.push_back(std::visit([](const auto& one) { return value_of(one); }, block));
    }
    sections.push_back(
        {{"id", section.id}, {"title", section.title}, {"blocks", std::move(blocks)}});
  }
  return text_of({{"title", document.title},
                  {"subtitle", document.subtitle},
                  {"metadata", std::move(metadata)},
                  {"sections", std::move(sections)}});
}

}  // namespace tt::report
