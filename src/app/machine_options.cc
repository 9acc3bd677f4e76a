#include "app/machine_options.h"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "plan/slo_file.h"
#include "trial/price_file.h"

namespace tt::app {
namespace {

using analysis::Machine;

std::unexpected<Error> bad(std::string message, std::string_view option) {
  return fail(ErrorCode::kInvalidInput, std::move(message), std::string(option));
}

// Calls `set` for every machine that an option's values are about: "target=value" says it of one,
// "value" of all.
template <class Set>
Result<void> for_machines(const Arguments& arguments, std::string_view option,
                          std::map<std::string, Machine>& machines, Set set) {
  for (const auto text : arguments.all(option)) {
    const auto equals = text.rfind('=');
    const std::string name(text.substr(0, equals == std::string_view::npos ? 0 : equals));
    const auto value = equals == std::string_view::npos ? text : text.substr(equals + 1);
    if (!name.empty() && !machines.contains(name)) {
      std::vector<std::string> names;
      for (const auto& [known, machine] : machines) names.push_back(known);
      return bad(
          fmt::format("no target is called '{}'; there are {}", name, fmt::join(names, ", ")),
          option);
    }
    for (auto& [target, machine] : machines) {
      if (!name.empty() && target != name) continue;
      if (auto done = set(machine, value); !done) return done;
    }
  }
  return {};
}

Result<analysis::PriceList> read_prices(const Arguments& arguments) {
  const auto path = arguments.value("--prices");
  if (!path) return trial::builtin_prices();
  auto list = trial::load_prices(std::string(*path));
  if (!list) return fail(ErrorCode::kInvalidInput, list.error().text());
  return std::move(*list);
}

Result<void> set_price(const analysis::PriceList& list, Machine& machine, std::string_view word) {
  std::vector<std::string> candidates;
  const auto* price = list.find(word, &candidates);
  if (price == nullptr) {
    const bool several = !candidates.empty();
    if (!several) {
      for (const auto& known : list.prices) candidates.push_back(known.name);
    }
    return bad(fmt::format("'{}' {}: {}", word,
                           several ? "fits several prices" : "is not in the price list, which has",
                           fmt::join(candidates, ", ")),
               "--gpu");
  }
  const auto hour = analysis::gpu_hour(*price, list.power);
  machine.gpu_hour = hour.total();
  machine.basis = fmt::format("{}, {} ({})", price->name, price->source, price->date);
  if (hour.power > 0) {
    machine.basis += fmt::format(", power {}", analysis::format_money(hour.power, list.currency));
  }
  return {};
}

Result<void> read_machines(const Arguments& arguments, const analysis::PriceList& list,
                           std::map<std::string, Machine>& machines) {
  auto done = for_machines(arguments, "--gpu", machines, [&](Machine& m, std::string_view value) {
    return set_price(list, m, value);
  });
  if (!done) return done;
  done = for_machines(
      arguments, "--price", machines, [&](Machine& m, std::string_view value) -> Result<void> {
        const auto price = parse_number(value);
        if (!price || *price < 0) {
          return bad(fmt::format("'{}' is not a price of 0 or more", value), "--price");
        }
        m.gpu_hour = price;
        m.basis = "--price";
        return {};
      });
  if (!done) return done;
  return for_machines(arguments, "--gpus", machines,
                      [&](Machine& m, std::string_view value) -> Result<void> {
                        const auto count = parse_number(value);
                        if (!count || *count < 1 || *count > 1e5 || *count != std::floor(*count)) {
                          return bad(fmt::format("'{}' is not a number of GPUs", value), "--gpus");
                        }
                        m.gpus = static_cast<std::uint32_t>(*count);
                        return {};
                      });
}

}  // namespace

std::vector<std::string> target_names(std::span<const analysis::CostRun> runs) {
  std::vector<std::string> names;
  for (const auto& run : runs) {
    for (const auto& target : run.summary.targets) names.push_back(target.target.name);
  }
  return names;
}

Result<void> read_machine_options(const Arguments& arguments, std::span<const std::string> targets,
                                  analysis::CostQuestion& question) {
  const auto list = read_prices(arguments);
  if (!list) return std::unexpected(list.error());
  question.terms.currency = list->currency;
  for (const auto& target : targets) question.machines[target];
  if (const auto text = arguments.value("--utilization")) {
    const auto share = plan::parse_share(*text);
    if (!share) return bad(share.error().message, "--utilization");
    question.terms.utilization = *share;
  }
  return read_machines(arguments, *list, question.machines);
}

}  // namespace tt::app
