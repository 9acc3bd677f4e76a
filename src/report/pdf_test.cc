#include "report/pdf.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/test_gold.h"
#include "record/test_rows.h"

namespace tt::report {
namespace {

constexpr std::string_view kSvg =
    R"(<svg xmlns="http://www.w3.org/2000/svg" width="840" height="500"><rect width="840" )"
    R"(height="500" fill="#fff"/><text x="20" y="40" font-family="Inter">A chart</text></svg>)";

// What poppler's program, which ./dev installs, says of the file.
std::string read_with(const std::string& command, const std::string& bytes) {
  const record::TempFolder folder;  // tests run beside each other
  const std::string path = folder.file("report.pdf");
  std::ofstream(path, std::ios::binary) << bytes;
  const std::string line = fmt::format(fmt::runtime(command), path);
  FILE* pipe = popen(line.c_str(), "r");  // NOLINT(cert-env33-c): a fixed program
  std::string out;
  std::array<char, 4096> some{};
  for (std::size_t n = 0; (n = fread(some.data(), 1, some.size(), pipe)) > 0;) {
    out.append(some.data(), n);
  }
  EXPECT_EQ(pclose(pipe), 0) << line;
  return out;
}

int pages_of(const std::string& bytes) {
  std::smatch match;
  const std::string info = read_with("pdfinfo {}", bytes);
  EXPECT_TRUE(std::regex_search(info, match, std::regex(R"(Pages:\s+(\d+))"))) << info;
  return match.empty() ? 0 : std::stoi(match[1]);
}

// No word of any page stands off it.
void expect_within(const std::string& bytes, double width, double height) {
  const std::string words = read_with("pdftotext -bbox {} -", bytes);
  const std::regex word(
      R"re(<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">)re");
  int count = 0;
  for (std::sregex_iterator i(words.begin(), words.end(), word), end; i != end; ++i, ++count) {
    EXPECT_GE(std::stod((*i)[1]), 50) << i->str();
    EXPECT_GE(std::stod((*i)[2]), 20) << i->str();
    EXPECT_LE(std::stod((*i)[3]), width - 50) << i->str();
    EXPECT_LE(std::stod((*i)[4]), height - 20) << i->str();
  }
  EXPECT_GT(count, 5);
}

Table table_of(std::size_t columns, std::size_t rows, const std::string& cell) {
  Table table{.title = "Table", .columns = {{"target"}}, .rows = {}, .note = "A note."};
  for (std::size_t c = 1; c < columns; ++c) {
    table.columns.push_back({fmt::format("p{} (ms)", c), Align::kRight});
  }
  for (std::size_t r = 0; r < rows; ++r) {
    auto& row = table.rows.emplace_back();
    row.push_back({.text = fmt::format("row {}", r), .number = {}});
    for (std::size_t c = 1; c < columns; ++c) row.push_back({.text = cell, .number = {}});
  }
  return table;
}

Document small() {
  Document document{.title = "night: vllm and tgi",
                    .subtitle = "concurrency 16",
                    .metadata = {{"Run", "night-1"}, {"Measured", "2026-01-31"}},
                    .sections = {{"answer", "The answer", {}},
                                 {"figures", "Figures", {}},
                                 {"charts", "In pictures", {}},
                                 {"method", "Method", {}}},
                    .measured = 1'769'860'800 * kSecond};
  document.sections[0].blocks = {
      Callout{Tone::kGood, "vllm is better", plain("by far")},
      Bullets{{plain("one"), {{.text = "two", .strong = true}}}},
      Cards{"vllm", {{"TTFT p50", "5 ms", "95% 4 to 6", Tone::kGood}, {"success", "100%", ""}}}};
  document.sections[1].blocks = {Paragraph{plain("Of successful requests.")},
                                 table_of(5, 3, "27.8 (26.7 to 29.2)")};
  document.sections[2].blocks = {Picture{.id = "x",
                                         .title = "A chart",
                                         .alt = "All in words.",
                                         .note = "How to read it.",
                                         .light = std::string(kSvg),
                                         .dark = {},
                                         .paper = {},
                                         .chart = {}}};
  document.sections[3].blocks = {Terms{{{"TTFT", "time to first token"}}},
                                 Listing{"The plan", "name: x\n  load: 1\n"}};
  return document;
}

TEST(Pdf, Gold) {
  const auto bytes = pdf(small());
  ASSERT_TRUE(bytes) << bytes.error().text();
  expect_gold(read_with("pdftotext -layout {} -", *bytes), "report/document_pdf.txt");
}

TEST(Pdf, TheSameDocumentHasTheSameBytes) {
  const auto one = pdf(small());
  const auto other = pdf(small());
  ASSERT_TRUE(one && other);
  EXPECT_TRUE(*one == *other);
}

TEST(Pdf, SaysWhatItIs) {
  const auto info = read_with("pdfinfo {}", *pdf(small()));
  for (const char* part : {"Title:           night: vllm and tgi", "Author:          Tokentrial",
                           "Sat Jan 31 12:00:00 2026", "Tagged:          yes", "(A4)"}) {
    EXPECT_NE(info.find(part), std::string::npos) << part << "\n" << info;
  }
  auto letter = small();
  letter.paper = Paper::kLetter;
  EXPECT_NE(read_with("pdfinfo {}", *pdf(letter)).find("(letter)"), std::string::npos);
}

TEST(Pdf, PicturesAreToldInWordsToo) {
  const auto bytes = *pdf(small());
  EXPECT_NE(bytes.find("/Alt <FEFF0041002000630068006100720074002E"), std::string::npos);
  const auto structure = read_with("pdfinfo -struct {} 2>&1", bytes);
  EXPECT_NE(structure.find("Figure"), std::string::npos) << structure;
  EXPECT_EQ(structure.find("Warning"), std::string::npos) << structure;
}

TEST(Pdf, ATableRepeatsItsHeadAndBreaksNoRow) {
  Document document = small();
  document.sections = {{"t", "T", {table_of(4, 150, "27.8")}}};
  const auto bytes = pdf(document);
  ASSERT_TRUE(bytes);
  const int pages = pages_of(*bytes);
  EXPECT_GE(pages, 3);
  const auto text = read_with("pdftotext -layout {} -", *bytes);
  const std::regex head(R"(target\s+p1 \(ms\)\s+p2 \(ms\)\s+p3 \(ms\))");
  const auto heads = std::distance(std::sregex_iterator(text.begin(), text.end(), head), {});
  EXPECT_EQ(heads, pages);
  for (int r = 0; r < 150; ++r) {
    EXPECT_NE(text.find(fmt::format("row {} ", r)), std::string::npos) << r;
  }
}

TEST(Pdf, WideTablesStayOnThePage) {
  for (const std::size_t columns : {9, 14, 40}) {
    Document document = small();
    document.sections = {{"t", "T", {table_of(columns, 4, "1,234.5 (1,200.1 to 1,300.9)")}}};
    const auto bytes = pdf(document);
    ASSERT_TRUE(bytes);
    expect_within(*bytes, 595.3, 841.9);
    EXPECT_NE(read_with("pdftotext {} -", *bytes).find(fmt::format("p{}", columns - 1)),
              std::string::npos);
  }
}

TEST(Pdf, NoForeignTextHarms) {
  const std::string marks = "<b>&\"' =cmd() \x1b[31m \xff\xfe שלום עולם 你好 🚀 \u202e reversed ";
  for (const std::string& evil : {marks, std::string(10'000, 'W'), marks + std::string(10'000, 'm'),
                                  std::string(10'000, ' '), std::string("e") + [] {
                                    std::string all;
                                    for (int i = 0; i < 2000; ++i) all += "\u0301";
                                    return all;
                                  }()}) {
    Document document{
        .title = evil, .subtitle = evil, .metadata = {{"Run", evil}, {evil, evil}}, .sections = {}};
    for (int i = 0; i < 5; ++i) document.sections.push_back({evil, evil, {}});
    document.sections[0].blocks = {
        Paragraph{{{.text = evil, .strong = true, .code = true}}},
        Bullets{{plain(evil)}},
        Callout{Tone::kBad, evil, plain(evil)},
        Cards{evil, {{evil, evil, evil, Tone::kGood}}},
        Table{.title = evil,
              .columns = {{evil}, {evil, Align::kRight}},
              .rows = {{{.text = evil, .number = {}}, {.text = evil, .number = {}}}},
              .note = evil},
        Terms{{{evil, evil}}},
        Listing{evil, evil},
        Picture{.id = "x",
                .title = evil,
                .alt = evil,
                .note = evil,
                .light = evil,
                .dark = {},
                .paper = {},
                .chart = {}}};
    const auto bytes = pdf(document);
    ASSERT_TRUE(bytes) << bytes.error().text();
    expect_within(*bytes, 595.3, 841.9);
  }
}

TEST(Pdf, HasTheLogoAndColourOfItsMaker) {
  Document document = small();
  document.sections.resize(1);
  const auto plain_one = *pdf(document);
  document.accent = "#0f766e";
  document.logo = {.bytes = std::string(kSvg), .svg = true, .alt = "ACME"};
  const auto bytes = *pdf(document);
  EXPECT_NE(bytes.find("/Alt <FEFF00410043004D0045>"), std::string::npos);
  EXPECT_NE(read_with("pdftotext {} -", bytes).find("A chart"), std::string::npos);
  // What cannot be read is left out.
  document.accent = "#0f766e; evil";
  for (const bool svg : {true, false}) {
    document.logo = {.bytes = "no picture", .svg = svg, .alt = "ACME"};
    EXPECT_TRUE(*pdf(document) == plain_one);
  }
}

TEST(Pdf, NothingIsAPageToo) {
  const auto bytes = pdf({});
  ASSERT_TRUE(bytes) << bytes.error().text();
  EXPECT_EQ(pages_of(*bytes), 1);
}

TEST(Pdf, EmptyBlocksAreLeftOut) {
  Document document;
  document.sections = {
      {"",
       "",
       {Paragraph{}, Bullets{}, Callout{}, Cards{}, Table{}, Terms{}, Listing{}, Picture{}}}};
  ASSERT_TRUE(pdf(document));
}

// Big-endian, of the header's width and height.
std::uint32_t at(const std::string& png, std::size_t place) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(png.at(place + i));
  }
  return value;
}

TEST(Pdf, ItsFirstPageIsAPictureToo) {
  Document document{.title = "T", .subtitle = {}, .metadata = {}, .sections = {}};
  const auto empty = first_page(document);
  ASSERT_TRUE(empty) << empty.error().text();
  EXPECT_EQ(empty->substr(0, 4), "\x89PNG");
  EXPECT_EQ(at(*empty, 16), 1191U) << "A4, two pixels a point";
  EXPECT_EQ(at(*empty, 20), 1684U);
  document.sections = {{"s", "S", {Callout{Tone::kGood, "vllm is better", plain("by far")}}},
                       {"t", "T", {table_of(3, 200, "1.5")}}};
  const auto full = first_page(document);
  ASSERT_TRUE(full);
  EXPECT_GT(full->size(), empty->size()) << "links, anchors and tags of pages draw nothing";
  EXPECT_EQ(*full, *first_page(document)) << "the same document, the same bytes";
}

}  // namespace
}  // namespace tt::report
