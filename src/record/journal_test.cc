#include "record/journal.h"

#include <csignal>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "record/crc32c.h"
#include "record/file.h"
#include "record/test_rows.h"

namespace tt::record {
namespace {

constexpr std::size_t kHeader = 16;

// A journal of `rows`, as bytes.
std::string journal_bytes(const std::vector<Row>& rows) {
  const TempFolder folder;
  auto writer = JournalWriter::create(folder.file("j"));
  EXPECT_TRUE(writer);
  for (const Row& row : rows) writer->append(row);
  EXPECT_TRUE(writer->flush());
  return *read_file(folder.file("j"));
}

std::vector<Row> all_rows(JournalReader& reader) {
  std::vector<Row> rows;
  while (auto row = reader.next_row()) rows.push_back(std::move(*row));
  return rows;
}

TEST(Journal, RoundTripsRowsEventsManifestsAndTexts) {
  const TempFolder folder;
  const std::string path = folder.file("journal.ttj");
  const std::vector<Row> rows = make_rows(10, 5);
  const Event event{.at = 5, .type = "phase", .fields_json = R"("name":"load")"};
  const TextRow text{
      .target = 1, .index = 3, .prompt = "Why?", .answer = std::string("be\0cause", 8)};
  auto writer = JournalWriter::create(path);
  ASSERT_TRUE(writer) << writer.error().text();
  writer->append_manifest("{}");
  for (const Row& row : rows) writer->append(row);
  writer->append(event);
  writer->append(text);
  EXPECT_GT(writer->pending_bytes(), 0u);
  ASSERT_TRUE(writer->sync());
  EXPECT_EQ(writer->pending_bytes(), 0u);

  auto reader = JournalReader::open(path);
  ASSERT_TRUE(reader) << reader.error().text();
  auto record = reader->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->type, JournalType::kManifest);
  EXPECT_EQ(record->payload, "{}");
  for (const Row& row : rows) EXPECT_EQ(reader->next_row(), row);
  record = reader->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->type, JournalType::kEvent);
  EXPECT_EQ(record->payload, R"({"t":5,"type":"phase","name":"load"})");
  record = reader->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(*decode_text(record->payload), text);
  EXPECT_FALSE(reader->next());
  EXPECT_EQ(reader->extent().records, 13u);
  EXPECT_EQ(reader->extent().rows, 10u);
  EXPECT_EQ(reader->extent().good_bytes, writer->written_bytes());
  EXPECT_EQ(reader->extent().cut_bytes, 0u);
  EXPECT_TRUE(reader->extent().cut_reason.empty());
}

TEST(Journal, ReadsFilesLargerThanItsBuffer) {
  const TempFolder folder;
  const std::vector<Row> rows = make_rows(3000, 200);
  auto writer = JournalWriter::create(folder.file("j"));
  ASSERT_TRUE(writer);
  TextRow large{.index = 1, .prompt = std::string(3 << 20, 'x'), .answer = ""};
  writer->append(large);
  for (const Row& row : rows) writer->append(row);
  ASSERT_TRUE(writer->flush());
  auto reader = JournalReader::open(folder.file("j"));
  ASSERT_TRUE(reader);
  EXPECT_EQ(*decode_text(reader->next()->payload), large);
  EXPECT_EQ(all_rows(*reader), rows);
}

// Whatever byte the file ends at: every whole record before is there, and the rest is told.
TEST(Journal, CutAtEveryByte) {
  const std::vector<Row> rows = make_rows(4, 3);
  std::vector<std::size_t> ends{kHeader};
  for (std::size_t n = 1; n <= rows.size(); ++n) {
    ends.push_back(
        journal_bytes({rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(n)}).size());
  }
  const std::string bytes = journal_bytes(rows);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    auto reader = JournalReader::over(bytes.substr(0, size), "cut");
    ASSERT_EQ(reader.has_value(), size >= kHeader) << size;
    if (!reader) continue;
    std::size_t whole = 0;
    while (whole + 1 < ends.size() && ends[whole + 1] <= size) ++whole;
    const auto read = all_rows(*reader);
    ASSERT_EQ(read.size(), whole) << size;
    EXPECT_TRUE(std::equal(read.begin(), read.end(), rows.begin()));
    EXPECT_EQ(reader->extent().good_bytes, ends[whole]);
    EXPECT_EQ(reader->extent().cut_bytes, size - ends[whole]);
    EXPECT_EQ(reader->extent().cut_reason.empty(), size == ends[whole]);
  }
}

