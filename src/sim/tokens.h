// A tokenizer that is simple, deterministic and near enough to real ones, and the words of answers.
#pragma once

#include <cstdint>
#include <string_view>

namespace tt::sim {

/// Tokens of a text: one for each six letters or digits of a word begun, one for each mark of
/// punctuation and for each character outside ASCII; blanks are free.
std::uint32_t count_tokens(std::string_view text);

/// The text of an answer's token: a short English word, from the second on with a blank before it.
/// A pure function of its arguments. count_tokens() of n of them in a row is n.
std::string_view answer_piece(std::uint64_t answer_seed, std::uint32_t index);

}  // namespace tt::sim
