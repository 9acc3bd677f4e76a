#include "net/framing.h"
#include "net/fuzz_split.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tt::net::check_framer<tt::net::NdjsonFramer>(tt::net::as_text(data, size));
  return 0;
}
