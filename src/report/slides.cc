#include "report/slides.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include <fmt/format.h>

namespace tt::report {
namespace {

// Sections that may stand between the answer and the risk, the most wanted first, and where: after
// the charts, in this order of places.
struct Middle {
  std::string_view id;
  int place;
};
constexpr std::array<Middle, 8> kMiddle = {{{"cost", 8},
                                            {"replicas", 4},
                                            {"options", 5},
                                            {"users", 6},
                                            {"objectives", 9},
                                            {"error-budget", 10},
                                            {"scenarios", 4},
                                            {"business", 7}}};
constexpr int kFirstChart = 1;
constexpr int kOtherChart = 2;
constexpr int kTailChart = 3;
constexpr int kOtherSection = 7;

// The charts that tell the difference best; without them the first that there is.
constexpr std::array<std::string_view, 5> kEvidence = {
    "goodput-by-load", "ttft-shift", "ttft-distribution", "e2e-spread", "latency-by-load"};

// Of the appendix, the most telling first.
constexpr std::array<std::string_view, 5> kFigures = {"comparison", "curve", "trend-runs",
                                                      "latency", "throughput"};

// Those that have a slide of their own, or that slides leave to the report.
constexpr std::array<std::string_view, 17> kElsewhere = {
    "targets", "charts",     "insights",    "failures", "resources",   "gate",
    "risks",   "trust",      "differences", "steps",    "assumptions", "configuration",
    "method",  "statistics", "probes",      "answer",   "source"};

template <class Ids>
bool is_one_of(const Ids& ids, std::string_view id) {
  return std::ranges::find(ids, id) != ids.end();
}

// Every kind of report begins with its answer.
const Section* answer_of(const Document& document) {
  return document.sections.empty() ? nullptr : &document.sections.front();
}

const Section* find_section(const Document& document, std::string_view id) {
  const auto found = std::ranges::find(document.sections, id, &Section::id);
  return found == document.sections.end() ? nullptr : &*found;
}

template <class Kind>
const Kind* first_of(const Section* section) {
  if (section == nullptr) return nullptr;
  for (const Block& block : section->blocks) {
    if (const auto* one = std::get_if<Kind>(&block)) return one;
  }
  return nullptr;
}

std::vector<const Picture*> pictures_of(const Document& document) {
  std::vector<const Picture*> pictures;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      if (const auto* one = std::get_if<Picture>(&block)) pictures.push_back(one);
    }
  }
  return pictures;
}

std::string words_of(const Section& section) {
  std::string words = section.title + ".";
  const auto say = [&](const std::string& text) {
    if (!text.empty()) words += "\n" + text;
  };
  for (const Block& block : section.blocks) {
    if (const auto* p = std::get_if<Paragraph>(&block)) say(plain_text(p->text));
    if (const auto* callout = std::get_if<Callout>(&block)) say(callout->title);
    if (const auto* table = std::get_if<Table>(&block)) say(table->note);
    if (const auto* bullets = std::get_if<Bullets>(&block)) {
      for (const Text& item : bullets->items) say(plain_text(item));
    }
  }
  return words;
}

// Cards of several targets side by side are a table; of one alone they stay cards.
std::vector<Block> cards_as_table(const Section* section) {
  if (section == nullptr) return {};
  std::vector<const Cards*> groups;
  for (const Block& block : section->blocks) {
    if (const auto* cards = std::get_if<Cards>(&block)) groups.push_back(cards);
  }
  if (groups.empty()) return {};
  if (groups.size() == 1) return {*groups.front()};
  Table table{.title = {}, .columns = {{""}}, .rows = {}, .note = {}};
  for (const Card& card : groups.front()->cards) {
    table.columns.push_back({card.label, Align::kRight});
  }
  for (const Cards* cards : groups) {
    auto& row = table.rows.emplace_back();
    row.push_back({.text = cards->title, .number = {}, .strong = true});
    for (std::size_t i = 0; i + 1 < table.columns.size(); ++i) {
      if (i >= cards->cards.size()) {
        row.push_back({});
        continue;
      }
      const Card& card = cards->cards[i];
      row.push_back(
          {.text = card.note.empty() ? card.value : fmt::format("{}\n{}", card.value, card.note),
           .number = {},
           .tone = card.tone,
           .strong = card.tone == Tone::kGood});
    }
  }
  return {std::move(table)};
}

