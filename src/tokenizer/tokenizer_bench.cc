// How fast texts are counted: megabytes a second, and times the cost of finding the words alone.
// bench_tokenizer [tokenizer.json ...]: other files than the small ones of the tests.
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "tokenizer/text.h"
#include "tokenizer/tokenizer.h"

namespace {

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// This project's own pages: words, tables and code.
std::string prose() {
  std::string text;
  for (const auto* page : {"plan", "loads", "datasets", "metrics", "method"}) {
    std::ifstream in(fmt::format("{}/docs/{}.md", TT_SOURCE_DIR, page));
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files(argv + 1, argv + argc);
  if (files.empty()) {
    for (const auto* name : {"gpt2", "llama3", "llama2", "bert", "t5"}) {
      files.push_back(fmt::format("{}/tests/tokenizers/{}.json", TT_SOURCE_DIR, name));
    }
  }
  const std::string text = prose();
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  const double words =
      seconds_of([&] { tt::tokenizer::find_chars(text, tt::tokenizer::is_white_space); });
  for (const auto& file : files) {
    tt::Result<std::shared_ptr<const tt::tokenizer::Tokenizer>> tokenizer =
        tt::fail(tt::ErrorCode::kInternal, "");
    const double load = seconds_of([&] { tokenizer = tt::tokenizer::load_tokenizer(file); });
    if (!tokenizer) {
      fmt::print("{}\n", tokenizer.error().text());
      return 1;
    }
    std::uint32_t tokens = 0;
    const double time = seconds_of([&] { tokens = (*tokenizer)->count(text).value_or(0); });
    fmt::print("{:<36} load {:6.1f} ms, {:5.1f} MB/s, {:8} tokens, {:5.0f} times finding words\n",
               file, load * 1e3, megabytes / time, tokens, time / words);
  }
  return 0;
}
