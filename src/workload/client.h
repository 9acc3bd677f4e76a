// What a request's client is like: whether it goes away in mid-answer, how urgent it is, and which
// headers it sends.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "workload/plan.h"
#include "workload/plan_reader.h"
#include "workload/schedule.h"

namespace tt::workload {

/// Draws what the plan asks of the client of request `index`: when it leaves, its priority. A
/// function of the index alone. Uses seeds.arrivals.
void draw_client(const Plan& plan, std::uint64_t index, PlannedRequest& request);

/// What the placeholders of a header stand for.
struct HeaderFacts {
  std::uint64_t index = 0;   // {index}: place in the schedule
  std::uint64_t user = 0;    // {user}: see user_of
  std::uint64_t target = 0;  // makes {uuid} another for each target
  std::int32_t priority = 0;
  std::uint64_t seed = 0;
};
/// `text` with {index}, {user}, {priority} and {uuid} (version 4, from the seed) filled in.
std::string fill_header(std::string_view text, const HeaderFacts& facts);
/// Who sends request `index`, from 1: with a concurrency of N the N users ask in turn, with a rate
/// or a trace each request is somebody else's.
std::uint64_t user_of(const Plan& plan, std::uint64_t index);

// The plan's side.

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

}  // namespace tt::workload
