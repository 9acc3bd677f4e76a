// Token ids against those of Hugging Face's own library (tests/tokenizers, made by
// tests/clients/tokenizers.mjs), and files that must be refused.
#include "tokenizer/tokenizer.h"

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simdjson.h>

namespace tt::tokenizer {
namespace {

const std::string kFolder = TT_SOURCE_DIR "/tests/tokenizers/";

std::string joined(const std::vector<std::uint32_t>& ids) {
  std::string text;
  for (const auto id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

struct Vector {
  std::string text;
  std::string ids;
};

std::map<std::string, std::vector<Vector>> vectors() {
  std::map<std::string, std::vector<Vector>> all;
  std::ifstream in(kFolder + "vectors.jsonl");
  simdjson::dom::parser parser;
  for (std::string line; std::getline(in, line);) {
    const simdjson::dom::object object = parser.parse(line);
    std::vector<std::uint32_t> ids;
    for (const auto id : object["ids"].get_array()) {
      ids.push_back(static_cast<std::uint32_t>(id.get_uint64().value()));
    }
    const std::string_view file = object["file"];
    const std::string_view text = object["text"];
    all[std::string(file)].push_back({std::string(text), joined(ids)});
  }
  return all;
}

TEST(Tokenizer, GivesTheIdsOfTheReference) {
  const auto all = vectors();
  EXPECT_GE(all.size(), 18U);
  for (const auto& [file, cases] : all) {
    const auto tokenizer = load_tokenizer(kFolder + file);
    ASSERT_TRUE(tokenizer) << tokenizer.error().text();
    EXPECT_GE(cases.size(), 40U);
    for (const auto& one : cases) {
      const auto ids = (*tokenizer)->encode(one.text);
      ASSERT_TRUE(ids) << ids.error().text();
      EXPECT_EQ(joined(*ids), one.ids) << file << ": " << one.text;
    }
  }
}

/// A model of words alone, with more members of the file in front.
std::string words_file(const std::string& more) {
  return "{" + more +
         R"("model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"a":1,"b":2,"ab":3}}})";
}

std::string ids_of(const std::string& file, std::string_view text) {
  const auto tokenizer = parse_tokenizer(file, "t.json");
  if (!tokenizer) return tokenizer.error().text();
  const auto ids = (*tokenizer)->encode(text);
  return ids ? joined(*ids) : ids.error().text();
}

TEST(Tokenizer, AByteLevelPairEncodingByHand) {
  // Merges in order: "l l", then "h e"; "ll o" never, as it is not there. GPT-2's letter for a
  // blank is U+0120.
  const std::string file = R"({"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},
    "model":{"type":"BPE","vocab":{"h":0,"e":1,"l":2,"o":3,"Ġ":4,"ll":5,"he":6},
             "merges":["l l",["h","e"]]}})";
  EXPECT_EQ(ids_of(file, "hello"), "6,5,3");
  EXPECT_EQ(ids_of(file, "lll"), "5,2");  // the leftmost pair first
  EXPECT_EQ(ids_of(file, " he"), "4,6");
  EXPECT_EQ(ids_of(file, "hexo"),
            "6,3");  // no token and no unknown one: left out, as the reference
}

TEST(Tokenizer, AUnigramByHand) {
  // ab + c: -1.5 -3 = -4.5; a + bc: -2 - 2 = -4, which is better.
  const std::string file = R"({"model":{"type":"Unigram","unk_id":0,"vocab":[["?",0],["a",-2.0],
    ["ab",-1.5],["c",-3.0],["bc",-2.0],["b",-4.0]]}})";
  EXPECT_EQ(ids_of(file, "abc"), "1,4");
  EXPECT_EQ(ids_of(file, "axxb"), "1,0,5");  // neighbours that are unknown are one
}

TEST(Tokenizer, CountsWhatItEncodes) {
  const auto tokenizer = load_tokenizer(kFolder + "gpt2.json");
  ASSERT_TRUE(tokenizer);
  EXPECT_EQ((*tokenizer)->count("").value(), 0U);
  EXPECT_EQ((*tokenizer)->count("the the the").value(),
            (*tokenizer)->encode("the the the")->size());
  EXPECT_EQ((*tokenizer)->model(), "BPE");
}

