// The parts of a plan about the clients of its requests: cancellations, priorities and headers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/reader.h"

namespace tt::plan {

void read_cancel(const Value& value, Workload& workload);
void read_priority(const Value& value, Workload& workload);
/// A map of header names and values, each name once.
void read_header_map(const Value& value, std::map<std::string, std::string>& headers);
void read_workload_headers(const Value& value, Workload& workload);
void add_cancel_keys(std::vector<std::string>& out);
void add_priority_keys(std::vector<std::string>& out);
/// What is wrong, each under the path of its field; headers' names are the caller's to check.
std::vector<Error> client_faults(const Plan& plan);
/// As YAML, two blanks deep; nothing where the plan has none.
void append_client(std::string& out, const Workload& workload);

}  // namespace tt::plan
