// results baseline, tag and note: what people say of a run after it ended.
#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/notes_view.h"
#include "app/results_family.h"
#include "base/text.h"
#include "record/notes.h"
#include "record/run_folder.h"
#include "trial/stored_run.h"

namespace tt::app {
namespace {

Outcome baseline_set(const std::string& dir, std::string_view part, Session& session) {
  const auto run = record::find_run(dir, part);
  if (!run) return stored(run.error());
  if (run->has_journal()) return fail(ErrorCode::kUnavailable, "the run has not ended", run->id());
  const auto set = record::set_baseline(dir, *run, realtime_now());
  if (!set) return stored(set.error());
  session.out.line(Line("Baseline is now ").add(run->id(), Style::kStrong));
  return ExitCode::kGood;
}

Outcome baseline_clear(const std::string& dir, Session& session) {
  const auto cleared = record::clear_baseline(dir);
  if (!cleared) return stored(cleared.error());
  if (cleared->empty()) session.out.line(Line("There was no baseline."));
  for (const auto& id : *cleared) session.out.line(Line("No longer the baseline: ").add(id));
  return ExitCode::kGood;
}

Outcome baseline_show(const std::string& dir, bool json, Session& session) {
  const auto baseline = record::baseline_of(dir);
  if (!baseline) return stored(baseline.error());
  const bool there = baseline->has_value();
  if (json) {
    session.out.raw(
        fmt::format("{{\"baseline\": {}}}\n", there ? json_string((*baseline)->id()) : "null"));
  } else if (there) {
    session.out.line(Line("Baseline is ").add((*baseline)->id(), Style::kStrong));
  } else {
    session.out.line(Line("There is no baseline. ")
                         .add("tokentrial results baseline set RUN", Style::kAccent)
                         .add(" marks one."));
  }
  return ExitCode::kGood;
}

Outcome run_baseline(const Arguments& arguments, Session& session) {
  const std::string dir = results_dir(arguments);
  const auto& words = arguments.words();
  const std::string_view what = words.empty() ? "show" : words.front();
  if (what == "set" && words.size() == 2) return baseline_set(dir, words[1], session);
  if (what == "set") return fail(ErrorCode::kInvalidInput, "which run? results baseline set RUN");
  if (words.size() > 1) {
    return fail(ErrorCode::kInvalidInput, fmt::format("'{}' is one word too many", words[1]));
  }
  if (what == "clear") return baseline_clear(dir, session);
  if (what == "show") return baseline_show(dir, arguments.has("--json"), session);
  return fail(ErrorCode::kInvalidInput,
              fmt::format("'{}' is not known; there are set RUN, show and clear", what));
}

constexpr std::size_t kLongestTag = 64;
constexpr std::size_t kLongestNote = 4000;

// A run that has ended, by its id, its folder, or its group and load.
Result<record::RunFolder> run_named(const Arguments& arguments) {
  auto folder = trial::find_ended_run(results_dir(arguments), arguments.words().front());
  if (!folder) return stored(folder.error());
  return folder;
}

bool printable(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

Result<std::vector<std::string>> tags_of(const std::vector<std::string_view>& words) {
  std::vector<std::string> tags;
  for (const auto word : words) {
    const auto tag = trim(word);
    if (tag.empty() || tag.size() > kLongestTag || !printable(tag) || tag.contains(',')) {
      return fail(
          ErrorCode::kInvalidInput,
          fmt::format("'{}' is no tag: 1 to {} letters, without commas", clean(word), kLongestTag));
    }
    tags.emplace_back(tag);
  }
  return tags;
}

void print_notes(const record::RunFolder& run, const record::Notes& notes, bool json,
                 Session& session) {
  if (json) {
    session.out.raw(
        fmt::format("{{\"run_id\": {}, {}}}\n", json_string(run.id()), notes_json(notes)));
    return;
  }
  session.out.line(Line(run.id(), Style::kStrong));
  session.out.lines(notes_lines(notes, session.out.look().width));
  if (notes.tags.empty() && notes.annotations.empty()) {
    session.out.line(Line("  nobody has said anything of it", Style::kDim));
  }
}

// Changes a run's notes and shows what then stands there.
Outcome change_notes(const record::RunFolder& run, const Arguments& arguments, Session& session,
                     const std::function<void(record::Notes&)>& change) {
  const auto changed = record::update_notes(run, change);
  if (!changed) return stored(changed.error());
  print_notes(run, record::load_notes(run).notes, arguments.has("--json"), session);
  return ExitCode::kGood;
}

Outcome show_notes(const record::RunFolder& run, const Arguments& arguments, Session& session) {
  const auto reading = record::load_notes(run);
  if (!reading.problem.empty()) {
    return fail(ErrorCode::kIo, reading.problem, run.file(record::kNotesFile));
  }
  print_notes(run, reading.notes, arguments.has("--json"), session);
  return ExitCode::kGood;
}

Outcome run_tag(const Arguments& arguments, Session& session) {
  const auto& words = arguments.words();
  const auto tags = tags_of({words.begin() + 1, words.end()});
  if (!tags) return std::unexpected(tags.error());
  const auto run = run_named(arguments);
  if (!run) return std::unexpected(run.error());
  const bool remove = arguments.has("--remove");
  if (tags->empty() && remove) {
    return fail(ErrorCode::kInvalidInput, "which tags? results tag RUN TAG... --remove",
                "--remove");
  }
  if (tags->empty()) return show_notes(*run, arguments, session);
  return change_notes(*run, arguments, session, [&](record::Notes& notes) {
    for (const auto& tag : *tags) {
      std::erase(notes.tags, tag);
      if (!remove) notes.tags.push_back(tag);
    }
  });
}

// "--remove 2": the second.
Result<std::optional<std::size_t>> note_to_remove(const Arguments& arguments,
                                                  const record::RunFolder& run) {
  const auto number = arguments.count("--remove", 1);
  if (!number) return std::unexpected(number.error());
  if (!*number) return std::nullopt;
  const std::size_t there = record::load_notes(run).notes.annotations.size();
  if (**number > there) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("there is no note {}; {} has {}", **number, run.id(), there),
                "--remove");
  }
  return **number - 1;
}

Outcome run_note(const Arguments& arguments, Session& session) {
  const auto& words = arguments.words();
  const bool says = words.size() == 2;
  const std::string text(says ? trim(words[1]) : "");
  if (says && (text.empty() || text.size() > kLongestNote || !printable(text))) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("a note is one line of 1 to {} letters", format_count(kLongestNote)));
  }
  const auto run = run_named(arguments);
  if (!run) return std::unexpected(run.error());
  const auto remove = note_to_remove(arguments, *run);
  if (!remove) return std::unexpected(remove.error());
  if (*remove && says) {
    return fail(ErrorCode::kInvalidInput, "stands beside a new note; do one at a time", "--remove");
  }
  if (!*remove && !says) return show_notes(*run, arguments, session);
  return change_notes(*run, arguments, session, [&](record::Notes& notes) {
    if (says) {
      notes.annotations.push_back({realtime_now(), text});
    } else if (**remove < notes.annotations.size()) {
      notes.annotations.erase(notes.annotations.begin() + static_cast<std::ptrdiff_t>(**remove));
    }
  });
}

}  // namespace

