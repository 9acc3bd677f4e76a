// Any bytes as a result file: sniffed by content, read, checked, judged. The bytes are also read as
// a CSV behind a good header, so that the reader of records is reached at once.
#include <cstdint>
#include <fstream>
#include <string>

#include <unistd.h>

#include "import/import.h"

namespace {

constexpr std::string_view kHeader =
    "request_id,timestamp,user_id,user_request_num,input_tokens,output_tokens,ttft_ms,tpot_ms,"
    "end_to_end_s,total_tokens_per_sec,output_tokens_per_sec,status_code,input_prompt,output_"
    "text\n";

void import_bytes(const std::string& path, std::string_view before, std::string_view bytes) {
  {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << before << bytes;
  }
  const std::vector<std::string> paths = {path};
  const auto outcomes = tt::import::import_files(
      paths, {.keep_invalid = (bytes.size() & 1) != 0, .check_only = true});
  for (const auto& file : outcomes) {
    if (!file.runs) {
      if (file.runs.error().message.empty()) __builtin_trap();  // an error says what is wrong
      continue;
    }
    for (const auto& run : *file.runs) {
      const auto& origin = *run.manifest.origin;
      if (origin.rows_read != origin.rows_kept + origin.rows_rejected) __builtin_trap();
      if (!(origin.quality >= 0 && origin.quality <= 100)) __builtin_trap();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = "/tmp/tt-import-fuzz-" + std::to_string(::getpid()) + ".csv";
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  import_bytes(path, "", bytes);
  import_bytes(path, kHeader, bytes);
  ::unlink(path.c_str());
  return 0;
}
