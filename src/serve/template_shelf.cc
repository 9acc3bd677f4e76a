#include "serve/template_shelf.h"

#include <algorithm>
#include <filesystem>
#include <functional>

#include <fmt/format.h>

#include "record/file.h"

namespace tt::serve {
namespace {

constexpr std::size_t kMostKept = 64;
constexpr std::string_view kName = "template";  // what faults call it

std::size_t line_of(std::string_view yaml, std::string_view key) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < yaml.size(); ++line) {
    if (yaml.substr(at).starts_with(key)) return line;
    const auto end = yaml.find('\n', at);
    if (end == std::string_view::npos) break;
    at = end + 1;
  }
  return 1;
}

}  // namespace

std::expected<report::Template, plan::PlanFaults> TemplateShelf::read(std::string_view yaml) {
  if (yaml.size() > kMostBytes) {
    return std::unexpected(plan::PlanFaults{
        {{ErrorCode::kInvalidInput, "is longer than 256 KB", std::string(kName)}}});
  }
  auto made = report::parse_template(yaml, kName);
  if (made && !made->logo.empty()) {
    return std::unexpected(plan::PlanFaults{
        {{ErrorCode::kInvalidInput,
          "a page does not send the logo's file; leave logo out here, or use the command: "
          "tokentrial report RUN --template FILE",
          fmt::format("{}:{}:1", kName, line_of(yaml, "logo:"))}}});
  }
  return made;
}

Result<std::string> TemplateShelf::keep(std::string_view yaml) {
  auto id = fmt::format("{:016x}", std::hash<std::string_view>{}(yaml));
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(kept_, id, &std::pair<std::string, std::string>::first) != kept_.end()) {
    return id;
  }
  const auto folder = uploads_.workplace(yaml.size());
  if (!folder) return std::unexpected(folder.error());
  auto path = fmt::format("{}/{}-{}.yaml", *folder, kName, id);
  if (auto done = record::write_file_atomically(path, yaml); !done) {
    return std::unexpected(done.error());
  }
  kept_.emplace_back(id, std::move(path));
  if (kept_.size() > kMostKept) {
    std::error_code ignored;
    std::filesystem::remove(kept_.front().second, ignored);
    kept_.pop_front();
  }
  return id;
}

Result<std::string> TemplateShelf::path(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, id, &std::pair<std::string, std::string>::first);
  if (found != kept_.end()) return found->second;
  return fail(ErrorCode::kNotFound, "this template is no longer kept; send it again", "template");
}

}  // namespace tt::serve
