// Prompts made up from the word list.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

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

/// The same of other words: a power of two of them, from 2 to the list's own number.
std::string synthetic_text(std::span<const std::string_view> list, std::uint64_t seed,
                           std::uint64_t number, std::uint64_t words);

/// Tokens that are left for the text of a prompt, beside what the template adds; at least 1.
std::uint32_t tokens_of_text(std::uint32_t tokens, const WordFit& fit);

/// A text of prompt `number` for one target: by its tokenizer exactly so many tokens, where it has
/// one, else about as many by its fit.
std::string text_for(const WordFit& fit, std::uint64_t seed, std::uint64_t number,
                     std::uint32_t tokens);

/// Endless prompts of one seed.
std::unique_ptr<PromptSource> make_synthetic(std::uint64_t seed);

}  // namespace tt::workload
