// A command of the program: what it is called, what it takes, what it does. Help, completion and
// dispatch read the same declaration.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "app/terminal.h"
#include "base/error.h"

namespace tt::app {

/// docs/commands.md and `tokentrial help exit-codes` say the same.
enum class ExitCode : int {
  kGood = 0,
  kFailed = 1,     // nothing useful came of it
  kUsage = 2,      // the command line or the plan cannot be understood
  kSloMissed = 3,  // an objective was missed
  kNotValid = 4,   // a result is there, but a check says not to believe it
};

/// Where a command writes: results to `out`, progress and messages to `err`.
struct Session {
  Printer& out;
  Printer& err;
  bool no_color = false;  // --no-color was given
};

/// A command's outcome; an Error with kInvalidInput is a usage error, any other a failure.
using Outcome = Result<ExitCode>;

struct Command {
  std::string_view name;     // "run"; "results show" for one of a family
  std::string_view summary;  // one line
  std::string_view words;    // what stands after the name: "[plan.yaml]"
  std::size_t least_words = 0;
  std::size_t most_words = 0;
  std::vector<Option> options;
  std::string_view about;                  // more than the summary; may be empty
  std::vector<std::string_view> examples;  // whole command lines
  Outcome (*run)(const Arguments&, Session&);
};

/// Options that many commands have.
inline constexpr Option kHelpOption{"--help", "", "this text"};
inline constexpr Option kNoColorOption{"--no-color", "", "no colours (NO_COLOR does the same)"};
inline constexpr Option kJsonOption{"--json", "",
                                    "the result as JSON on stdout, the rest on stderr"};
inline constexpr Option kResultsOption{"--results", "DIR", "folder of all runs (results)"};

/// Every command, in the order of the help. Made once.
std::span<const Command> commands();
/// nullptr where there is none.
const Command* find_command(std::string_view name);

}  // namespace tt::app
