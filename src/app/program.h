// From the words of a command line to an exit code.
#pragma once

#include <span>
#include <string_view>

#include "app/command.h"

namespace tt::app {

/// Runs the command that `words` (without the program's name) ask for, and prints its error where
/// it has one. No words: a short guide.
ExitCode run_program(std::span<const std::string_view> words, Session& session);

}  // namespace tt::app
