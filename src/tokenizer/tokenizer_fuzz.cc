// Any bytes as a tokenizer.json, and the text after the first line break encoded by it: no crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto line = bytes.find('\n');
  const auto tokenizer = tt::tokenizer::parse_tokenizer(bytes.substr(0, line), "fuzz.json");
  if (!tokenizer) {
    if (tokenizer.error().message.empty()) std::abort();  // a refusal must say why
    return 0;
  }
  const auto text = line == std::string_view::npos ? "the text's own" : bytes.substr(line + 1);
  const auto ids = (*tokenizer)->encode(text);
  if (!ids && ids.error().message.empty()) std::abort();
  return 0;
}
