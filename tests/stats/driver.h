// What the checks against SciPy may ask of src/stats. A topic is a file <topic>_functions.cc with a
// table of names and functions, and a file check_<topic>.py that asks for them.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tt::stats {

/// The samples and parameters of one case, in the order in which the Python side wrote them.
using Arguments = std::vector<std::vector<double>>;

/// Numbers in an order that both sides know; none where the function refuses.
using Answer = std::optional<std::vector<double>>;

using Function = Answer (*)(const Arguments&);
using Table = std::map<std::string_view, Function>;

Table moments_functions();
Table quantile_functions();
Table shape_functions();
Table dependence_functions();
Table trend_functions();
Table hypotheses_functions();
Table shift_functions();

/// A figure that may be missing, as an answer.
inline Answer answer(std::optional<double> figure) {
  if (!figure) return std::nullopt;
  return std::vector{*figure};
}

}  // namespace tt::stats
