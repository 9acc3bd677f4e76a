#include "workload/client.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/rng.h"
#include "base/text.h"
#include "workload/lengths.h"
#include "workload/load_curve.h"
#include "workload/plan_sessions.h"

namespace tt::workload {
namespace {

constexpr std::array<std::string_view, 4> kPlaceholders = {"index", "user", "priority", "uuid"};
constexpr double kMostPriority = 1'000'000;

Rng rng_of(const Plan& plan, std::string_view purpose, std::uint64_t index) {
  return Rng(Rng::stream(plan.seeds.arrivals, purpose).next() + index);
}

std::int32_t draw_priority(const std::vector<PriorityShare>& list, Rng& rng) {
  double all = 0;
  for (const auto& entry : list) all += entry.weight;
  double left = rng.uniform() * all;
  for (const auto& entry : list) {
    left -= entry.weight;
    if (left < 0) return entry.value;
  }
  return list.back().value;
}

std::string uuid_of(const HeaderFacts& facts) {
  Rng rng(Rng::stream(facts.seed, "uuid").next() + facts.index * 4096 + facts.target);
  const std::uint64_t high = (rng.next() & ~0xf000ULL) | 0x4000;
  const std::uint64_t low = (rng.next() & ~(3ULL << 62)) | (2ULL << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffffffffffffULL);
}

std::string value_of(std::string_view name, const HeaderFacts& facts) {
  if (name == "index") return std::to_string(facts.index);
  if (name == "user") return std::to_string(facts.user);
  if (name == "priority") return std::to_string(facts.priority);
  return name == "uuid" ? uuid_of(facts) : std::string();
}

/// Calls plain(text) and placeholder(name) for the parts of `text` in order.
template <class Plain, class Placeholder>
void walk(std::string_view text, Plain plain, Placeholder placeholder) {
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return plain(text);
    plain(text.substr(0, open));
    placeholder(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
}

std::string placeholder_fault(std::string_view text) {
  std::string fault;
  walk(
      text, [](std::string_view) {},
      [&](std::string_view name) {
        if (std::ranges::find(kPlaceholders, name) == kPlaceholders.end()) {
          fault = fmt::format(
              "{{{}}} is not known; there are {{index}}, {{user}}, {{priority}} "
              "and {{uuid}}",
              name);
        }
      });
  return fault;
}

// --- Reading ---------------------------------------------------------------------------------

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

void draw_client(const Plan& plan, std::uint64_t index, PlannedRequest& request) {
  const Workload& workload = plan.workload;
  if (!workload.priorities.empty()) {
    auto rng = rng_of(plan, "priority", index);
    request.priority = draw_priority(workload.priorities, rng);
  }
  if (!workload.cancel) return;
  auto rng = rng_of(plan, "cancel", index);
  if (rng.uniform() >= workload.cancel->share) return;
  if (workload.cancel->after) {
    request.leave_after = std::max<Nanos>(1, draw_pause(*workload.cancel->after, rng));
  } else if (workload.cancel->after_tokens) {
    request.leave_tokens = draw_length(*workload.cancel->after_tokens, rng);
  }
}

std::string fill_header(std::string_view text, const HeaderFacts& facts) {
  std::string out;
  walk(
      text, [&](std::string_view plain) { out += plain; },
      [&](std::string_view name) { out += value_of(name, facts); });
  return out;
}

std::uint64_t user_of(const Plan& plan, std::uint64_t index) {
  if (is_open_loop(plan.load)) return index + 1;
  return index % std::max(1U, most_in_flight(plan.load)) + 1;
}

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
  for (const auto& field : kCancelFields)
    out.push_back(fmt::format("workload.cancel.{}", field.key));
}

void add_priority_keys(std::vector<std::string>& out) {
  for (const auto& field : kPriorityFields) {
    out.push_back(fmt::format("workload.priority[].{}", field.key));
  }
}

std::vector<Error> client_faults(const Plan& plan) {
  std::vector<Error> faults;
  const auto require = [&](bool good, std::string path, std::string message) {
    if (!good) faults.push_back({ErrorCode::kInvalidInput, std::move(message), std::move(path)});
  };
  const Workload& workload = plan.workload;
  if (const auto& cancel = workload.cancel) {
    require(cancel->share > 0 && cancel->share <= 1, "workload.cancel.share",
            fmt::format("must be above 0 and at most 1, not {}", cancel->share));
    require(cancel->after.has_value() != cancel->after_tokens.has_value(), "workload.cancel",
            "needs after (a time, such as 2s) or after_tokens (such as 20), one of them");
    if (cancel->after) {
      const auto fault = pause_fault(*cancel->after);
      require(fault.empty(), "workload.cancel.after", fault);
    }
    require(!workload.sessions, "workload.cancel",
            "is for single requests: a session goes on when its answer has come");
  }
  for (std::size_t i = 0; i < workload.priorities.size(); ++i) {
    require(workload.priorities[i].weight > 0 && workload.priorities[i].weight <= 1e9,
            fmt::format("workload.priority[{}].weight", i), "must be above 0");
  }
  for (const auto& [name, text] : workload.headers) {
    const auto fault = placeholder_fault(text);
    require(fault.empty(), "workload.headers." + name, fault);
  }
  return faults;
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

}  // namespace tt::workload
