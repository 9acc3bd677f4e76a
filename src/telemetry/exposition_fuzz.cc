// Any bytes as a page of metrics: walked by the parser, and mapped.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "telemetry/exposition.h"
#include "telemetry/mapper.h"

namespace {

using namespace tt::telemetry;

void check(bool good) {
  if (!good) std::abort();
}

// Every view that it is given must lie in memory that is ours.
struct Reader final : ExpositionSink {
  std::size_t bytes = 0;
  std::size_t samples = 0;
  std::size_t errors = 0;
  void touch(std::string_view text) {
    for (const char c : text) bytes += static_cast<unsigned char>(c);
  }
  void on_help(std::string_view family, std::string_view text) override {
    touch(family);
    touch(text);
  }
  void on_sample(const ExpositionSample& sample) override {
    ++samples;
    check(!sample.name.empty());
    touch(sample.name);
    for (const Label& label : sample.labels) {
      touch(label.name);
      touch(label.value);
    }
    if (sample.exemplar == nullptr) return;
    for (const Label& label : sample.exemplar->labels) touch(label.value);
  }
  void on_error(std::size_t, std::string_view what) override {
    ++errors;
    touch(what);
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view page(reinterpret_cast<const char*>(data), size);
  Reader reader;
  ExpositionParser parser;
  const auto result = parser.parse(page, reader);
  check(result.samples == reader.samples && result.bad_lines == reader.errors);
  check((result.bad_lines > 0 || result.cut) == !result.first_error.empty());
  Mapper mapper({.targets = {0, 1}, .model = "m", .raw = true});
  for (int i = 0; i < 2; ++i) {
    for (const auto& sample : mapper.map(page, i).samples) check(sample.value == sample.value);
  }
  return 0;
}
