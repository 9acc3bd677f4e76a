#include "app/completion.h"

#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/command.h"
#include "app/help_view.h"

namespace tt::app {
namespace {

// Shell patterns of one case branch: `"run --order") words="interleaved sequential" ;;`.
std::string value_cases() {
  std::string cases;
  std::set<std::string> seen;
  for (const auto& command : commands()) {
    for (const auto& option : command.options) {
      if (option.value.empty()) continue;
      const auto words = choices(option);
      const auto line = words.empty() ? fmt::format("      {}) files=1 ;;\n", option.name)
                                      : fmt::format("      {}) words='{}' ;;\n", option.name,
                                                    fmt::join(words, " "));
      if (seen.insert(std::string(option.name)).second) cases += line;
    }
  }
  return cases;
}

std::string option_cases() {
  std::string cases;
  for (const auto& command : commands()) {
    std::vector<std::string_view> names;
    for (const auto& option : command.options) names.push_back(option.name);
    cases += fmt::format("      '{}') words='{}' ;;\n", command.name, fmt::join(names, " "));
  }
  return cases;
}

// The function and its registration, in words that bash and zsh's bashcompinit both know.
std::string completion_function() {
  std::set<std::string_view> first;
  std::set<std::string_view> second;
  for (const auto& command : commands()) {
    const auto blank = command.name.find(' ');
    first.insert(command.name.substr(0, blank));
    if (blank != std::string_view::npos) second.insert(command.name.substr(blank + 1));
  }
  std::vector<std::string_view> topic_names;
  for (const auto& topic : topics()) topic_names.push_back(topic.name);

  return fmt::format(R"(_tokentrial() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command=${{COMP_WORDS[1]:-}} words='' files=''
  if ((COMP_CWORD == 1)); then
    words='{0}'
  elif [[ $command == results ]] && ((COMP_CWORD == 2)); then
    words='{1}'
  elif [[ $command == help ]]; then
    words='{0} {2}'
  elif [[ $command == completion ]]; then
    words='bash zsh'
  elif [[ $previous == --* && $current != --* ]]; then
    case $previous in
{3}      *) files=1 ;;
    esac
  elif [[ $current == -* ]]; then
    [[ $command == results ]] && command="results ${{COMP_WORDS[2]:-}}"
    case $command in
{4}    esac
  else
    files=1
  fi
  local IFS=$' \n'
  if [[ -n $files ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}}
complete -o filenames -F _tokentrial tokentrial
)",
                     fmt::join(first, " "), fmt::join(second, " "), fmt::join(topic_names, " "),
                     value_cases(), option_cases());
}

}  // namespace

std::string bash_completion() {
  return "# Completion of tokentrial's commands and options:\n"
         "#   source <(tokentrial completion bash)\n" +
         completion_function();
}

std::string zsh_completion() {
  return "# Completion of tokentrial's commands and options:\n"
         "#   source <(tokentrial completion zsh)\n"
         "autoload -Uz compinit bashcompinit\n"
         "(( $+functions[compdef] )) || compinit\n"
         "bashcompinit\n" +
         completion_function();
}

}  // namespace tt::app
