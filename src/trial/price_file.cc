#include "trial/price_file.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "plan/reader.h"
#include "plan/yaml_tree.h"

namespace tt::trial {
namespace {

using analysis::PowerTerms;
using analysis::Price;
using analysis::PriceList;
using plan::Field;
using plan::Value;

constexpr double kMostMoney = 1e12;  // beyond any machine

// From 0, or above it; a fault says which.
void read_amount(const Value& value, bool zero_is_good, double& out) {
  double number = -1;
  plan::read_number(value, number);
  if (value.node.kind != plan::YamlNode::Kind::kText) return;
  if ((zero_is_good ? number >= 0 : number > 0) && number <= kMostMoney) {
    out = number;
  } else if (!value.reader.has_fault(value.path)) {
    value.fault(fmt::format("must be {} and at most {:g}, not {}",
                            zero_is_good ? "0 or more" : "above 0", kMostMoney, value.node.text));
  }
}

void read_optional(const Value& value, bool zero_is_good, std::optional<double>& out) {
  double number = -1;
  read_amount(value, zero_is_good, number);
  if (number >= 0) out = number;
}

void read_gpus(const Value& value, Price& price) {
  std::uint32_t gpus = 0;
  plan::read_whole(value, gpus);
  constexpr std::uint32_t kMost = 100'000;
  if (gpus >= 1 && gpus <= kMost) {
    price.gpus = gpus;
  } else if (!value.reader.has_fault(value.path)) {
    value.fault(fmt::format("must lie from 1 to {}, not {}", kMost, gpus));
  }
}

bool is_date(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != '-') return false;
  }
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  return number(5) >= 1 && number(5) <= 12 && number(8) >= 1 && number(8) <= 31;
}

void read_date(const Value& value, Price& price) {
  plan::read_text(value, price.date);
  if (!price.date.empty() && !is_date(price.date)) {
    value.fault(fmt::format("'{}' is not a date; write it as 2026-01-31", price.date));
  }
}

constexpr std::array kPriceFields = {
    Field<Price>{"name", [](const Value& v, Price& p) { read_text(v, p.name); }},
    Field<Price>{"gpu", [](const Value& v, Price& p) { read_text(v, p.gpu); }},
    Field<Price>{"provider", [](const Value& v, Price& p) { read_text(v, p.provider); }},
    Field<Price>{"instance", [](const Value& v, Price& p) { read_text(v, p.instance); }},
    Field<Price>{"gpus", read_gpus},
    Field<Price>{"per_hour", [](const Value& v, Price& p) { read_optional(v, true, p.per_hour); }},
    Field<Price>{"purchase", [](const Value& v, Price& p) { read_optional(v, true, p.purchase); }},
    Field<Price>{"years", [](const Value& v, Price& p) { read_optional(v, false, p.years); }},
    Field<Price>{"watts", [](const Value& v, Price& p) { read_optional(v, true, p.watts); }},
    Field<Price>{"source", [](const Value& v, Price& p) { read_text(v, p.source); }},
    Field<Price>{"date", read_date},
};

void check_price(const Value& value, const Price& price) {
  const auto has = [&](std::string_view key) {
    return value.reader.has(fmt::format("{}.{}", value.path, key));
  };
  for (const std::string_view key : {"name", "gpu", "source", "date"}) {
    if (!has(key)) value.fault(fmt::format("needs {}", key));
  }
  if (has("name") && price.name.empty()) value.fault("has an empty name");
  if (has("per_hour") == has("purchase")) {
    value.fault(has("purchase") ? "has both per_hour (rented) and purchase (owned); keep one"
                                : "needs per_hour (rented), or purchase and years (owned)");
  }
  if (has("purchase") != has("years")) value.fault("purchase and years belong together");
}

void read_price(const Value& value, PriceList& list) {
  Price price;
  read_section(value, kPriceFields, price);
  if (value.node.kind != plan::YamlNode::Kind::kMap) return;
  check_price(value, price);
  list.prices.push_back(std::move(price));
}

constexpr std::array kPowerFields = {
    Field<PowerTerms>{"per_kwh",
                      [](const Value& v, PowerTerms& p) { read_amount(v, true, p.per_kwh); }},
    Field<PowerTerms>{"pue", [](const Value& v, PowerTerms& p) { read_amount(v, false, p.pue); }},
};

void read_power(const Value& value, PriceList& list) {
  PowerTerms power;
  read_section(value, kPowerFields, power);
  if (power.pue < 1) value.fault("pue must be 1 or more: all power over that of the machines");
  list.power = power;
}

void read_currency(const Value& value, PriceList& list) {
  std::string text;
  read_text(value, text);
  const bool letters =
      text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (letters) {
    list.currency = text;
  } else {
    value.fault("must be a code of three capitals, for example USD");
  }
}

constexpr std::array kListFields = {
    Field<PriceList>{"currency", read_currency},
    Field<PriceList>{"power", read_power},
    Field<PriceList>{"prices",
                     [](const Value& v, PriceList& l) {
                       plan::read_list(v, [&](const Value& item) { read_price(item, l); });
                     }},
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const auto& field : kListFields) keys.emplace_back(field.key);
  for (const auto& field : kPowerFields) keys.push_back(fmt::format("power.{}", field.key));
  for (const auto& field : kPriceFields) keys.push_back(fmt::format("prices[].{}", field.key));
  return keys;
}

}  // namespace

std::expected<PriceList, plan::PlanFaults> parse_prices(std::string_view yaml,
                                                        std::string_view name) {
  const auto tree = plan::read_yaml(yaml, name);
  if (!tree) return std::unexpected(plan::one_fault(tree.error()));
  PriceList list;
  plan::PlanReader reader(name, all_keys());
  if (tree->kind != plan::YamlNode::Kind::kNull) {
    read_section(Value{reader, *tree, ""}, kListFields, list);
  }
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < list.prices.size(); ++i) {
    if (list.prices[i].name.empty() || names.insert(list.prices[i].name).second) continue;
    reader.fault_at_path({ErrorCode::kInvalidInput,
                          fmt::format("'{}' is the name of two prices", list.prices[i].name),
                          fmt::format("prices[{}].name", i)});
  }
  if (list.prices.empty() && !reader.any_fault()) reader.fault(*tree, "", "holds no prices");
  auto faults = reader.take_faults();
  if (!faults.empty()) return std::unexpected(plan::PlanFaults{std::move(faults)});
  return list;
}

std::expected<PriceList, plan::PlanFaults> load_prices(const std::string& path) {
  const auto text = plan::read_yaml_file(path);
  if (!text) return std::unexpected(plan::one_fault(text.error()));
  return parse_prices(*text, path);
}

const PriceList& builtin_prices() {
  // A test holds that the file is good.
  static const PriceList kPrices =
      parse_prices(builtin_prices_yaml(), "examples/prices.yaml").value_or(PriceList{});
  return kPrices;
}

}  // namespace tt::trial