Command results_baseline_command() {
  return {.name = "results baseline",
          .summary = "Marks the run that others are compared with: set RUN, show, clear",
          .words = "[set RUN|show|clear]",
          .most_words = 2,
          .options = {kResultsOption, kJsonOption, kNoColorOption, kHelpOption},
          .about =
              "The mark stands in the run's notes.json; there is one baseline a results "
              "folder. compare takes it where only one run is named.",
          .examples = {"tokentrial results baseline set demo", "tokentrial results baseline"},
          .run = run_baseline};
}

Command results_tag_command() {
  return {.name = "results tag",
          .summary = "Gives a run tags, takes them away, or shows them",
          .words = "RUN [TAG...]",
          .least_words = 1,
          .most_words = 50,
          .options = {{"--remove", "", "take these tags away"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "RUN is a run's id, a part of it that fits no other, its folder, or GROUP@LOAD. "
              "results list --tag lists the runs that have one.",
          .examples = {"tokentrial results tag demo nightly a100",
                       "tokentrial results tag demo nightly --remove"},
          .run = run_tag};
}

Command results_note_command() {
  return {.name = "results note",
          .summary = "Writes a note to a run, takes one away, or shows them",
          .words = "RUN [TEXT]",
          .least_words = 1,
          .most_words = 2,
          .options = {{"--remove", "N", "take note N away"},
                      kResultsOption,
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about = "results show prints a run's notes and tags below its answer.",
          .examples = {"tokentrial results note demo 'driver 550, before the reboot'",
                       "tokentrial results note demo --remove 1"},
          .run = run_note};
}

}  // namespace tt::app
