// The address of a call, its query, a cookie: bytes of whoever calls.
#include <cstdlib>

#include "serve/exchange.h"
#include "serve/request_page.h"
#include "serve/run_library.h"
#include "serve/uploads.h"

namespace tt::serve {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text) {
  (void)cookie_value(text, "tokentrial_access");
  const auto name = safe_file_name(text);
  require(!name.empty() && name.size() <= 120 && name.front() != '.');
  require(name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos);
  const auto target = parse_target(text);
  if (!target) return;
  for (const auto& segment : target->segments) {
    require(!segment.empty() && segment != "." && segment != "..");
    require(segment.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos);
    if (is_run_id(segment)) require(segment.front() != '-' && !segment.contains(".."));
  }
  if (const auto query = request_query(*target)) require(query->limit <= kMostPage);
}

}  // namespace
}  // namespace tt::serve

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tt::serve::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
