// tokens: how long texts and prompts are by a tokenizer.json.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands.h"
#include "base/text.h"
#include "tokenizer/tokenizer.h"
#include "workload/prompt_file.h"

namespace tt::app {
namespace {

using Ids = std::vector<std::uint32_t>;

Result<std::vector<Ids>> encode_all(const tokenizer::Tokenizer& tokenizer,
                                    const workload::PromptSource& prompts) {
  std::vector<Ids> all;
  for (std::uint64_t i = 0; i < prompts.size(); ++i) {
    Ids ids;
    for (const auto& message : prompts.prompt(i, 0, {}).messages) {
      const auto part = tokenizer.encode(message.content);
      if (!part)
        return fail(ErrorCode::kInvalidInput, part.error().message,
                    fmt::format("prompt {}", i + 1));
      ids.insert(ids.end(), part->begin(), part->end());
    }
    all.push_back(std::move(ids));
  }
  return all;
}

Result<std::vector<Ids>> encode_words(const tokenizer::Tokenizer& tokenizer,
                                      const Arguments& arguments) {
  if (const auto path = arguments.value("--prompts")) {
    const auto prompts = workload::load_prompts({.path = std::string(*path)});
    if (!prompts) return fail(ErrorCode::kInvalidInput, prompts.error().text());
    return encode_all(tokenizer, **prompts);
  }
  std::vector<Ids> all;
  for (const auto text : arguments.all("--text")) {
    auto ids = tokenizer.encode(text);
    if (!ids) return fail(ErrorCode::kInvalidInput, ids.error().message, "--text");
    all.push_back(std::move(*ids));
  }
  if (!all.empty()) return all;
  return fail(ErrorCode::kInvalidInput,
              "names nothing to count; write --text \"...\" or --prompts FILE", "tokens");
}

struct Lengths {
  std::vector<std::size_t> sorted;
  std::size_t total = 0;

  explicit Lengths(const std::vector<Ids>& all) {
    for (const auto& ids : all) sorted.push_back(ids.size());
    std::ranges::sort(sorted);
    total = std::accumulate(sorted.begin(), sorted.end(), std::size_t{0});
  }
  double mean() const { return static_cast<double>(total) / static_cast<double>(sorted.size()); }
  /// Nearest rank.
  std::size_t quantile(double p) const {
    const auto rank = std::ceil(p * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }
};

std::string as_json(const tokenizer::Tokenizer& tokenizer, const std::vector<Ids>& all,
                    bool with_ids) {
  const Lengths lengths(all);
  std::string counts;
  for (const auto& ids : all) {
    counts += fmt::format("{}{}", counts.empty() ? "" : ",", ids.size());
  }
  std::string ids_text;
  if (with_ids) {
    for (const auto& ids : all) {
      ids_text +=
          fmt::format("{}[{}]", ids_text.empty() ? ",\n \"ids\": [" : ",", fmt::join(ids, ","));
    }
    ids_text += "]";
  }
  return fmt::format(
      "{{\"model\": {}, \"vocabulary\": {}, \"texts\": {}, \"tokens\": {}, \"mean\": {:.6g}, "
      "\"min\": {}, \"p50\": {}, \"p90\": {}, \"p99\": {}, \"max\": {},\n \"counts\": [{}]{}}}\n",
      json_string(tokenizer.model()), tokenizer.vocabulary(), all.size(), lengths.total,
      lengths.mean(), lengths.sorted.front(), lengths.quantile(0.5), lengths.quantile(0.9),
      lengths.quantile(0.99), lengths.sorted.back(), counts, ids_text);
}

Outcome tokens(const Arguments& arguments, Session& session) {
  const auto tokenizer = tokenizer::load_tokenizer(std::string(arguments.words().front()));
  if (!tokenizer) return fail(ErrorCode::kInvalidInput, tokenizer.error().text());
  const auto all = encode_words(**tokenizer, arguments);
  if (!all) return std::unexpected(all.error());
  if (arguments.has("--json")) {
    session.out.raw(as_json(**tokenizer, *all, arguments.has("--ids")));
    return ExitCode::kGood;
  }
  if (arguments.has("--ids")) {
    for (const auto& ids : *all) session.out.line(fmt::format("{}", fmt::join(ids, " ")));
    return ExitCode::kGood;
  }
  const Lengths lengths(*all);
  Printer& out = session.out;
  out.line(fmt::format("  tokenizer  {}, {} tokens in its vocabulary", (*tokenizer)->model(),
                       format_count((*tokenizer)->vocabulary())));
  out.line(fmt::format("  texts      {}", format_count(all->size())));
  out.line(fmt::format("  tokens     {}; mean {}, min {}, p50 {}, p90 {}, p99 {}, max {}",
                       format_count(lengths.total), format_number(lengths.mean()),
                       lengths.sorted.front(), lengths.quantile(0.5), lengths.quantile(0.9),
                       lengths.quantile(0.99), lengths.sorted.back()));
  return ExitCode::kGood;
}

}  // namespace

Command tokens_command() {
  return {.name = "tokens",
          .summary = "Counts the tokens of texts and prompt files",
          .words = "<tokenizer.json>",
          .least_words = 1,
          .most_words = 1,
          .options = {{"--text", "TEXT", "a text to count; once for each", {}, true},
                      {"--prompts", "FILE", "every prompt of a prompt file"},
                      {"--ids", "", "the ids themselves, a line a text"},
                      kJsonOption,
                      kNoColorOption,
                      kHelpOption},
          .about =
              "By the model's own tokenizer.json, without what a chat template adds. The "
              "same file makes a plan's lengths exact: see --tokenizer of run.",
          .examples = {"tokentrial tokens tokenizer.json --text \"How long is this?\"",
                       "tokentrial tokens tokenizer.json --prompts questions.txt"},
          .run = tokens};
}

}  // namespace tt::app
