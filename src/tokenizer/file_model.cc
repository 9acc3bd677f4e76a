// Models and added tokens from their JSON.
#include <optional>
#include <utility>

#include "tokenizer/file_parts.h"
#include "tokenizer/models.h"

namespace tt::tokenizer {
namespace {

namespace dom = simdjson::dom;

Result<std::uint32_t> read_id(const dom::element& value) {
  std::uint64_t id = 0;
  if (value.get(id) != simdjson::SUCCESS || id >= UINT32_MAX) {
    return fail(ErrorCode::kInvalidInput, "must be an id, a whole number");
  }
  return static_cast<std::uint32_t>(id);
}

Result<Vocabulary> read_vocabulary(const JsonPart& part) {
  const auto value = part.find("vocab");
  dom::object object;
  if (!value || value->get(object) != simdjson::SUCCESS) {
    return part.refuse("must be an object of tokens and ids", "vocab");
  }
  Vocabulary vocabulary;
  vocabulary.reserve(object.size());
  for (const auto field : object) {
    const auto id = read_id(field.value);
    if (!id) return part.refuse(id.error().message, fmt::format("vocab[\"{}\"]", field.key));
    vocabulary.insert_or_assign(std::string(field.key), *id);
  }
  return vocabulary;
}

/// "left right", or ["left", "right"].
std::optional<std::pair<std::string, std::string>> read_merge(const dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) {
    const auto blank = text.find(' ');
    if (blank == std::string_view::npos || text.find(' ', blank + 1) != std::string_view::npos) {
      return std::nullopt;
    }
    return std::pair(std::string(text.substr(0, blank)), std::string(text.substr(blank + 1)));
  }
  dom::array both;
  std::string_view left;
  std::string_view right;
  const bool good = value.get(both) == simdjson::SUCCESS && both.size() == 2 &&
                    both.at(0).get(left) == simdjson::SUCCESS &&
                    both.at(1).get(right) == simdjson::SUCCESS;
  if (!good) return std::nullopt;
  return std::pair(std::string(left), std::string(right));
}

Result<void> read_merges(const JsonPart& part, BpeParts& parts) {
  const auto value = part.find("merges");
  dom::array list;
  if (!value || value->get(list) != simdjson::SUCCESS) {
    return part.refuse("must be a list", "merges");
  }
  std::size_t i = 0;
  for (const dom::element item : list) {
    std::string_view text;
    const bool version = item.get(text) == simdjson::SUCCESS && text.starts_with("#version");
    auto merge = version ? std::nullopt : read_merge(item);
    if (!version && !merge) {
      return part.refuse("must be two tokens, as in \"a b\" or [\"a\", \"b\"]",
                         fmt::format("merges[{}]", i));
    }
    if (merge) parts.merges.push_back(std::move(*merge));
    ++i;
  }
  return {};
}

Result<std::unique_ptr<TokenModel>> read_bpe(const JsonPart& part) {
  BpeParts parts;
  double dropout = 0;
  if (const auto value = part.find("dropout")) {
    if (value->get(dropout) != simdjson::SUCCESS) return part.refuse("must be a number", "dropout");
    if (dropout != 0)
      return part.refuse("makes counts a matter of chance; set it to null", "dropout");
  }
  auto vocabulary = read_vocabulary(part);
  if (!vocabulary) return std::unexpected(vocabulary.error());
  parts.vocabulary = std::move(*vocabulary);
  if (auto merges = read_merges(part, parts); !merges) return std::unexpected(merges.error());
  if (part.find("unk_token")) {
    auto unknown = part.text("unk_token", "");
    if (!unknown) return std::unexpected(unknown.error());
    parts.unknown = std::move(*unknown);
  }
  for (const auto& [key, member] : {std::pair("continuing_subword_prefix", &BpeParts::word_prefix),
                                    std::pair("end_of_word_suffix", &BpeParts::word_suffix)}) {
    auto text = part.text(key, "");
    if (!text) return std::unexpected(text.error());
    parts.*member = std::move(*text);
  }
  for (const auto& [key, member] : {std::pair("fuse_unk", &BpeParts::fuse_unknown),
                                    std::pair("byte_fallback", &BpeParts::byte_fallback),
                                    std::pair("ignore_merges", &BpeParts::ignore_merges)}) {
    const auto truth = part.truth(key, false);
    if (!truth) return std::unexpected(truth.error());
    parts.*member = *truth;
  }
  return bpe_model(std::move(parts));
}

Result<std::unique_ptr<TokenModel>> read_unigram(const JsonPart& part) {
  UnigramParts parts;
  const auto value = part.find("vocab");
  dom::array list;
  if (!value || value->get(list) != simdjson::SUCCESS) {
    return part.refuse("must be a list of tokens and scores", "vocab");
  }
  for (const dom::element item : list) {
    dom::array both;
    std::string_view text;
    double score = 0;
    const bool good = item.get(both) == simdjson::SUCCESS && both.size() == 2 &&
                      both.at(0).get(text) == simdjson::SUCCESS &&
                      both.at(1).get(score) == simdjson::SUCCESS;
    if (!good) {
      return part.refuse("must be [token, score]", fmt::format("vocab[{}]", parts.pieces.size()));
    }
    parts.pieces.emplace_back(text, score);
  }
  if (part.find("unk_id")) {
    const auto unknown = part.whole("unk_id", 0);
    if (!unknown) return std::unexpected(unknown.error());
    parts.unknown = *unknown;
  }
  const auto bytes = part.truth("byte_fallback", false);
  if (!bytes) return std::unexpected(bytes.error());
  parts.byte_fallback = *bytes;
  return unigram_model(std::move(parts));
}

Result<std::unique_ptr<TokenModel>> read_wordpiece(const JsonPart& part) {
  WordPieceParts parts;
  auto vocabulary = read_vocabulary(part);
  if (!vocabulary) return std::unexpected(vocabulary.error());
  parts.vocabulary = std::move(*vocabulary);
  auto unknown = part.text("unk_token", parts.unknown);
  if (!unknown) return std::unexpected(unknown.error());
  parts.unknown = std::move(*unknown);
  auto prefix = part.text("continuing_subword_prefix", parts.prefix);
  if (!prefix) return std::unexpected(prefix.error());
  parts.prefix = std::move(*prefix);
  const auto longest = part.whole("max_input_chars_per_word", parts.longest_word);
  if (!longest) return std::unexpected(longest.error());
  parts.longest_word = *longest;
  return wordpiece_model(std::move(parts));
}

Result<std::unique_ptr<TokenModel>> read_word_level(const JsonPart& part) {
  auto vocabulary = read_vocabulary(part);
  if (!vocabulary) return std::unexpected(vocabulary.error());
  auto unknown = part.text("unk_token", "<unk>");
  if (!unknown) return std::unexpected(unknown.error());
  return word_level_model(std::move(*vocabulary), std::move(*unknown));
}

/// The kind of a model in a file from before models said it themselves.
std::string_view kind_by_looks(const JsonPart& part) {
  if (part.find("merges")) return "BPE";
  const auto vocab = part.find("vocab");
  if (vocab && vocab->is_array()) return "Unigram";
  return part.find("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
}

}  // namespace

Result<std::unique_ptr<TokenModel>> read_model(const JsonPart& part) {
  const auto type = part.text("type", kind_by_looks(part));
  if (!type) return std::unexpected(type.error());
  if (*type == "BPE") return read_bpe(part);
  if (*type == "Unigram") return read_unigram(part);
  if (*type == "WordPiece") return read_wordpiece(part);
  if (*type == "WordLevel") return read_word_level(part);
  return part.refuse(fmt::format("'{}' is not a model that Tokentrial knows; there are BPE, "
                                 "Unigram, WordPiece and WordLevel",
                                 *type),
                     "type");
}

Result<std::vector<AddedToken>> read_added_tokens(const JsonPart& root) {
  std::vector<AddedToken> tokens;
  if (!root.find("added_tokens")) return tokens;
  const auto done = for_each_part(root, "added_tokens", [&](const JsonPart& part) -> Result<void> {
    AddedToken token;
    auto content = part.text("content", "");
    if (!content) return std::unexpected(content.error());
    token.content = std::move(*content);
    const auto id = part.whole("id", 0);
    if (!id) return std::unexpected(id.error());
    if (*id >= UINT32_MAX) return part.refuse("must be an id, a whole number", "id");
    token.id = static_cast<std::uint32_t>(*id);
    const auto special = part.truth("special", false);
    if (!special) return std::unexpected(special.error());
    for (const auto& [key, member, fallback] :
         {std::tuple("single_word", &AddedToken::single_word, false),
          std::tuple("lstrip", &AddedToken::lstrip, false),
          std::tuple("rstrip", &AddedToken::rstrip, false),
          std::tuple("normalized", &AddedToken::normalized, !*special)}) {
      const auto truth = part.truth(key, fallback);
      if (!truth) return std::unexpected(truth.error());
      token.*member = *truth;
    }
    if (!token.content.empty()) tokens.push_back(std::move(token));
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return tokens;
}

}  // namespace tt::tokenizer
