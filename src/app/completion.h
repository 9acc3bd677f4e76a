// Shell completion, generated from the commands' own declarations.
#pragma once

#include <string>

namespace tt::app {

/// A script for bash: commands, options, choices, and file names elsewhere.
std::string bash_completion();
/// The same for zsh, which runs bash's script through bashcompinit.
std::string zsh_completion();

}  // namespace tt::app
