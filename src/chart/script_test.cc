#include "chart/script.h"

#include <cstring>
#include <vector>

#include <duktape.h>
#include <gtest/gtest.h>

namespace tt::chart {
namespace {

std::vector<unsigned char> bytecode_of(const std::string& text) {
  duk_context* heap = duk_create_heap_default();
  duk_push_string(heap, "test.js");
  EXPECT_EQ(duk_pcompile_lstring_filename(heap, 0, text.data(), text.size()), 0)
      << duk_safe_to_string(heap, -1);
  duk_dump_function(heap);
  duk_size_t length = 0;
  const auto* bytes = static_cast<const unsigned char*>(duk_get_buffer_data(heap, -1, &length));
  std::vector<unsigned char> result(bytes, bytes + length);
  duk_destroy_heap(heap);
  return result;
}

// Goes on by a second with every look.
class HastyClock final : public Clock {
 public:
  Nanos now() const override { return at_ += kSecond; }

 private:
  mutable Nanos at_ = 0;
};

Result<std::string> run(const std::string& text, const std::string& argument = "",
                        const Clock& clock = VirtualClock(), const ScriptLimits& limits = {}) {
  const ScriptHost host{
      .clock = clock, .text_width = [](std::string_view words, double size, int weight, bool mono) {
        return static_cast<double>(words.size()) * size + weight + (mono ? 1 : 0);
      }};
  return run_script(bytecode_of(text), "main", argument, host, limits);
}

TEST(Script, TakesAndReturnsText) {
  EXPECT_EQ(
      run("function main(x) { return x + '!'; }", "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80").value(),
      "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80!");
}

TEST(Script, HasTheSameLuckEachTime) {
  const std::string text =
      "function main() {"
      "  var all = []; for (var i = 0; i < 40; ++i) all.push(i);"
      "  all.sort(function (a, b) { return (a % 3) - (b % 3); });"
      "  return all.join() + Math.random(); }";
  const auto once = run(text).value();
  std::vector<std::string> elsewhere;  // so that heaps lie in other places
  for (int i = 0; i < 20; ++i) {
    elsewhere.emplace_back(10'000 * static_cast<std::size_t>(i + 1), 'x');
    EXPECT_EQ(run(text).value(), once);
  }
  const auto twice = "function main() { return String(Math.random() === Math.random()); }";
  EXPECT_EQ(run(twice).value(), "false");
}

TEST(Script, MeasuresText) {
  EXPECT_EQ(run("function main() { return String(tt_text_width('abc', 10, 600, true)); }").value(),
            "631");
}

TEST(Script, HasNoClockAndNoWayOut) {
  EXPECT_EQ(run("function main() { return String(Date.now()) + new Date().getTimezoneOffset(); }")
                .value(),
            "00");
  EXPECT_EQ(run("function main() { return [typeof require, typeof fetch, typeof XMLHttpRequest, "
                "typeof process, typeof print, typeof alert].join(); }")
                .value(),
            "undefined,undefined,undefined,undefined,undefined,undefined");
}

TEST(Script, LeavesNothingBehind) {
  const std::string text = "var n = 0; function main() { n += 1; return String(n); }";
  EXPECT_EQ(run(text).value(), "1");
  EXPECT_EQ(run(text).value(), "1");
}

TEST(Script, FaultsAreErrors) {
  const auto thrown = run("function main() { throw new Error('no such colour'); }");
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::kInternal);
  EXPECT_NE(thrown.error().message.find("no such colour"), std::string::npos);
  EXPECT_NE(run("var x = 1;").error().message.find("no function main"), std::string::npos);
  EXPECT_FALSE(run("function main() { return 5; }"));
}

TEST(Script, EndsAtItsTimeLimit) {
  const HastyClock clock;
  for (const char* endless :
       {"function main() { for (;;) {} }",
        "function main() { for (;;) { try { for (;;) {} } catch (e) {} } }"}) {
    const auto late = run(endless, "", clock, {.time = 5 * kSecond});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(late.error().message.find("longer than 5 s"), std::string::npos);
  }
}

TEST(Script, EndsAtItsMemoryLimit) {
  const auto hog =
      run("function main() { var a = []; for (;;) a.push(new Array(1000).join('x') + a.length); }",
          "", VirtualClock(), {.bytes = 8 << 20});
  ASSERT_FALSE(hog);
  EXPECT_EQ(hog.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(hog.error().message.find("more than 8 MB"), std::string::npos);
  // Not even enough to begin with.
  EXPECT_EQ(run("function main() { return ''; }", "", VirtualClock(), {.bytes = 1000}).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace tt::chart