TEST(Tokenizer, RefusesWhatItDoesNotKnow) {
  const auto fault = [](const std::string& more) { return ids_of(words_file(more), "a"); };
  EXPECT_EQ(fault(""), "1");
  EXPECT_EQ(fault(R"("pre_tokenizer":{"type":"UnicodeScripts"},)").substr(0, 60),
            "t.json: pre_tokenizer.type: 'UnicodeScripts' is not a pre-to");
  EXPECT_EQ(
      fault(R"("normalizer":{"type":"Sequence","normalizers":[{"type":"Rot13"}]},)").substr(0, 56),
      "t.json: normalizer.normalizers[0].type: 'Rot13' is not a");
  EXPECT_EQ(
      fault(R"("pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated"},)"),
      "t.json: pre_tokenizer.pattern.Regex: the pattern cannot be read at its character 2 "
      "(U_REGEX_MISMATCHED_PAREN)");
  EXPECT_EQ(fault(R"("added_tokens":[{"content":"x","id":-1}],)"),
            "t.json: added_tokens[0].id: must be a whole number");
  EXPECT_EQ(fault(R"("normalizer":{"type":"Precompiled","precompiled_charsmap":"AAA="},)"),
            "t.json: normalizer.precompiled_charsmap: is not a table of SentencePiece");
}

TEST(Tokenizer, RefusesBrokenModels) {
  const auto fault = [](const std::string& model) {
    return ids_of("{\"model\":" + model + "}", "a");
  };
  EXPECT_EQ(fault(R"({"type":"Neural"})").substr(0, 40),
            "t.json: model.type: 'Neural' is not a mo");
  EXPECT_EQ(fault(R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})"),
            "t.json: model.merges[0]: names 'b', which the vocabulary does not have");
  EXPECT_EQ(fault(R"({"type":"BPE","vocab":{"a":"x"},"merges":[]})"),
            "t.json: model.vocab[\"a\"]: must be an id, a whole number");
  EXPECT_EQ(fault(R"({"type":"BPE","vocab":{"a":0},"merges":["a b c"]})"),
            "t.json: model.merges[0]: must be two tokens, as in \"a b\" or [\"a\", \"b\"]");
  EXPECT_EQ(fault(R"({"type":"BPE","dropout":0.1,"vocab":{},"merges":[]})"),
            "t.json: model.dropout: makes counts a matter of chance; set it to null");
  EXPECT_EQ(fault(R"({"type":"Unigram","unk_id":5,"vocab":[["a",0]]})"),
            "t.json: model.unk_id: 5 is not a place in the vocabulary of 1");
  EXPECT_EQ(fault(R"({"type":"Unigram","vocab":[["b",0]]})"),
            "a character has no token, and the file names no unknown one (unk_id)");
  EXPECT_EQ(ids_of("[1", "a").substr(0, 20), "t.json: is not JSON ");
  EXPECT_EQ(ids_of("{}", "a").substr(0, 42), "t.json: is not a tokenizer.json: it has no");
}

TEST(Tokenizer, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(ids_of(words_file(""), "\xff"), "the text is not UTF-8, so it has no tokens");
}

TEST(Tokenizer, APatternThatNeverEndsIsAnError) {
  const auto file = words_file(
      R"("pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a*)*(a*)*(a*)*b"},"behavior":"Isolated"},)");
  EXPECT_EQ(ids_of(file, std::string(200, 'a')).substr(0, 44),
            "a pattern of the tokenizer takes too long on");
}

TEST(Tokenizer, PartsThatSwellATextAreStopped) {
  const std::string much(1 << 20, 'b');
  const auto replace = [](char what, const std::string& with) {
    return R"({"type":"Replace","pattern":{"String":")" + std::string(1, what) +
           R"("},"content":")" + with + "\"}";
  };
  const auto sequence = R"("normalizer":{"type":"Sequence","normalizers":[)" + replace('a', much) +
                        "," + replace('b', much) + "]},";
  EXPECT_EQ(ids_of(words_file(sequence), "a"),
            "the normalizers and pre-tokenizers of the file make over 64 MiB of this text");
  const auto metaspace =
      R"("pre_tokenizer":{"type":"Metaspace","replacement":")" + much + R"(","split":false},)";
  EXPECT_EQ(ids_of(words_file(metaspace), std::string(70, ' ')),
            "the normalizers and pre-tokenizers of the file make over 64 MiB of this text");
}

TEST(Tokenizer, SaysWhichFileIsNotThere) {
  EXPECT_EQ(load_tokenizer("/none/tokenizer.json").error().text(),
            "/none/tokenizer.json: cannot be opened; check the path");
  EXPECT_EQ(load_tokenizer(kFolder).error().message, "is a folder; name the tokenizer.json in it");
}

}  // namespace
}  // namespace tt::tokenizer
