// How fast texts are counted: megabytes a second, and times the cost of finding the words alone.
// bench_tokenizer [tokenizer.json ...]: other files than the small ones of the tests.
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>

#include <fmt/format.h>

#include "workload/synthetic.h"
#include "workload/tokenizer.h"
#include "workload/tokenizer_text.h"

namespace {

double seconds_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> files(argv + 1, argv + argc);
  if (files.empty()) {
    for (const auto* name : {"gpt2", "llama3", "llama2", "bert", "t5"}) {
      files.push_back(fmt::format("tests/tokenizers/{}.json", name));
    }
  }
  const std::string text = tt::workload::synthetic_text(1, 1, 20'000);
  const double megabytes = static_cast<double>(text.size()) / 1e6;
  const double words =
      seconds_of([&] { tt::workload::find_chars(text, tt::workload::is_white_space); });
  for (const auto& file : files) {
    tt::Result<std::shared_ptr<const tt::workload::Tokenizer>> tokenizer =
        tt::fail(tt::ErrorCode::kInternal, "");
    const double load = seconds_of([&] { tokenizer = tt::workload::load_tokenizer(file); });
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
