#include "sim/tokens.h"

#include <array>
#include <utility>

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

/// Calls `see(byte, begins a token)` for each byte that belongs to a token.
template <class See>
void cut(std::string_view text, See see) {
  std::uint32_t word = 0;  // letters of the word so far
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (is_letter(c)) {
      see(c, word % kLettersPerToken == 0);
      ++word;
      continue;
    }
    word = 0;
    if (c <= ' ') continue;
    const bool continuation = (c & 0xC0) == 0x80;  // of a UTF-8 character already counted
    see(c, !continuation);
  }
}

/// Hashes token after token (FNV-1a), and keeps the state at the end of each block.
class Namer {
 public:
  Namer(std::uint32_t block_tokens, std::uint64_t salt)
      : block_tokens_(block_tokens), hash_(0xcbf29ce484222325ULL ^ salt) {}

  void add(std::string_view text) {
    cut(text, [this](unsigned char c, bool begins) {
      if (begins) begin_token();
      mix(c);
    });
  }
  std::vector<std::uint64_t> take() {
    if (tokens_ > 0) end_token();
    return std::move(names_);
  }

 private:
  void begin_token() {
    if (tokens_ > 0) end_token();
    ++tokens_;
    mix(0x100);  // no byte: tokens have ends
  }
  void end_token() {
    if (tokens_ % block_tokens_ == 0 && tokens_ / block_tokens_ > names_.size()) {
      names_.push_back(hash_);
    }
  }
  void mix(std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100000001b3ULL; }

  std::uint32_t block_tokens_;
  std::uint64_t hash_;
  std::uint64_t tokens_ = 0;
  std::vector<std::uint64_t> names_;
};

}  // namespace

std::uint32_t count_tokens(std::string_view text) {
  std::uint32_t tokens = 0;
  cut(text, [&tokens](unsigned char, bool begins) { tokens += begins ? 1 : 0; });
  return tokens;
}

std::vector<std::uint64_t> block_names(std::string_view prompt, std::uint64_t answer_seed,
                                       std::uint32_t answer_tokens, std::uint32_t block_tokens,
                                       std::uint64_t salt) {
  Namer namer(block_tokens, salt);
  namer.add(prompt);
  for (std::uint32_t i = 0; i < answer_tokens; ++i) namer.add(answer_piece(answer_seed, i));
  return namer.take();
}

std::string_view answer_piece(std::uint64_t answer_seed, std::uint32_t index) {
  std::uint64_t z = answer_seed + (index + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  const std::string_view word = kWords[(z ^ (z >> 31)) % kWords.size()];
  return index == 0 ? word.substr(1) : word;
}

}  // namespace tt::sim
