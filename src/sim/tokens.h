// A tokenizer that is simple, deterministic and near enough to real ones, and the words of answers.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace tt::sim {

/// Tokens of a text: one for each six letters or digits of a word begun, one for each mark of
/// punctuation and for each character outside ASCII; blanks are free.
std::uint32_t count_tokens(std::string_view text);

/// Names of full blocks of text: of `block_tokens` tokens each, in order, each name standing for
/// all tokens up to the block's end, so that equal beginnings have equal names. First the tokens of
/// `prompt`, then `answer_tokens` of the answer with that seed. Blanks do not count: a
/// conversation's next prompt, which repeats prompt and answer, begins with the same names. `salt`
/// keeps apart what must not share (another model).
std::vector<std::uint64_t> block_names(std::string_view prompt, std::uint64_t answer_seed,
                                       std::uint32_t answer_tokens, std::uint32_t block_tokens,
                                       std::uint64_t salt);

/// The text of an answer's token: a short English word, from the second on with a blank before it.
/// A pure function of its arguments. count_tokens() of n of them in a row is n.
std::string_view answer_piece(std::uint64_t answer_seed, std::uint32_t index);

}  // namespace tt::sim
