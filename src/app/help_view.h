// The program's texts about itself: the guide, the help of a command, the help topics.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/command.h"
#include "app/terminal.h"

namespace tt::app {

/// What `tokentrial` alone prints.
std::vector<Line> guide(std::size_t width);
/// Every command and topic, one line each.
std::vector<Line> overview(std::size_t width);
std::vector<Line> command_help(const Command& command, std::size_t width);

struct Topic {
  std::string_view name;
  std::string_view summary;
  std::vector<Line> (*lines)(std::size_t width);
};
std::span<const Topic> topics();

}  // namespace tt::app
