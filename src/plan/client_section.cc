#include "plan/client_section.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "plan/faults.h"
#include "plan/header_text.h"
#include "plan/lengths.h"
#include "plan/session_section.h"

namespace tt::plan {
namespace {

constexpr double kMostPriority = 1'000'000;

void read_leave_tokens(const Value& value, Cancel& cancel) {
  std::string text;
  read_text(value, text);
  const auto lengths = parse_lengths(text);
  if (!lengths) return value.fault(lengths.error().message);
  cancel.after_tokens = *lengths;
}

constexpr std::array kCancelFields = {
    Field<Cancel>{"share", [](const Value& v, Cancel& c) { read_number(v, c.share); }},
    Field<Cancel>{"after",
                  [](const Value& v, Cancel& c) { read_into<Pause>(v, c.after, read_pause); }},
    Field<Cancel>{"after_tokens", read_leave_tokens},
};

void read_priority_value(const Value& value, std::int32_t& out) {
  double number = 0;
  read_number(value, number);
  if (number != std::floor(number) || std::fabs(number) > kMostPriority) {
    return value.fault("must be a whole number from -1000000 to 1000000");
  }
  out = static_cast<std::int32_t>(number);
}

constexpr std::array kPriorityFields = {
    Field<PriorityShare>{"value",
                         [](const Value& v, PriorityShare& p) { read_priority_value(v, p.value); }},
    Field<PriorityShare>{"weight",
                         [](const Value& v, PriorityShare& p) { read_number(v, p.weight); }},
};

}  // namespace

void read_cancel(const Value& value, Workload& workload) {
  Cancel cancel;
  read_section(value, kCancelFields, cancel);
  if (value.node.kind == YamlNode::Kind::kMap) workload.cancel = cancel;
}

void read_priority(const Value& value, Workload& workload) {
  workload.priorities.clear();
  const auto read_one = [&](const Value& item) {
    PriorityShare entry;
    if (item.node.kind == YamlNode::Kind::kMap) {
      read_section(item, kPriorityFields, entry);
    } else {
      read_priority_value(item, entry.value);
    }
    workload.priorities.push_back(entry);
  };
  if (value.node.kind == YamlNode::Kind::kList) {
    read_list(value, read_one);
  } else {
    read_one(value);
  }
}

void read_header_map(const Value& value, std::map<std::string, std::string>& headers) {
  if (value.node.kind != YamlNode::Kind::kMap) {
    return value.fault(
        fmt::format("must be a map of names and values, not {}", describe(value.node)));
  }
  for (std::size_t i = 0; i < value.node.items.size(); ++i) {
    const auto& key = value.node.keys[i];
    auto path = fmt::format("{}.{}", value.path, key.text);
    if (key.kind != YamlNode::Kind::kText || headers.contains(key.text)) {
      value.reader.fault(key, path, "must be a header's name, once");
      continue;
    }
    value.reader.remember(path, key);
    read_text(value.at(value.node.items[i], std::move(path)), headers[key.text]);
  }
}

void read_workload_headers(const Value& value, Workload& workload) {
  read_header_map(value, workload.headers);
}

void add_cancel_keys(std::vector<std::string>& out) {
  add_keys(out, "workload.cancel", kCancelFields);
}

void add_priority_keys(std::vector<std::string>& out) {
  add_keys(out, "workload.priority[]", kPriorityFields);
}

std::vector<Error> client_faults(const Plan& plan) {
  Faults faults;
  const Workload& workload = plan.workload;
  if (const auto& cancel = workload.cancel) {
    faults.require(cancel->share > 0 && cancel->share <= 1, "workload.cancel.share",
                   fmt::format("must be above 0 and at most 1, not {}", cancel->share));
    faults.require(cancel->after.has_value() != cancel->after_tokens.has_value(), "workload.cancel",
                   "needs after (a time, such as 2s) or after_tokens (such as 20), one of them");
    if (cancel->after) {
      const auto fault = pause_fault(*cancel->after);
      faults.require(fault.empty(), "workload.cancel.after", fault);
    }
    faults.require(!workload.sessions, "workload.cancel",
                   "is for single requests: a session goes on when its answer has come");
  }
  for (std::size_t i = 0; i < workload.priorities.size(); ++i) {
    faults.require(workload.priorities[i].weight > 0 && workload.priorities[i].weight <= 1e9,
                   fmt::format("workload.priority[{}].weight", i), "must be above 0");
  }
  for (const auto& [name, text] : workload.headers) {
    const auto fault = placeholder_fault(text);
    faults.require(fault.empty(), "workload.headers." + name, fault);
  }
  return faults.take();
}

void append_client(std::string& out, const Workload& workload) {
  if (const auto& cancel = workload.cancel) {
    out += fmt::format("  cancel:\n    share: {}\n", cancel->share);
    if (cancel->after) out += fmt::format("    after: {}\n", format_pause(*cancel->after));
    if (cancel->after_tokens) {
      out += fmt::format("    after_tokens: {}\n", format_lengths(*cancel->after_tokens));
    }
  }
  if (!workload.priorities.empty()) out += "  priority:\n";
  for (const auto& entry : workload.priorities) {
    out += fmt::format("    - value: {}\n      weight: {}\n", entry.value, entry.weight);
  }
  if (!workload.headers.empty()) out += "  headers:\n";
  for (const auto& [name, text] : workload.headers) {
    out += fmt::format("    {}: {}\n", json_string(name), json_string(text));
  }
}

}  // namespace tt::plan
