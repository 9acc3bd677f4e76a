// The list of charts as text. Pure.
#pragma once

#include <string>
#include <vector>

#include "app/terminal.h"

namespace tt::app {

std::vector<Line> chart_list_lines(std::size_t width);
std::string chart_list_json();

}  // namespace tt::app
