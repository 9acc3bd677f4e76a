#include "base/text.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace tt {
namespace {

TEST(ParseNumber, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("-2e3"), -2000);
  for (const char* bad : {"", " 1", "1 ", "1x", "nan", "inf", "1e999", "0x10", "+1"}) {
    EXPECT_EQ(parse_number(bad), std::nullopt) << bad;
  }
}

TEST(ParsePercent, IsTheNearestNumber) {
  EXPECT_EQ(parse_percent("99.9"), 0.999);
  EXPECT_EQ(parse_percent(" 5 "), 0.05);
  for (const char* bad : {"", "%", "5%", "1e2", "x"}) {
    EXPECT_EQ(parse_percent(bad), std::nullopt) << bad;
  }
}

TEST(ParseWhole, TakesDigitsAlone) {
  EXPECT_EQ(parse_whole("0"), 0U);
  EXPECT_EQ(parse_whole("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", "-1", "+1", " 1", "1.0", "1e3", "18446744073709551616"}) {
    EXPECT_EQ(parse_whole(bad), std::nullopt) << bad;
  }
}

TEST(Duration, IsReadInEveryUnit) {
  EXPECT_EQ(parse_duration("250us"), 250 * kMicrosecond);
  EXPECT_EQ(parse_duration("500ms"), 500 * kMillisecond);
  EXPECT_EQ(parse_duration("60s"), 60 * kSecond);
  EXPECT_EQ(parse_duration("1.5m"), 90 * kSecond);
  EXPECT_EQ(parse_duration("2h"), 7200 * kSecond);
  EXPECT_EQ(parse_duration("7d"), 7 * 24 * 3600 * kSecond);
  EXPECT_EQ(parse_duration("7ns"), 7);
  EXPECT_EQ(parse_duration(" 3 s "), 3 * kSecond);
  EXPECT_EQ(parse_duration("0"), 0);
  EXPECT_EQ(parse_duration("0.25"), kSecond / 4);
}