// "2026-01-31T12:00:00.123Z" as "2026-01-31 12:00 UTC"; other texts as they are.
std::string instant_text(std::string value) {
  if (value.size() < 20 || value[10] != 'T' || !value.ends_with('Z')) return value;
  value[10] = ' ';
  return value.substr(0, 16) + " UTC";
}

Slide title_slide(const Document& document) {
  Slide slide{.title = document.title, .blocks = {}, .notes = {}};
  slide.blocks.emplace_back(Paragraph{plain(document.subtitle)});
  std::string line;
  for (const auto* name : {"Measured", "Run", "Method"}) {
    const auto value = instant_text(metadata_of(document, name));
    if (value.empty()) continue;
    line += fmt::format("{}{} {}", line.empty() ? "" : "   ·   ", name, value);
  }
  if (!line.empty()) slide.blocks.emplace_back(Paragraph{plain(line)});
  slide.notes = "Every figure is explained in the report of the same run.";
  return slide;
}

// On a slide nothing stands below.
Paragraph without_pointer(Paragraph paragraph) {
  constexpr std::string_view kPointer = " See below.";
  for (Span& span : paragraph.text) {
    if (span.text.ends_with(kPointer)) span.text.resize(span.text.size() - kPointer.size());
  }
  return paragraph;
}

// What fits above a slide in two lines.
constexpr std::size_t kLongestTitle = 110;

// A sentence as a title: what stands before its colon or semicolon where all of it is too long.
std::string title_of(const std::string& sentence, const std::string& otherwise) {
  if (sentence.size() <= kLongestTitle) return sentence;
  const auto stop = sentence.find_first_of(":;");
  return stop <= kLongestTitle ? sentence.substr(0, stop) : otherwise;
}

Slide answer_slide(const Document& document) {
  const Section* answer = answer_of(document);
  Slide slide{.title = "The answer", .blocks = {}, .notes = {}};
  if (answer != nullptr) {
    const auto callouts = std::ranges::count_if(
        answer->blocks, [](const Block& block) { return std::holds_alternative<Callout>(block); });
    // One says what the slide is about; of several none stands for the others, and none is cut.
    const bool alone = callouts == 1;
    slide.title = alone ? title_of(first_of<Callout>(answer)->title, answer->title) : answer->title;
    for (const Block& block : answer->blocks) {
      if (const auto* callout = std::get_if<Callout>(&block)) {
        Paragraph told;
        if (slide.title != callout->title) {
          const auto* stop = callout->text.empty() ? "" : ". ";
          const std::string above = slide.title + ": ";
          const bool begun = callout->title.starts_with(above);
          told.text.push_back({.text = callout->title.substr(begun ? above.size() : 0) + stop,
                               .tone = callout->tone,
                               .strong = true});
        }
        std::ranges::copy(callout->text, std::back_inserter(told.text));
        if (!told.text.empty()) slide.blocks.emplace_back(std::move(told));
        continue;
      }
      if (const auto* p = std::get_if<Paragraph>(&block)) {
        slide.blocks.emplace_back(without_pointer(*p));
      } else if (std::holds_alternative<Bullets>(block)) {
        slide.blocks.push_back(block);
      }
    }
    slide.notes = words_of(*answer);
  }
  // The figures first: they are what the sentence rests on.
  auto cards = cards_as_table(find_section(document, "targets"));
  slide.blocks.insert(slide.blocks.begin(), cards.begin(), cards.end());
  return slide;
}

Slide picture_slide(const Picture& picture) {
  return {.title = finding_of(picture),
          .blocks = {picture},
          .notes = fmt::format("{}. {}\n{}", picture.title, picture.alt, picture.note)};
}

