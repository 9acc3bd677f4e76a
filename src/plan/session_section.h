// The parts of a plan about sessions and shared prefixes: read, checked and written.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/reader.h"

namespace tt::plan {

void read_sessions(const Value& value, Workload& workload);
void read_prefix(const Value& value, Workload& workload);

/// A text as parse_pause takes it.
void read_pause(const Value& value, Pause& out);

/// "workload.sessions.turns", ... and "workload.prefix.groups", ...
void add_session_keys(std::vector<std::string>& out);
void add_prefix_keys(std::vector<std::string>& out);

/// What is wrong with a plan's sessions and prefixes, each under the path of its field.
std::vector<Error> session_faults(const Plan& plan);

/// Both as YAML, two blanks deep; nothing where the plan has none.
void append_sessions(std::string& out, const Workload& workload);

}  // namespace tt::plan
