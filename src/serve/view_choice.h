// What charts are asked to show otherwise than the run has it: slo, bucket and leave_out of a
// query.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/error.h"
#include "chart/input.h"
#include "serve/exchange.h"

namespace tt::serve {

inline constexpr std::array<std::string_view, 3> kViewChoices = {"slo", "bucket", "leave_out"};

/// "slo=ttft_p95=500ms,e2e_p99=3s&bucket=1m&leave_out=20". kInvalidInput names the parameter.
Result<chart::ViewChoice> view_choice(const Target& target);
/// The same for equal choices: to keep things by.
std::string key_of(const chart::ViewChoice& choice);

}  // namespace tt::serve
