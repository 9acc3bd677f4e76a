#include "tokenizer/tokenizer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "tokenizer/added_tokens.h"
#include "tokenizer/file_parts.h"

namespace tt::tokenizer {
namespace {

namespace dom = simdjson::dom;

struct Parts {
  std::unique_ptr<TextNormalizer> normalizer;  // may be missing
  std::unique_ptr<PreTokenizer> splitter;      // may be missing
  std::unique_ptr<TokenModel> model;
  std::vector<AddedToken> added;
};

class Pipeline final : public Tokenizer {
 public:
  explicit Pipeline(Parts parts, std::vector<AddedToken> plain, std::vector<AddedToken> normalized)
      : normalizer_(std::move(parts.normalizer)),
        splitter_(std::move(parts.splitter)),
        model_(std::move(parts.model)),
        plain_(std::move(plain)),
        normalized_(std::move(normalized)) {}

  Result<std::vector<std::uint32_t>> encode(std::string_view text) const override {
    if (!is_utf8(text)) {
      return fail(ErrorCode::kInvalidInput, "the text is not UTF-8, so it has no tokens");
    }
    std::vector<TextPiece> found;
    std::size_t head = 0;
    if (!text.empty()) next_char(text, head);
    plain_.cut({.text = std::string(text), .head = head, .id = std::nullopt}, found);
    std::vector<TextPiece> pieces;
    for (auto& piece : found) {
      if (auto done = prepare(std::move(piece), pieces); !done)
        return std::unexpected(done.error());
    }
    std::vector<std::uint32_t> ids;
    ids.reserve(pieces.size());
    if (auto done = model_->encode(pieces, ids); !done) return std::unexpected(done.error());
    return ids;
  }

  std::string_view model() const override { return model_->name(); }
  std::size_t vocabulary() const override {
    return model_->size() + plain_.size() + normalized_.size();
  }

 private:
  /// Normalizes a piece, looks for the tokens that are looked for then, and cuts the rest.
  Result<void> prepare(TextPiece piece, std::vector<TextPiece>& out) const {
    if (piece.id) {
      out.push_back(std::move(piece));
      return {};
    }
    if (normalizer_) {
      if (auto done = normalizer_->apply(piece); !done) return done;
    }
    std::vector<TextPiece> found;
    normalized_.cut(std::move(piece), found);
    for (auto& one : found) {
      if (one.id || !splitter_) {
        out.push_back(std::move(one));
      } else if (auto done = splitter_->cut(std::move(one), out); !done) {
        return done;
      }
    }
    return {};
  }

  std::unique_ptr<TextNormalizer> normalizer_;
  std::unique_ptr<PreTokenizer> splitter_;
  std::unique_ptr<TokenModel> model_;
  AddedTokens plain_;
  AddedTokens normalized_;
};

Result<JsonPart> part_of(const JsonPart& root, std::string_view key) {
  JsonPart part{.object = {}, .path = std::string(key)};
  const auto value = root.find(key);
  if (!value || value->get(part.object) != simdjson::SUCCESS) {
    return fail(ErrorCode::kInvalidInput, "must be an object", std::string(key));
  }
  return part;
}

Result<Parts> read_parts(const JsonPart& root) {
  Parts parts;
  if (root.find("normalizer")) {
    const auto part = part_of(root, "normalizer");
    if (!part) return std::unexpected(part.error());
    auto made = read_normalizer(*part);
    if (!made) return std::unexpected(made.error());
    parts.normalizer = std::move(*made);
  }
  if (root.find("pre_tokenizer")) {
    const auto part = part_of(root, "pre_tokenizer");
    if (!part) return std::unexpected(part.error());
    auto made = read_splitter(*part);
    if (!made) return std::unexpected(made.error());
    parts.splitter = std::move(*made);
  }
  const auto part = part_of(root, "model");
  if (!part) return std::unexpected(part.error());
  auto model = read_model(*part);
  if (!model) return std::unexpected(model.error());
  parts.model = std::move(*model);
  auto added = read_added_tokens(root);
  if (!added) return std::unexpected(added.error());
  parts.added = std::move(*added);
  return parts;
}

Result<std::shared_ptr<const Tokenizer>> assemble(Parts parts) {
  std::vector<AddedToken> plain;
  std::vector<AddedToken> normalized;
  for (auto& token : parts.added) {
    if (!token.normalized) {
      plain.push_back(std::move(token));
      continue;
    }
    if (parts.normalizer) {
      TextPiece piece{.text = token.content, .head = 0, .id = std::nullopt};
      if (auto done = parts.normalizer->apply(piece); !done) return std::unexpected(done.error());
      token.content = std::move(piece.text);
    }
    if (!token.content.empty()) normalized.push_back(std::move(token));
  }
  return std::make_shared<Pipeline>(std::move(parts), std::move(plain), std::move(normalized));
}

}  // namespace

Result<std::uint32_t> Tokenizer::count(std::string_view text) const {
  const auto ids = encode(text);
  if (!ids) return std::unexpected(ids.error());
  return static_cast<std::uint32_t>(ids->size());
}

Result<std::shared_ptr<const Tokenizer>> parse_tokenizer(std::string_view json,
                                                         std::string_view name) {
  const auto at_file = [&](Error error) {
    error.source =
        error.source.empty() ? std::string(name) : fmt::format("{}: {}", name, error.source);
    return std::unexpected(std::move(error));
  };
  if (json.size() > kLargestTokenizer) {
    return at_file({ErrorCode::kInvalidInput, "is larger than 256 MiB; is this the right file?"});
  }
  dom::parser parser;
  dom::element document;
  JsonPart root{.object = {}, .path = ""};
  if (const auto error = parser.parse(json).get(document); error != simdjson::SUCCESS) {
    return at_file({ErrorCode::kInvalidInput,
                    fmt::format("is not JSON ({})", simdjson::error_message(error))});
  }
  if (document.get(root.object) != simdjson::SUCCESS || !root.find("model")) {
    return at_file({ErrorCode::kInvalidInput,
                    "is not a tokenizer.json: it has no model; the file lies beside the model's "
                    "weights"});
  }
  auto parts = read_parts(root);
  if (!parts) return at_file(parts.error());
  auto made = assemble(std::move(*parts));
  if (!made) return at_file(made.error());
  return made;
}

Result<std::shared_ptr<const Tokenizer>> load_tokenizer(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kInvalidInput, "is a folder; name the tokenizer.json in it", path);
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot be opened; check the path", path);
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > kLargestTokenizer) {
    return fail(ErrorCode::kInvalidInput, "is larger than 256 MiB; is this the right file?", path);
  }
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(in.gcount()) != size) {
    return fail(ErrorCode::kIo, "cannot be read to its end", path);
  }
  return parse_tokenizer(text, path);
}

}  // namespace tt::tokenizer