// What the one table of a section says in all, where a rule knows; else the section's title.
std::string sentence_of(const Section& section) {
  const auto* table = first_of<Table>(&section);
  if (table == nullptr || table->rows.empty() || table->columns.size() < 2) return section.title;
  if (const auto* said = first_of<Bullets>(&section); said != nullptr && section.id == "cost") {
    const auto sentence = said->items.empty() ? std::string() : plain_text(said->items.front());
    return sentence.empty() ? section.title : sentence;
  }
  if (section.id == "objectives") {
    const auto with = [&](Tone tone) {
      return std::ranges::count_if(table->rows, [&](const auto& row) {
        return std::ranges::any_of(row, [&](const Cell& cell) { return cell.tone == tone; });
      });
    };
    std::string words =
        fmt::format("{} of {} objectives are met", with(Tone::kGood), table->rows.size());
    if (with(Tone::kBad) > 0) words += fmt::format(", {} missed", with(Tone::kBad));
    if (with(Tone::kWarn) > 0) words += fmt::format(", {} not told for certain", with(Tone::kWarn));
    return words;
  }
  if (section.id == "users" && table->rows.size() <= 4) {
    std::string words;
    for (const auto& row : table->rows) {
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", row[0].text, row[1].text);
    }
    return fmt::format("First words {}: {}", table->columns[1].title, words);
  }
  return section.title;
}

// Nothing but what stands in the title already.
bool says_only(const Block& block, const std::string& title) {
  const auto* bullets = std::get_if<Bullets>(&block);
  return bullets != nullptr && bullets->items.size() == 1 &&
         plain_text(bullets->items.front()) == title;
}

// A section as it is: its first callout says what the slide is about.
Slide section_slide(const Section& section, std::string_view before = {}) {
  Slide slide{
      .title = before.empty() ? sentence_of(section) : fmt::format("{}{}", before, section.title),
      .blocks = {},
      .notes = words_of(section)};
  for (const Block& block : section.blocks) {
    const auto* callout = std::get_if<Callout>(&block);
    if (callout != nullptr) {
      const bool says_it =
          before.empty() && slide.title == section.title && callout->tone != Tone::kWarn;
      if (says_it) slide.title = callout->title;
      if (!says_it) slide.blocks.emplace_back(Paragraph{{{callout->title, callout->tone}}});
      if (!callout->text.empty()) slide.blocks.emplace_back(Paragraph{callout->text});
      continue;
    }
    const bool elsewhere = std::holds_alternative<Picture>(block) ||
                           std::holds_alternative<Cards>(block) || says_only(block, slide.title);
    if (elsewhere) continue;
    slide.blocks.push_back(block);
  }
  auto cards = cards_as_table(&section);
  slide.blocks.insert(slide.blocks.begin(), cards.begin(), cards.end());
  if (slide.blocks.empty()) {
    if (const auto* picture = first_of<Picture>(&section)) return picture_slide(*picture);
  }
  return slide;
}

bool is_tail(const Picture& picture) {
  return picture.id.ends_with("-percentiles") || picture.id.ends_with("-ecdf");
}

// nullptr where there is none.
const Picture* evidence_of(const std::vector<const Picture*>& pictures) {
  for (const auto id : kEvidence) {
    const auto found = std::ranges::find(pictures, id, &Picture::id);
    if (found != pictures.end()) return *found;
  }
  const auto other = std::ranges::find_if_not(pictures, [](const auto* p) { return is_tail(*p); });
  return other == pictures.end() ? nullptr : *other;
}

const Picture* tail_of(const std::vector<const Picture*>& pictures) {
  const auto found = std::ranges::find_if(pictures, [](const auto* p) { return is_tail(*p); });
  return found == pictures.end() ? nullptr : *found;
}

