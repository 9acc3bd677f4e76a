// Any bytes as notes: what can be read of them is read, and never more than they hold.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "record/notes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto reading = tt::record::parse_notes(bytes);
  std::size_t held = 0;
  for (const auto& tag : reading.notes.tags) held += tag.size();
  for (const auto& annotation : reading.notes.annotations) held += annotation.text.size();
  if (held > size || reading.notes.baseline_since < 0) std::abort();
  return 0;
}