TEST(Duration, RefusesTheRest) {
  for (const auto* text : {"", "s", "-1s", "1 fortnight", "1w", "1D", "1S", "nan", "inf", "1e30h",
                           "1s2s", "1,5s", "+1s", "0x10"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_NE(parse_duration("soon").error().message.find("60s"), std::string::npos);
}

TEST(Duration, IsWrittenAsItIsRead) {
  EXPECT_EQ(format_duration(0), "0s");
  EXPECT_EQ(format_duration(90 * kSecond), "90s");
  EXPECT_EQ(format_duration(1500 * kMillisecond), "1500ms");
  EXPECT_EQ(format_duration(1500), "1500ns");
  for (const Nanos d : {Nanos{1}, Nanos{999}, Nanos{123'456}, Nanos{5'000'000}, 86'400 * kSecond}) {
    EXPECT_EQ(parse_duration(format_duration(d)), d);
  }
}

TEST(Number, HasThreeSignificantDigits) {
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(12'400), "12,400");
  EXPECT_EQ(format_number(0.0123), "0.0123");
  EXPECT_EQ(format_number(7.5), "7.50");
  EXPECT_EQ(format_number(75), "75.0");
  EXPECT_EQ(format_number(-1'234'567.8), "-1,234,568");
  EXPECT_EQ(format_number(1.0 / 0.0), "-");
}

TEST(Number, RoundingNeverAddsADigit) {
  EXPECT_EQ(format_number(99.949), "99.9");
  EXPECT_EQ(format_number(99.95), "100");
  EXPECT_EQ(format_number(9.996), "10.0");
  EXPECT_EQ(format_number(0.9996), "1.00");
  EXPECT_EQ(format_number(999.7), "1,000");
}

TEST(Number, CountsHaveTheirThousandsApart) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Json, StringsAreEscaped) {
  EXPECT_EQ(json_string("a\"b\\c\n\r\t\x01"), R"("a\"b\\c\n\r\t\u0001")");
  EXPECT_EQ(json_string("é漢😀"), "\"é漢😀\"");
  EXPECT_EQ(json_string(""), "\"\"");
}

TEST(Json, BytesThatAreNotUtf8AreReplaced) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(json_string("a\xff"
                        "b"),
            "\"a" + mark + "b\"");
  EXPECT_EQ(json_string("\xc3"), "\"" + mark + "\"");                        // cut
  EXPECT_EQ(json_string("\xc0\xaf"), "\"" + mark + mark + "\"");             // overlong
  EXPECT_EQ(json_string("\xed\xa0\x80"), "\"" + mark + mark + mark + "\"");  // surrogate
  EXPECT_EQ(json_string("\xf4\x90\x80\x80").size(), 2 + 4 * mark.size());    // past U+10FFFF
}

TEST(Text, TrimsSplitsAndLowers) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a,b,,c", ','), (Parts{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), (Parts{""}));
  EXPECT_EQ(split(",", ','), (Parts{"", ""}));
  EXPECT_EQ(to_lower("AbC-é"), "abc-é");
  EXPECT_TRUE(equals_ignoring_case("Content-Type", "content-type"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_TRUE(starts_with_ignoring_case("Bearer x", "bearer"));
  EXPECT_FALSE(starts_with_ignoring_case("Be", "bearer"));
}

TEST(Text, TheNearestWordIsAMisspelling) {
  constexpr std::array<std::string_view, 4> kWords = {"duration", "requests", "rate", "name"};
  EXPECT_EQ(nearest_word("duratoin", kWords), "duration");
  EXPECT_EQ(nearest_word("request", kWords), "requests");
  EXPECT_EQ(nearest_word("nmae", kWords), "name");
  EXPECT_EQ(nearest_word("rate", kWords), "rate");
  EXPECT_EQ(nearest_word("temperature", kWords), "");
  EXPECT_EQ(nearest_word("xyz", kWords), "");
  EXPECT_EQ(nearest_word("anything", {}), "");
}

TEST(Text, WallClockInstantsAreUtc) {
  constexpr Nanos kInstant = 1'769'860'800 * kSecond + 123'456'789;  // 2026-01-31T12:00:00
  EXPECT_EQ(format_utc(kInstant), "2026-01-31T12:00:00.123Z");
  EXPECT_EQ(format_stamp(kInstant), "20260131-120000");
  EXPECT_EQ(format_utc(0), "1970-01-01T00:00:00.000Z");
}

TEST(ShellWord, IsAsItIsWhereThatIsSafe) {
  for (const auto* word :
       {"demo-20261122-172817", "vllm", "a/b:c@1.2,x=3%+_", "-x", "--", "./-x"}) {
    EXPECT_EQ(shell_word(word), word);
  }
}

TEST(ShellWord, IsQuotedElse) {
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("my run"), "'my run'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("\"x\""), "'\"x\"'");
  EXPECT_EQ(shell_word("$(reboot)`x`;&|<>*?[]{}~#!"), "'$(reboot)`x`;&|<>*?[]{}~#!'");
  EXPECT_EQ(shell_word("back\\slash"), "'back\\slash'");
  EXPECT_EQ(shell_word("modèle 模型"), "'modèle 模型'");
  EXPECT_EQ(shell_word("~"), "'~'");
  EXPECT_EQ(shell_word("=ls"), "'=ls'");
  EXPECT_EQ(shell_word("-rf *"), "'-rf *'");
}

TEST(ShellWord, NothingInItEndsTheLine) {
  EXPECT_EQ(shell_word("a\nb"), "$'a\\012b'");
  EXPECT_EQ(shell_word("\x1b[2J it's \\"), "$'\\033[2J it\\'s \\\\'");
  EXPECT_EQ(shell_word(std::string_view("a\0b", 3)), "$'ab'");
}

// What a shell makes of it is the word that it was.
TEST(ShellWord, AShellReadsItBack) {
  const std::string words[] = {
      "",      "plain",      "two words", "it's",    "'", "''\"\"",    "a\nb\tc",
      "$HOME", "`id`",       "\\",        "\\n",     "*", "é模\u202e", "\x1b]0;x\x07",
      "-n",    "1\0012\x7f", "#comment",  "a;b&c|d", "!!"};
  for (const std::string& word : words) {
    // The word stands in a script, so that sh, which runs it, need not know $'...'.
    const auto script =
        (std::filesystem::temp_directory_path() / fmt::format("tt_shell_word_{}.sh", getpid()))
            .string();
    std::ofstream(script) << "printf '%s' " << shell_word(word);
    const std::string command = "bash " + shell_word(script) + " && rm " + shell_word(script);
    std::FILE* pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::string back;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) back += static_cast<char>(c);
    EXPECT_EQ(pclose(pipe), 0) << command;
    EXPECT_EQ(back, word) << command;
  }
}

// The vectors of RFC 4648, section 10.
TEST(Base64, IsAsTheRfcHasIt) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe"), "//4=");
}

}  // namespace
}  // namespace tt
