#include "app/program.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "app/help_view.h"
#include "base/text.h"

namespace tt::app {
namespace {

// An error's lines: the first after the command's name, further ones below it. Lines are kept as
// they are, so that places ("plan.yaml:3:7") stay whole.
void print_error(const Command* command, const Error& error, Printer& err) {
  Line head("tokentrial", Style::kBad);
  if (command != nullptr) head.add(" ", Style::kBad).add(command->name, Style::kBad);
  head.add(": ", Style::kBad);
  const std::size_t width = err.look().width;
  bool first = true;
  const std::string text = error.text();
  for (const auto part : split(text, '\n')) {
    if (trim(part).empty()) continue;
    err.lines(hanging(first ? head : Line("  "), part, width));
    first = false;
  }
  if (error.code != ErrorCode::kInvalidInput) return;
  err.line(Line("Try: ", Style::kDim)
               .add(command == nullptr ? "tokentrial help"
                                       : fmt::format("tokentrial help {}", command->name),
                    Style::kAccent));
}

Error unknown_command(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands()) names.push_back(command.name);
  const auto nearest = nearest_word(name, names);
  std::string text = fmt::format("there is no command '{}'", clean(name));
  if (!nearest.empty()) text += fmt::format("; did you mean {}?", nearest);
  return {ErrorCode::kInvalidInput, std::move(text)};
}

// Two words name a command of a family; a wrong second word must not run the family's first.
Result<const Command*> choose(std::span<const std::string_view>& words) {
  if (words.size() >= 2) {
    const auto name = fmt::format("{} {}", words[0], words[1]);
    if (const auto* command = find_command(name)) {
      words = words.subspan(2);
      return command;
    }
    const auto family = fmt::format("{} ", words[0]);
    const bool has_family = std::ranges::any_of(
        commands(), [&](const Command& c) { return c.name.starts_with(family); });
    if (has_family && !words[1].starts_with('-')) return std::unexpected(unknown_command(name));
  }
  const auto* command = find_command(words[0]);
  if (command == nullptr) return std::unexpected(unknown_command(words[0]));
  words = words.subspan(1);
  return command;
}

Result<Arguments> read_arguments(const Command& command, std::span<const std::string_view> words) {
  auto arguments = parse_arguments(words, command.options);
  if (!arguments || arguments->has("--help")) return arguments;
  const auto n = arguments->words().size();
  if (n < command.least_words) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("something is missing: tokentrial {} {}", command.name, command.words));
  }
  if (n > command.most_words) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("'{}' is one word too many", arguments->words()[command.most_words]));
  }
  return arguments;
}

ExitCode exit_code_of(const Error& error) {
  return error.code == ErrorCode::kInvalidInput ? ExitCode::kUsage : ExitCode::kFailed;
}

// Options that may stand before the command, too.
std::string_view spelled_as_command(std::string_view word) {
  if (word == "--help" || word == "-h") return "help";
  if (word == "--version" || word == "-V") return "version";
  return word;
}

}  // namespace

ExitCode run_program(std::span<const std::string_view> words, Session& session) {
  if (words.empty()) {
    session.out.lines(guide(session.out.look().width));
    return ExitCode::kGood;
  }
  std::vector<std::string_view> spelled(words.begin(), words.end());
  spelled[0] = spelled_as_command(spelled[0]);
  std::span<const std::string_view> rest(spelled);
  const auto command = choose(rest);
  if (!command) {
    print_error(nullptr, command.error(), session.err);
    return exit_code_of(command.error());
  }
  const auto arguments = read_arguments(**command, rest);
  if (!arguments) {
    print_error(*command, arguments.error(), session.err);
    return exit_code_of(arguments.error());
  }
  if (arguments->has("--no-color")) {
    session.no_color = true;
    for (Printer* printer : {&session.out, &session.err}) {
      Look look = printer->look();
      look.colour = false;
      printer->set_look(look);
    }
  }
  if (arguments->has("--help")) {
    session.out.lines(command_help(**command, session.out.look().width));
    return ExitCode::kGood;
  }
  const auto outcome = (*command)->run(*arguments, session);
  if (outcome) return *outcome;
  print_error(*command, outcome.error(), session.err);
  return exit_code_of(outcome.error());
}

}  // namespace tt::app
