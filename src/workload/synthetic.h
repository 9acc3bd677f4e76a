// Prompts made up from the word list.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "workload/prompts.h"

namespace tt::workload {

/// Words that make about `tokens` tokens under `fit`; at least 1.
std::uint64_t words_for(std::uint32_t tokens, const WordFit& fit);

/// The text of prompt `number`: `words` words with a blank between. Its first four words spell the
/// number, so two prompts of one seed differ at the start and no prefix cache serves one from
/// another (2^36 numbers; prompts below four words have fewer). The rest goes through the
/// whole list in one random order after another, so that every text costs nearly the list's mean
/// number of tokens a word.
std::string synthetic_text(std::uint64_t seed, std::uint64_t number, std::uint64_t words);

/// Endless prompts of one seed.
std::unique_ptr<PromptSource> make_synthetic(std::uint64_t seed);

}  // namespace tt::workload
