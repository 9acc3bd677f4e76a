// version, help, completion: what the program says of itself.
#include <algorithm>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/completion.h"
#include "app/help_view.h"
#include "base/build_info.h"
#include "base/text.h"

namespace tt::app {
namespace {

Outcome run_version(const Arguments& arguments, Session& session) {
  using namespace build_info;
  if (arguments.has("--json")) {
    session.out.raw(
        fmt::format("{{\"version\": {}, \"commit\": {}, \"compiler\": {}, \"build\": {}}}\n",
                    json_string(version()), json_string(git_hash()), json_string(compiler()),
                    json_string(build_type())));
    return ExitCode::kGood;
  }
  session.out.line(
      Line("tokentrial ")
          .add(version(), Style::kStrong)
          .add(fmt::format("  (commit {}, {}, {})", git_hash(), compiler(), build_type()),
               Style::kDim));
  return ExitCode::kGood;
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string name;
  for (const auto word : words) name += (name.empty() ? "" : " ") + std::string(word);
  return name;
}

Outcome run_help(const Arguments& arguments, Session& session) {
  const std::size_t width = session.out.look().width;
  if (arguments.words().empty()) {
    session.out.lines(overview(width));
    return ExitCode::kGood;
  }
  const std::string name = joined(arguments.words());
  if (const auto* command = find_command(name)) {
    session.out.lines(command_help(*command, width));
    return ExitCode::kGood;
  }
  const auto all = topics();
  if (const auto topic = std::ranges::find(all, name, &Topic::name); topic != all.end()) {
    session.out.lines(topic->lines(width));
    return ExitCode::kGood;
  }
  std::vector<std::string_view> known;
  for (const auto& command : commands()) known.push_back(command.name);
  for (const auto& topic : all) known.push_back(topic.name);
  const auto nearest = nearest_word(name, known);
  return fail(ErrorCode::kInvalidInput,
              nearest.empty()
                  ? fmt::format("there is neither a command nor a topic '{}'", clean(name))
                  : fmt::format("there is no '{}'; did you mean {}?", clean(name), nearest));
}

Outcome run_completion(const Arguments& arguments, Session& session) {
  const auto shell = arguments.words().front();
  if (shell != "bash" && shell != "zsh") {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is not a shell we know; there are bash and zsh", clean(shell)));
  }
  session.out.raw(shell == "bash" ? bash_completion() : zsh_completion());
  return ExitCode::kGood;
}

}  // namespace

Command version_command() {
  return {.name = "version",
          .summary = "Says which version this is, and what it was built from",
          .options = {kJsonOption, kNoColorOption, kHelpOption},
          .examples = {"tokentrial version"},
          .run = run_version};
}

Command help_command() {
  return {.name = "help",
          .summary = "Explains a command or a topic",
          .words = "[command or topic]",
          .most_words = 2,
          .options = {kNoColorOption, kHelpOption},
          .about = "Topics: metrics, slo, plan, exit-codes.",
          .examples = {"tokentrial help run", "tokentrial help metrics"},
          .run = run_help};
}

Command completion_command() {
  return {.name = "completion",
          .summary = "Prints a script for completion in bash or zsh",
          .words = "bash|zsh",
          .least_words = 1,
          .most_words = 1,
          .options = {kHelpOption},
          .examples = {"source <(tokentrial completion bash)"},
          .run = run_completion};
}

}  // namespace tt::app