Slide risk_slide(const Document& document) {
  Slide slide{.title = "Nothing speaks against these figures", .blocks = {}, .notes = {}};
  Bullets bullets;
  const Section* trust = find_section(document, "trust");
  const auto* risks = first_of<Bullets>(find_section(document, "risks"));
  const auto* checks = first_of<Bullets>(trust);
  if (trust != nullptr) slide.notes = words_of(*trust);
  if (const auto* p = first_of<Paragraph>(trust)) {
    slide.title = title_of(plain_text(p->text), trust->title);
  }
  if (risks != nullptr) bullets.items = risks->items;
  if (checks != nullptr) {
    std::ranges::copy_if(checks->items, std::back_inserter(bullets.items), [](const Text& item) {
      return !item.empty() && item.front().tone != Tone::kGood;
    });
  }
  if (const auto* insights = first_of<Bullets>(find_section(document, "insights"))) {
    for (const Text& item : insights->items) {
      Text simple;  // without the technical words
      for (const Span& span : item) {
        if (span.tone != Tone::kQuiet) simple.push_back(span);
      }
      bullets.items.push_back(std::move(simple));
    }
  }
  if (bullets.items.empty()) bullets.items.push_back(plain("No check failed or warns."));
  slide.blocks.emplace_back(std::move(bullets));
  return slide;
}

bool any_missed(const Document& document) {
  const auto* table = first_of<Table>(find_section(document, "objectives"));
  return table != nullptr && std::ranges::any_of(table->rows, [](const auto& row) {
           return std::ranges::any_of(row, [](const Cell& c) { return c.tone == Tone::kBad; });
         });
}

bool any_warning(const Document& document) {
  const auto* checks = first_of<Bullets>(find_section(document, "trust"));
  return checks != nullptr && std::ranges::any_of(checks->items, [](const Text& item) {
           return !item.empty() && item.front().tone == Tone::kWarn;
         });
}

// What follows from the answer, by rule.
Slide next_slide(const Document& document) {
  Slide slide{.title = "Next steps",
              .blocks = {},
              .notes = "By rule from the answer, the checks and what was measured."};
  Bullets steps;
  const auto say = [&](std::string first, std::string rest) {
    steps.items.push_back({{.text = std::move(first), .strong = true}, {.text = std::move(rest)}});
  };
  const auto* answer = first_of<Callout>(answer_of(document));
  const Tone tone = answer == nullptr ? Tone::kPlain : answer->tone;
  if (tone == Tone::kBad) {
    say("Measure again. ",
        "A check failed, so no figure here decides anything; the slide before "
        "says which, and what to do.");
  } else if (tone == Tone::kWarn) {
    say("Measure longer. ",
        "This run cannot tell the targets apart; more requests or a longer "
        "run narrow the intervals.");
  } else if (tone == Tone::kGood) {
    say("Try it on a part of the traffic. ",
        fmt::format("Then measure the same figures there: this run was of {}.", document.subtitle));
  } else {
    say("Compare. ",
        "A second target in the same run, or another run as a baseline, says whether "
        "these figures are good.");
  }
  if (any_missed(document)) {
    say("Decide about the objectives that were missed. ",
        "Change the settings, the load or the objective, and measure again.");
  }
  if (any_warning(document) && tone != Tone::kBad) {
    say("Clear the warnings. ", "Each says what to do about it, before money rests on a figure.");
  }
  if (find_section(document, "cost") == nullptr) {
    say("Put a price to it. ", "tokentrial cost turns these rates into money a month.");
  }
  say("Find the limit. ",
      "One load says nothing of others; tokentrial capacity looks for the "
      "highest that keeps the objectives.");
  slide.blocks.emplace_back(std::move(steps));
  return slide;
}

// The figures in full; nullopt where the slides before have all there are.
std::optional<Slide> figures_slide(const Document& document) {
  for (const auto id : kFigures) {
    const Section* section = find_section(document, id);
    if (first_of<Table>(section) != nullptr) return section_slide(*section, "Appendix: ");
  }
  return std::nullopt;
}

// What the words of the other slides mean.
Slide words_slide(const Document& document) {
  Slide slide{.title = "Appendix: what the words mean", .blocks = {}, .notes = {}};
  Bullets bullets;
  const auto say = [&](std::string term, std::string meaning) {
    bullets.items.push_back({{.text = std::move(term), .strong = true}, {.text = ": " + meaning}});
  };
  say("TTFT", "time from sending a request to its first word");
  say("TPOT", "mean time between the words of an answer");
  say("E2E", "time from sending a request to the end of its answer");
  say("p50, p99", "half of the requests, or 99 of 100, were at most so slow");
  say("95% interval",
      "how far a figure could be off by chance: it misses the truth one time in "
      "twenty");
  say("Better, worse",
      "the interval leaves out no difference, and the difference is large enough "
      "to matter; else it cannot be told from this run");
  slide.blocks.emplace_back(std::move(bullets));
  slide.notes = fmt::format("Method: {}.", metadata_of(document, "Method"));
  return slide;
}

