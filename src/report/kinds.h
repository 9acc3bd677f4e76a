// The kinds of reports: which sections each has, in which order, for whom.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/document.h"
#include "report/subject.h"

namespace tt::report {

/// Whom it is for: what is left out, and how plainly it speaks.
enum class Audience : std::uint8_t {
  kExecutive,   // the answer, what it means, the risk
  kProduct,     // and the objectives and figures that users feel
  kEngineer,    // all of it
  kOperations,  // all but the method: failures, objectives, configuration
};
std::string_view audience_name(Audience audience);  // "executive", ...
std::optional<Audience> audience_from_name(std::string_view name);

/// Which question it answers.
enum class Kind : std::uint8_t {
  kRun,         // what did this run, or what did these runs, show?
  kExecutive,   // the same in a minute
  kDecision,    // which one should we take?
  kRegression,  // did the change do harm?
  kCapacity,    // how much can it take, and how many do we need?
  kTechnical,   // everything, with full statistics
  kTrend,       // where is it going, from run to run?
  kSlo,         // are the objectives kept?
};
std::string_view kind_name(Kind kind);  // "run", "executive", ...
std::string_view kind_question(Kind kind);
std::optional<Kind> kind_from_name(std::string_view name);
/// Whom such a report is for where nobody says so.
Audience audience_of(Kind kind);

/// One part of a document: a section that is made from the results, or text of the user's own.
struct Chapter {
  std::string id;             // of section_names(); empty: text alone
  std::string title;          // empty: the section's own
  std::vector<Block> before;  // text of the user's own, above what is made
  std::vector<Block> after;
};

/// What a document is to hold.
struct Outline {
  Kind kind = Kind::kRun;
  Audience audience = Audience::kEngineer;
  std::string title;  // empty: made from names of runs and targets
  std::string subtitle;
  std::vector<Chapter> chapters;
  Logo logo;
  std::string accent;
};

/// Every section that there is, as templates name them.
struct SectionName {
  std::string_view id;
  std::string_view title;
};
std::span<const SectionName> section_names();

/// What comes with the program.
Outline outline_of(Kind kind, Audience audience);

/// Charts of the catalogue that such a report shows, in the order of showing; empty: all that can
/// be made.
std::span<const std::string_view> charts_for(Kind kind, Audience audience);

/// Pure: the same subject and outline give the same document. Sections that have nothing to say are
/// left out with the text around them; text of the user's own that stands alone stays.
Document make_report(const ReportSubject& subject, const Outline& outline);

}  // namespace tt::report
