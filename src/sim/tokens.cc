#include "sim/tokens.h"

#include <array>

namespace tt::sim {
namespace {

constexpr std::array<std::string_view, 128> kWords{
    " the",    " of",    " and",   " to",    " in",     " is",    " that",  " it",    " for",
    " as",     " with",  " on",    " be",    " at",     " by",    " this",  " from",  " or",
    " an",     " are",   " was",   " but",   " not",    " all",   " can",   " more",  " one",
    " time",   " when",  " each",  " out",   " up",     " some",  " into",  " than",  " other",
    " first",  " model", " token", " city",  " water",  " light", " small", " large", " house",
    " world",  " year",  " day",   " night", " river",  " mount", " stone", " green", " blue",
    " red",    " white", " black", " old",   " new",    " young", " long",  " short", " high",
    " low",    " fast",  " slow",  " early", " late",   " near",  " far",   " left",  " right",
    " north",  " south", " east",  " west",  " people", " child", " woman", " man",   " group",
    " place",  " point", " part",  " case",  " week",   " plan",  " work",  " fact",  " idea",
    " word",   " line",  " book",  " page",  " story",  " field", " tree",  " plant", " bird",
    " fish",   " horse", " dog",   " cat",   " food",   " bread", " salt",  " fruit", " road",
    " bridge", " train", " ship",  " wind",  " rain",   " snow",  " fire",  " earth", " sun",
    " moon",   " star",  " music", " voice", " sound",  " song",  " hand",  " eye",   " heart",
    " mind",   " form"};

constexpr std::uint32_t kLettersPerToken = 6;

bool is_letter(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::uint32_t count_tokens(std::string_view text) {
  std::uint32_t tokens = 0;
  std::uint32_t word = 0;  // letters of the word so far
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (is_letter(c)) {
      tokens += word % kLettersPerToken == 0 ? 1 : 0;
      ++word;
      continue;
    }
    word = 0;
    const bool blank = c <= ' ';
    const bool continuation = (c & 0xC0) == 0x80;  // of a UTF-8 character already counted
    tokens += blank || continuation ? 0 : 1;
  }
  return tokens;
}

std::string_view answer_piece(std::uint64_t answer_seed, std::uint32_t index) {
  std::uint64_t z = answer_seed + (index + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  const std::string_view word = kWords[(z ^ (z >> 31)) % kWords.size()];
  return index == 0 ? word.substr(1) : word;
}

}  // namespace tt::sim
