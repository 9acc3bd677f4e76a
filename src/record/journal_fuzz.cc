// Any bytes as a journal (with and without a good header before them), as a row, and as a prompt
// and answer.
#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "record/journal.h"
#include "record/row_codec.h"

namespace {

using namespace tt::record;

void check(bool good) {
  if (!good) std::abort();
}

// The first bytes of every journal of this build.
std::string make_header() {
  const int fd = ::memfd_create("journal", MFD_CLOEXEC);
  const auto writer = JournalWriter::on_descriptor(fd, "journal");
  check(writer.has_value());
  std::string header(writer->written_bytes(), '\0');
  check(::pread(fd, header.data(), header.size(), 0) == static_cast<ssize_t>(header.size()));
  return header;
}

void read_journal(const std::string& bytes) {
  auto reader = JournalReader::over(bytes, "fuzz");
  if (!reader) return;
  while (reader->next_row()) {
  }
  const JournalExtent& extent = reader->extent();
  check(extent.good_bytes + extent.cut_bytes == bytes.size());
  check(extent.cut_reason.empty() == (extent.cut_bytes == 0));
}

// What decodes at all must survive the round trip.
void read_payloads(std::string_view bytes) {
  if (const auto row = decode_row(bytes)) {
    std::string again;
    encode_row(again, *row);
    check(decode_row(again) == *row);
  }
  TelemetryDecoder decoder;
  if (const auto samples = decoder.decode(bytes)) {
    std::string again;
    TelemetryEncoder().encode(again, *samples);
    TelemetryDecoder second;
    const auto twice = second.decode(again);
    check(twice && twice->size() == samples->size());
  }
  if (const auto text = decode_text(bytes)) {
    std::string again;
    encode_text(again, *text);
    check(decode_text(again) == *text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  static const std::string kHeader = make_header();
  read_journal(bytes);
  read_journal(kHeader + bytes);
  read_payloads(bytes);
  return 0;
}
