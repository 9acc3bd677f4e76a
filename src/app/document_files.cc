#include "app/document_files.h"

#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/file.h"

namespace tt::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostIdsInName = 3;
constexpr std::size_t kMostBytes = 160;
constexpr std::size_t kEndBytes = 40;  // holds when a run began

// Where a letter of UTF-8 begins, at `at` or before.
std::size_t letter_at(std::string_view text, std::size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80U) --at;
  return at;
}

std::string shortened(std::string_view id, std::size_t most) {
  if (id.size() <= most) return std::string(id);
  const auto begin = id.substr(0, letter_at(id, most - kEndBytes - 2));
  return fmt::format("{}..{}", begin, id.substr(letter_at(id, id.size() - kEndBytes + 3)));
}

}  // namespace

std::string joined_id(std::span<const std::string> ids) {
  if (ids.empty()) return "nothing";
  if (ids.size() <= kMostIdsInName) {
    const auto all = fmt::format("{}", fmt::join(ids, "+"));
    if (all.size() <= kMostBytes || ids.size() == 1) return shortened(all, kMostBytes);
  }
  const auto others = fmt::format("+{}-other{}", ids.size() - 1, ids.size() == 2 ? "" : "s");
  return shortened(ids.front(), kMostBytes - others.size()) + others;
}

Result<void> check_free(const std::string& place, bool force) {
  std::error_code ignored;
  if (place == "-" || force || !fs::exists(place, ignored)) return {};
  return fail(ErrorCode::kAlreadyExists, "is there already; --force overwrites it", place);
}

Result<void> write_document(const std::string& place, const std::string& bytes, Printer& out) {
  if (place == "-") {
    out.raw(bytes);
    return {};
  }
  std::error_code ignored;  // writing says what is wrong
  if (const auto parent = fs::path(place).parent_path(); !parent.empty()) {
    fs::create_directories(parent, ignored);
  }
  return record::write_file_atomically(place, bytes);
}

}  // namespace tt::app
