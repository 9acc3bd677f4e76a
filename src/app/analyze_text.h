// What the sections of `analyze` share: facts in words, numbers, tables of groups.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/groups.h"
#include "app/terminal.h"

namespace tt::app {

inline constexpr std::size_t kSketchColumns = 16;

/// "  head           text", wrapped under the text.
std::vector<Line> fact(std::string_view head, std::string_view text, std::size_t width);
/// A quiet line that says why there is nothing to show.
Line note_line(std::string_view text);
/// "99.5%"; never rounded up to the whole. "–" where there is none.
std::string percent_text(std::optional<double> share);
/// "+12%", "-3%".
std::string change_text(double share);
/// "1,234"; "–" where there is none.
std::string plain_number(std::optional<double> value);
/// An instant of the run: "1:02:03", "12:30".
std::string instant_text(double seconds);

/// Requests, errors and latencies of groups; columns give way where the width is small.
std::vector<Line> group_table(std::string_view title, const std::vector<analysis::Group>& groups,
                              std::size_t width);

}  // namespace tt::app
