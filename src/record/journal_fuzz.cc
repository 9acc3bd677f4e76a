// Any bytes as a journal, as a row, and as a prompt and answer.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "record/journal.h"
#include "record/row_codec.h"

namespace {

using namespace tt::record;

void check(bool good) {
  if (!good) std::abort();
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
  if (const auto text = decode_text(bytes)) {
    std::string again;
    encode_text(again, *text);
    check(decode_text(again) == *text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  read_journal(bytes);
  read_payloads(bytes);
  return 0;
}
