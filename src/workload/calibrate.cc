#include "workload/calibrate.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "plan/lengths.h"
#include "workload/synthetic.h"
#include "workload/words.h"

namespace tt::workload {
namespace {

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const auto word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

/// Numbers of the check prompts: none that a run will come to.
constexpr std::uint64_t kFirstCheck = std::uint64_t{1} << 35;
constexpr std::uint64_t kMaxChecks = 4;

Result<WordFit> find_fit(const TokenCounter& count) {
  const auto words = word_list();
  std::vector<std::string_view> backwards(words.rbegin(), words.rend());
  const auto half = count(join(words.first(kWordCount / 2)));
  if (!half) return std::unexpected(half.error());
  const auto other = count(join(words.last(kWordCount / 2)));
  if (!other) return std::unexpected(other.error());
  const auto whole = count(join(backwards));
  if (!whole) return std::unexpected(whole.error());

  WordFit fit;
  fit.base = static_cast<double>(*half) + *other - *whole;
  fit.per_word = (*whole - fit.base) / kWordCount;
  fit.measured = true;
  // A word costs some tokens and not many; a template costs less than a thousand words do.
  const bool sane = fit.per_word >= 0.5 && fit.per_word <= 16 && fit.base > -16 &&
                    fit.base < 16 * static_cast<double>(kWordCount);
  if (!sane) {
    return fail(ErrorCode::kProtocol,
                fmt::format("the token counts make no sense: {} and {} for half of the words, {} "
                            "for all of them; the engine may leave cached tokens out",
                            *half, *other, *whole));
  }
  return fit;
}

}  // namespace

Result<Calibration> calibrate(const plan::Lengths& input, std::uint64_t seed,
                              const TokenCounter& count) {
  const auto fit = find_fit(count);
  if (!fit) return std::unexpected(fit.error());
  Calibration result{.fit = *fit};
  const auto words =
      words_for(static_cast<std::uint32_t>(std::lround(plan::mean_length(input))), *fit);
  const auto checks = std::clamp<std::uint64_t>(kWordCount / words, 1, kMaxChecks);
  double counted = 0;
  for (std::uint64_t i = 0; i < checks; ++i) {
    const auto tokens = count(synthetic_text(seed, kFirstCheck + i, words));
    if (!tokens) return std::unexpected(tokens.error());
    counted += *tokens;
  }
  const double predicted = fit->base + fit->per_word * static_cast<double>(words);
  const double mean = counted / static_cast<double>(checks);
  if (mean <= 0) return fail(ErrorCode::kProtocol, "the engine counts no token in a prompt");
  result.error = std::fabs(predicted - mean) / mean;
  result.checked = static_cast<std::uint32_t>(checks);
  return result;
}

}  // namespace tt::workload
