// The journal: an append-only file of checksummed records that a run writes while it goes on.
//
//   header   "TTJL", u32 version, u64 columns_digest
//   record   u32 payload length, u32 CRC-32C of type and payload, u8 type, payload
//
// All little-endian. What a flush() has written outlives the process (kill -9) since it is in the
// kernel's hands; it outlives a power cut only after sync(). A caller that flushes every 50 ms
// loses at most the last 50 ms of finished rows.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "record/row.h"
#include "record/stream.h"
#include "record/telemetry.h"

namespace tt::record {

enum class JournalType : std::uint8_t {
  kRow = 1,        // encode_row
  kEvent = 2,      // a line of events.jsonl
  kManifest = 3,   // the whole manifest as JSON; the last one counts
  kText = 4,       // encode_text
  kTelemetry = 5,  // TelemetryEncoder
};

/// A request's prompt and answer; kept only when the plan asks for it.
struct TextRow {
  std::uint32_t target = 0;  // Row::target
  std::uint64_t index = 0;   // Row::index
  std::string prompt;
  std::string answer;
  bool operator==(const TextRow&) const = default;
};

/// Writes a journal. One thread at a time.
class JournalWriter {
 public:
  /// Creates `path`, which must not exist, takes the lock that marks the run as live, and writes
  /// the header. The lock goes with the process, however it ends.
  static Result<JournalWriter> create(const std::string& path);
  /// Over an open descriptor, taken over; nothing is locked. `name` is used in errors.
  static Result<JournalWriter> on_descriptor(int fd, std::string name);

  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&& other) noexcept;
  ~JournalWriter();  // closes without flushing

  // Into memory only; never fails.
  void append(const Row& row);
  void append(const Event& event);
  void append(const TextRow& text);
  void append(std::span<const Sample> samples);
  void append_manifest(std::string_view json);

  /// Hands everything appended to the kernel in one write. On failure (disk full) the file is cut
  /// back to its last whole record and what was appended stays in memory, so that a later flush can
  /// try again.
  Result<void> flush();
  /// flush() and fsync: what was appended outlives a power cut.
  Result<void> sync();

  std::size_t pending_bytes() const { return buffer_.size(); }
  std::uint64_t written_bytes() const { return written_; }

 private:
  JournalWriter(int fd, std::string name);
  std::size_t begin_record();
  void end_record(std::size_t start, JournalType type);
  void append_record(JournalType type, std::string_view payload);

  int fd_ = -1;
  std::string name_;
  std::string buffer_;
  TelemetryEncoder telemetry_;
  std::uint64_t written_ = 0;
};

/// One good record. The payload lives until the next call of the reader.
struct JournalRecord {
  JournalType type;
  std::string_view payload;
};

/// How far a journal could be read.
struct JournalExtent {
  std::uint64_t good_bytes = 0;
  std::uint64_t cut_bytes = 0;  // from the first bad record to the end of the file
  std::uint64_t records = 0;
  std::uint64_t rows = 0;
  std::string cut_reason;  // empty where the journal ends after a whole record
};

/// Reads a journal up to its first bad record; no bytes make it crash or use much memory.
class JournalReader {
 public:
  /// kNotFound, kIo; kInvalidInput for a file that is not a journal, or is another version's.
  static Result<JournalReader> open(const std::string& path);
  /// Over bytes in memory.
  static Result<JournalReader> over(std::string bytes, std::string name);

  JournalReader(JournalReader&& other) noexcept;
  JournalReader& operator=(JournalReader&& other) noexcept;
  ~JournalReader();

  /// The next good record of any type; nullopt at the end, or at the first bad record and for ever
  /// after (see extent()).
  std::optional<JournalRecord> next();
  /// The next row; other records are passed over. A record whose row cannot be decoded ends it too.
  std::optional<Row> next_row();

  /// Grows as records are read; final after nullopt.
  const JournalExtent& extent() const { return extent_; }

 private:
  JournalReader(int fd, std::string name);
  Result<void> read_header();
  bool fill(std::size_t wanted);
  void cut(std::string reason);

  int fd_ = -1;  // -1: in memory
  std::string name_;
  std::string buffer_;
  std::size_t at_ = 0;        // of the next record within buffer_
  std::uint64_t unread_ = 0;  // bytes of the file beyond buffer_
  bool ended_ = false;
  JournalExtent extent_;
};

/// Prompt and answer as bytes, and back.
void encode_text(std::string& out, const TextRow& text);
Result<TextRow> decode_text(std::string_view bytes);

}  // namespace tt::record