Slide source_slide(const Document& document) {
  Slide slide{.title = "Appendix: where the figures come from",
              .blocks = {},
              .notes = "The run's folder holds the plan, every request, and what engines told."};
  Table table{.title = {}, .columns = {{"what"}, {"value"}}, .rows = {}, .note = {}};
  table.rows.push_back({{.text = "Load", .number = {}}, {.text = document.subtitle, .number = {}}});
  for (const auto& [name, value] : document.metadata) {
    table.rows.push_back({{.text = name, .number = {}}, {.text = value, .number = {}}});
  }
  slide.blocks.emplace_back(std::move(table));
  if (const auto* targets = first_of<Table>(find_section(document, "configuration"))) {
    slide.blocks.emplace_back(*targets);
  }
  return slide;
}

// What may stand between the answer and the risk, the most wanted first.
std::vector<Slide> middle_slides(const Document& document, std::size_t room) {
  struct Wish {
    int place;
    Slide slide;
  };
  std::vector<Wish> wishes;
  const auto pictures = pictures_of(document);
  const auto* evidence = evidence_of(pictures);
  const auto* tail = tail_of(pictures);
  if (evidence != nullptr) wishes.push_back({kFirstChart, picture_slide(*evidence)});
  if (tail != nullptr) wishes.push_back({kTailChart, picture_slide(*tail)});
  for (const auto& [id, place] : kMiddle) {
    if (const auto* section = find_section(document, id)) {
      wishes.push_back({place, section_slide(*section)});
    }
  }
  for (const Section& section : document.sections) {
    const bool known = &section == answer_of(document) || is_one_of(kElsewhere, section.id) ||
                       is_one_of(kFigures, section.id) ||
                       std::ranges::find(kMiddle, section.id, &Middle::id) != kMiddle.end();
    if (!known) wishes.push_back({kOtherSection, section_slide(section)});
  }
  for (const auto* picture : pictures) {
    const bool taken = picture == evidence || picture == tail;
    if (!taken) wishes.push_back({kOtherChart, picture_slide(*picture)});
  }
  if (wishes.size() > room) wishes.resize(room);
  std::ranges::stable_sort(wishes, {}, &Wish::place);
  std::vector<Slide> slides;
  for (auto& wish : wishes) slides.push_back(std::move(wish.slide));
  return slides;
}

}  // namespace

std::string plain_text(const Text& text) {
  std::string out;
  for (const Span& span : text) out += span.text;
  return out;
}

std::string metadata_of(const Document& document, std::string_view name) {
  for (const auto& [key, value] : document.metadata) {
    if (key == name) return value;
  }
  return {};
}

// The alternative begins with what is drawn, in a sentence; the next says what it found.
std::string finding_of(const Picture& picture) {
  const auto first = picture.alt.find(". ");
  if (first == std::string::npos) return picture.title;
  const std::string_view rest = std::string_view(picture.alt).substr(first + 2);
  const auto end = rest.find(". ");
  std::string found(rest.substr(0, end == std::string_view::npos ? rest.size() : end));
  if (found.ends_with('.')) found.pop_back();
  return found.empty() ? picture.title : found;
}

std::vector<Slide> make_slides(const Document& document) {
  std::vector<Slide> slides;
  slides.push_back(title_slide(document));
  slides.push_back(answer_slide(document));
  for (auto& slide : middle_slides(document, kMostSlides - kFewestSlides)) {
    slides.push_back(std::move(slide));
  }
  slides.push_back(risk_slide(document));
  const auto* next = find_section(document, "steps");
  slides.push_back(next != nullptr ? section_slide(*next) : next_slide(document));
  slides.push_back(figures_slide(document).value_or(words_slide(document)));
  slides.push_back(source_slide(document));
  return slides;
}

}  // namespace tt::report
