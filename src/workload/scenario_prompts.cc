#include "workload/scenario_prompts.h"

#include <algorithm>

#include "base/rng.h"
#include "plan/scenario.h"
#include "workload/synthetic.h"

namespace tt::workload {
namespace {

/// Made-up text differs this often before it comes again, so that no prefix cache serves it.
constexpr std::uint64_t kRounds = 64;

class ScenarioPrompts final : public PromptSource {
 public:
  ScenarioPrompts(plan::Scenario scenario, bool whole)
      : scenario_(std::move(scenario)), whole_(whole) {
    if (scenario_.cases.empty()) scenario_.cases.emplace_back();
    const bool fillers = std::ranges::any_of(scenario_.cases, [](const plan::TestCase& one) {
      return std::ranges::any_of(one.values,
                                 [](const auto& v) { return plan::filler_tokens(v.second) > 0; });
    });
    size_ = scenario_.cases.size() * (fillers ? kRounds : 1);
  }

  std::uint64_t size() const override { return size_; }
  bool synthetic() const override { return false; }
  engine::Prompt prompt(std::uint64_t number, std::uint32_t, const WordFit& fit) const override {
    engine::Prompt prompt;
    const auto values = values_of(number % size_, fit);
    const auto add = [&](std::string_view role, std::string_view text) {
      // Every case was filled in once when the scenario was read, so this cannot fail.
      prompt.messages.push_back(
          {std::string(role), plan::fill_template(text, values).value_or("")});
    };
    if (!scenario_.system.empty()) add("system", scenario_.system);
    for (std::size_t i = 0; i < (whole_ ? scenario_.turns.size() : 1); ++i) {
      // The answer to the question before, which nobody recorded.
      if (i > 0) prompt.messages.push_back({"assistant", ""});
      add("user", scenario_.turns[i]);
    }
    return prompt;
  }

 private:
  plan::TestCase values_of(std::uint64_t number, const WordFit& fit) const {
    plan::TestCase values = scenario_.cases[number % scenario_.cases.size()];
    WordFit plain = fit;
    plain.base = 0;  // the filler is a part of a message
    for (auto& [key, value] : values.values) {
      if (const auto tokens = plan::filler_tokens(value); tokens > 0) {
        value = text_for(plain, Rng::stream(1, "scenario." + key).next(), number, tokens);
      }
    }
    return values;
  }

  plan::Scenario scenario_;
  bool whole_;
  std::uint64_t size_ = 0;
};

}  // namespace

Result<std::unique_ptr<PromptSource>> load_scenario_prompts(const plan::PromptFile& file,
                                                            bool whole) {
  auto scenario = plan::load_scenario(file.path);
  if (!scenario) return std::unexpected(scenario.error().faults.front());
  return std::make_unique<ScenarioPrompts>(std::move(*scenario), whole);
}

}  // namespace tt::workload