// Whatever bit turns: no row that was not written comes out.
TEST(Journal, FlipEveryBit) {
  const std::vector<Row> rows = make_rows(3, 3);
  const std::string bytes = journal_bytes(rows);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      auto reader = JournalReader::over(flipped, "flipped");
      ASSERT_EQ(reader.has_value(), at >= kHeader) << at;
      if (!reader) continue;
      const auto read = all_rows(*reader);
      ASSERT_LT(read.size(), rows.size()) << at;
      EXPECT_TRUE(std::equal(read.begin(), read.end(), rows.begin()));
      EXPECT_GT(reader->extent().cut_bytes, 0u);
      EXPECT_FALSE(reader->extent().cut_reason.empty());
      EXPECT_EQ(reader->extent().good_bytes + reader->extent().cut_bytes, bytes.size());
      EXPECT_FALSE(reader->next());  // and for ever after
    }
  }
}

// A checksum that fits over a payload that does not.
TEST(Journal, StopsAtARowThatCannotBeDecoded) {
  std::string bytes = journal_bytes(make_rows(1, 1));
  const std::size_t good = bytes.size();
  const std::string checked = std::string("\x01", 1) + "\xff";  // a row, of one bad byte
  const std::uint32_t length = 1;
  const std::uint32_t sum = crc32c(checked);
  bytes.append(reinterpret_cast<const char*>(&length), 4);
  bytes.append(reinterpret_cast<const char*>(&sum), 4);
  bytes += checked;
  auto reader = JournalReader::over(bytes, "bad row");
  ASSERT_TRUE(reader);
  EXPECT_EQ(all_rows(*reader).size(), 1u);
  EXPECT_EQ(reader->extent().rows, 1u);
  EXPECT_EQ(reader->extent().good_bytes, good);
  EXPECT_EQ(reader->extent().cut_bytes, 10u);
}

TEST(Journal, RefusesOtherFilesAndOtherVersions) {
  const TempFolder folder;
  EXPECT_EQ(JournalReader::open(folder.file("none")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(JournalReader::open(folder.path()).error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(JournalReader::over("", "x").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(JournalReader::over("PAR1 is something else", "x").error().code,
            ErrorCode::kInvalidInput);
  std::string newer = journal_bytes({});
  newer[4] = 9;
  EXPECT_NE(JournalReader::over(newer, "x").error().message.find("another version"),
            std::string::npos);
}

TEST(Journal, IsNeverCreatedOverAnotherNorWithoutAFolder) {
  const TempFolder folder;
  ASSERT_TRUE(JournalWriter::create(folder.file("j")));
  const auto again = JournalWriter::create(folder.file("j"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_FALSE(JournalWriter::create(folder.file("j/below")));
}

TEST(Journal, FullDiskIsAnErrorThatSaysWhatToDo) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  const auto writer = JournalWriter::on_descriptor(fd, "/dev/full");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::kIo);
  EXPECT_NE(writer.error().message.find("make room"), std::string::npos) << writer.error().text();
}

/// Limits the size of files for its lifetime, so that a write can fail half way.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit now = old_;
    now.rlim_cur = bytes;
    works_ = ::setrlimit(RLIMIT_FSIZE, &now) == 0;
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  bool works() const { return works_; }

 private:
  rlimit old_{};
  void (*old_handler_)(int) = nullptr;
  bool works_ = false;
};

TEST(Journal, AWriteThatFailsHalfWayIsCutBackAndCanBeTriedAgain) {
  const TempFolder folder;
  const std::vector<Row> rows = make_rows(40, 20);
  auto writer = JournalWriter::create(folder.file("j"));
  ASSERT_TRUE(writer);
  writer->append(rows[0]);
  ASSERT_TRUE(writer->flush());
  const std::uint64_t good = writer->written_bytes();
  for (std::size_t i = 1; i < rows.size(); ++i) writer->append(rows[i]);
  {
    const FileSizeLimit limit(good + 777);
    if (!limit.works()) GTEST_SKIP() << "no file size limit here";
    const auto flushed = writer->flush();
    ASSERT_FALSE(flushed);
    EXPECT_EQ(flushed.error().code, ErrorCode::kIo);
  }
  EXPECT_EQ(std::filesystem::file_size(folder.file("j")), good);
  EXPECT_EQ(writer->written_bytes(), good);
  EXPECT_GT(writer->pending_bytes(), 777u);

  ASSERT_TRUE(writer->flush());
  auto reader = JournalReader::open(folder.file("j"));
  ASSERT_TRUE(reader);
  EXPECT_EQ(all_rows(*reader), rows);
  EXPECT_EQ(reader->extent().cut_bytes, 0u);
}

TEST(Journal, NothingIsWrittenBeforeFlush) {
  const TempFolder folder;
  auto writer = JournalWriter::create(folder.file("j"));
  ASSERT_TRUE(writer);
  writer->append(Row{});
  EXPECT_EQ(std::filesystem::file_size(folder.file("j")), kHeader);
}

TEST(Texts, RefuseEveryCut) {
  std::string bytes;
  encode_text(bytes, {.index = 1000, .prompt = "ab", .answer = "cde"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_text(std::string_view(bytes).substr(0, size)));
  }
  EXPECT_FALSE(decode_text(bytes + "x"));
}

}  // namespace
}  // namespace tt::record
