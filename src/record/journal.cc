#include "record/journal.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/columns.h"
#include "record/crc32c.h"
#include "record/file.h"
#include "record/row_codec.h"
#include "record/varint.h"

namespace tt::record {
namespace {

constexpr std::string_view kMagic = "TTJL";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kFrameSize = 9;  // length, checksum, type
constexpr std::size_t kReadSize = 1 << 20;

template <class Number>
void put_number(std::string& out, Number value) {
  char bytes[sizeof(Number)];
  std::memcpy(bytes, &value, sizeof(Number));
  out.append(bytes, sizeof(Number));
}

template <class Number>
Number take_number(std::string_view bytes, std::size_t at) {
  Number value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof(Number));
  return value;
}

std::string header() {
  std::string out(kMagic);
  put_number(out, kVersion);
  put_number(out, columns_digest());
  return out;
}

bool known_type(std::uint8_t type) {
  return type >= static_cast<std::uint8_t>(JournalType::kRow) &&
         type <= static_cast<std::uint8_t>(JournalType::kTelemetry);
}

}  // namespace

// --- Writing ---------------------------------------------------------------------------------

JournalWriter::JournalWriter(int fd, std::string name) : fd_(fd), name_(std::move(name)) {
  buffer_ = header();
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      telemetry_(std::move(other.telemetry_)),
      written_(other.written_) {}

JournalWriter& JournalWriter::operator=(JournalWriter&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  std::swap(buffer_, other.buffer_);
  std::swap(telemetry_, other.telemetry_);
  std::swap(written_, other.written_);
  return *this;
}

JournalWriter::~JournalWriter() {
  if (fd_ >= 0) ::close(fd_);
}

Result<JournalWriter> JournalWriter::create(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) {
    return fail(ErrorCode::kAlreadyExists, "there is a journal already", path);
  }
  // Locked before it has its name: nobody may take a journal that is just being born for an
  // orphan's, and recover it.
  const std::string unnamed = path + ".new";
  const int fd = ::open(unnamed.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return std::unexpected(io_error("cannot create the journal", path, errno));
  JournalWriter writer(fd, path);
  Result<void> done;
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    done = std::unexpected(io_error("cannot lock the journal", path, errno));
  } else if (done = writer.flush(); done && std::rename(unnamed.c_str(), path.c_str()) != 0) {
    done = std::unexpected(io_error("cannot name the journal", path, errno));
  }
  if (done) return writer;
  ::unlink(unnamed.c_str());
  return std::unexpected(done.error());
}

Result<JournalWriter> JournalWriter::on_descriptor(int fd, std::string name) {
  JournalWriter writer(fd, std::move(name));
  if (auto done = writer.flush(); !done) return std::unexpected(done.error());
  return writer;
}

std::size_t JournalWriter::begin_record() {
  const std::size_t start = buffer_.size();
  buffer_.append(kFrameSize, '\0');
  return start;
}

// Fills in the frame in front of a payload that has been appended since begin_record.
void JournalWriter::end_record(std::size_t start, JournalType type) {
  char* frame = buffer_.data() + start;
  const auto length = static_cast<std::uint32_t>(buffer_.size() - start - kFrameSize);
  frame[8] = static_cast<char>(type);
  const std::uint32_t sum = crc32c({frame + 8, length + std::size_t{1}});
  std::memcpy(frame, &length, 4);
  std::memcpy(frame + 4, &sum, 4);
}

void JournalWriter::append_record(JournalType type, std::string_view payload) {
  const std::size_t start = begin_record();
  buffer_ += payload;
  end_record(start, type);
}

void JournalWriter::append(const Row& row) {
  const std::size_t start = begin_record();
  encode_row(buffer_, row);
  end_record(start, JournalType::kRow);
}

void JournalWriter::append(const Event& event) {
  append_record(JournalType::kEvent, event_json(event));
}

void JournalWriter::append(const TextRow& text) {
  const std::size_t start = begin_record();
  encode_text(buffer_, text);
  end_record(start, JournalType::kText);
}

void JournalWriter::append(std::span<const Sample> samples) {
  const std::size_t start = begin_record();
  telemetry_.encode(buffer_, samples);
  end_record(start, JournalType::kTelemetry);
}

void JournalWriter::append_manifest(std::string_view json) {
  append_record(JournalType::kManifest, json);
}

Result<void> JournalWriter::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t n = ::write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int why = errno;
      // Cut a half-written record off, so that readers and a later try find a whole journal.
      // A device cannot be cut; the reader's checksums cover that case.
      if (rest.size() < buffer_.size() && ::ftruncate(fd_, static_cast<off_t>(written_)) == 0) {
        ::lseek(fd_, static_cast<off_t>(written_), SEEK_SET);
      }
      return std::unexpected(io_error("cannot write the journal", name_, why));
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<void> JournalWriter::sync() {
  if (auto done = flush(); !done) return done;
  if (::fdatasync(fd_) != 0 && errno != EINVAL) {
    return std::unexpected(io_error("cannot write the journal to disk", name_, errno));
  }
  return {};
}

// --- Reading ---------------------------------------------------------------------------------

JournalReader::JournalReader(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}

JournalReader::JournalReader(JournalReader&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)),
      at_(other.at_),
      unread_(other.unread_),
      ended_(other.ended_),
      extent_(std::move(other.extent_)) {}

JournalReader& JournalReader::operator=(JournalReader&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(name_, other.name_);
  std::swap(buffer_, other.buffer_);
  std::swap(at_, other.at_);
  std::swap(unread_, other.unread_);
  std::swap(ended_, other.ended_);
  std::swap(extent_, other.extent_);
  return *this;
}

JournalReader::~JournalReader() {
  if (fd_ >= 0) ::close(fd_);
}

Result<JournalReader> JournalReader::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(io_error("cannot open the journal", path, errno));
  JournalReader reader(fd, path);
  struct stat info{};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    return fail(ErrorCode::kInvalidInput, "the journal is not a regular file", path);
  }
  reader.unread_ = static_cast<std::uint64_t>(info.st_size);
  if (auto done = reader.read_header(); !done) return std::unexpected(done.error());
  return reader;
}

Result<JournalReader> JournalReader::over(std::string bytes, std::string name) {
  JournalReader reader(-1, std::move(name));
  reader.buffer_ = std::move(bytes);
  if (auto done = reader.read_header(); !done) return std::unexpected(done.error());
  return reader;
}

// Makes `wanted` bytes available from at_ on; false where the file has fewer. Never asks for more
// memory than the file has bytes.
bool JournalReader::fill(std::size_t wanted) {
  if (buffer_.size() - at_ >= wanted) return true;
  if (buffer_.size() - at_ + unread_ < wanted) return false;
  buffer_.erase(0, at_);
  at_ = 0;
  while (buffer_.size() < wanted) {
    const std::size_t have = buffer_.size();
    const std::size_t step = static_cast<std::size_t>(
        std::min<std::uint64_t>(unread_, std::max(wanted - have, kReadSize)));
    buffer_.resize(have + step);
    ssize_t n = 0;
    do n = ::read(fd_, buffer_.data() + have, step);
    while (n < 0 && errno == EINTR);
    buffer_.resize(have + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n <= 0) {  // it shrank under us, or the disk fails: what was read stays good
      unread_ = 0;
      return buffer_.size() >= wanted;
    }
    unread_ -= static_cast<std::uint64_t>(n);
  }
  return true;
}

Result<void> JournalReader::read_header() {
  if (!fill(kHeaderSize) || !buffer_.starts_with(kMagic)) {
    return fail(ErrorCode::kInvalidInput,
                "not a journal (its first bytes are wrong); nothing can be recovered from it",
                name_);
  }
  const auto version = take_number<std::uint32_t>(buffer_, 4);
  if (version != kVersion || take_number<std::uint64_t>(buffer_, 8) != columns_digest()) {
    return fail(
        ErrorCode::kInvalidInput,
        "the journal was written by another version of tokentrial; recover it with that one",
        name_);
  }
  at_ = kHeaderSize;
  extent_.good_bytes = kHeaderSize;
  return {};
}

void JournalReader::cut(std::string reason) {
  ended_ = true;
  extent_.cut_reason = std::move(reason);
  extent_.cut_bytes = buffer_.size() - at_ + unread_;
}

std::optional<JournalRecord> JournalReader::next() {
  if (ended_) return std::nullopt;
  if (at_ == buffer_.size() && unread_ == 0) {
    ended_ = true;
    return std::nullopt;
  }
  if (!fill(kFrameSize)) {
    cut("the last record is incomplete");
    return std::nullopt;
  }
  const auto length = take_number<std::uint32_t>(buffer_, at_);
  if (!fill(kFrameSize + length)) {
    cut("the last record is incomplete");
    return std::nullopt;
  }
  const std::string_view checked =
      std::string_view(buffer_).substr(at_ + 8, length + std::size_t{1});
  const auto type = static_cast<std::uint8_t>(checked.front());
  if (take_number<std::uint32_t>(buffer_, at_ + 4) != crc32c(checked) || !known_type(type)) {
    cut("a record's checksum is wrong");
    return std::nullopt;
  }
  at_ += kFrameSize + length;
  extent_.good_bytes += kFrameSize + length;
  extent_.records += 1;
  extent_.rows += type == static_cast<std::uint8_t>(JournalType::kRow) ? 1 : 0;
  return JournalRecord{static_cast<JournalType>(type), checked.substr(1)};
}

std::optional<Row> JournalReader::next_row() {
  while (const auto record = next()) {
    if (record->type != JournalType::kRow) continue;
    auto row = decode_row(record->payload);
    if (row) return std::move(*row);
    // A good checksum over a bad row: not torn, but written wrong. Take the record back.
    const std::size_t size = kFrameSize + record->payload.size();
    at_ -= size;
    extent_.good_bytes -= size;
    extent_.records -= 1;
    extent_.rows -= 1;
    cut("a row cannot be decoded");
  }
  return std::nullopt;
}

// --- Texts -----------------------------------------------------------------------------------

void encode_text(std::string& out, const TextRow& text) {
  put_varint(out, text.target);
  put_varint(out, text.index);
  put_bytes(out, text.prompt);
  put_bytes(out, text.answer);
}

Result<TextRow> decode_text(std::string_view bytes) {
  ByteCursor in(bytes);
  TextRow text;
  text.target = static_cast<std::uint32_t>(in.varint());
  text.index = in.varint();
  text.prompt = in.bytes();
  text.answer = in.bytes();
  if (!in.ok() || !in.at_end()) return fail(ErrorCode::kInvalidInput, "not a prompt and answer");
  return text;
}

}  // namespace tt::record
