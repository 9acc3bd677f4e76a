#include "serve/uploads.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "record/file.h"
#include "serve/guard.h"

namespace tt::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 120;

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

Result<File> make_file(const std::string& folder, const std::string& name) {
  std::error_code failed;
  fs::create_directory(folder, failed);
  File file;
  if (!failed) file.reset(std::fopen((folder + "/" + name).c_str(), "wbx"));
  if (file) return file;
  return std::unexpected(
      record::io_error("the upload cannot be stored", folder, failed ? failed.value() : errno));
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  std::string safe;
  for (const char c : name.substr(name.size() > kLongestName ? name.size() - kLongestName : 0)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    safe += plain ? c : '_';
  }
  while (safe.starts_with('.')) safe.erase(0, 1);
  return safe.empty() ? "file" : safe;
}

/// One file on its way to the disk. Where it does not become whole, nothing of it stays.
class UploadSink final : public BodySink {
 public:
  UploadSink(Uploads& uploads, Upload upload, File file)
      : uploads_(uploads), upload_(std::move(upload)), file_(std::move(file)) {}
  ~UploadSink() override {
    file_.reset();
    if (!whole_) uploads_.forget(upload_.id);
  }
  UploadSink(const UploadSink&) = delete;
  UploadSink& operator=(const UploadSink&) = delete;

  Result<void> write(std::string_view bytes) override {
    if (auto room = uploads_.check_room(bytes.size()); !room) return room;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) return full();
    upload_.bytes += bytes.size();
    return {};
  }

  Reply finish() override {
    if (std::fflush(file_.get()) != 0) return reply_of(full().error());
    file_.reset();
    whole_ = true;
    {
      const std::lock_guard lock(uploads_.mutex_);
      --uploads_.coming_;
      uploads_.uploads_[upload_.id] = upload_;
    }
    return json_reply(fmt::format("{{\"id\": {}, \"name\": {}, \"bytes\": {}}}\n",
                                  json_string(upload_.id), json_string(upload_.name),
                                  upload_.bytes));
  }

 private:
  std::unexpected<Error> full() const {
    return std::unexpected(
        record::io_error("the upload cannot be stored", uploads_.folder_of(upload_.id), errno));
  }

  Uploads& uploads_;
  Upload upload_;
  File file_;
  bool whole_ = false;
};

Uploads::Uploads(std::string results_dir, UploadLimits limits)
    : root_(std::move(results_dir) + "/.uploads"), limits_(limits) {
  std::error_code ignored;
  if (!fs::is_directory(fs::symlink_status(root_, ignored))) return;
  const auto alone = record::FolderLock::take(root_);
  if (!alone) return;
  std::vector<fs::path> left;  // of programs that were killed
  for (const auto& entry : fs::directory_iterator(root_, ignored)) {
    if (!record::is_held(entry.path().string())) left.push_back(entry.path());
  }
  for (const auto& path : left) fs::remove_all(path, ignored);
}

Uploads::~Uploads() {
  if (folder_.empty()) return;
  const auto alone = record::FolderLock::take(root_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove(root_, ignored);  // where no other program has uploads
}

// With the mutex held.
Result<void> Uploads::settle() {
  if (!folder_.empty()) return {};
  const auto name = make_token();
  if (!name) return std::unexpected(name.error());
  const std::string folder = root_ + "/" + *name;
  constexpr int kTries = 3;  // another program that ends may take the folder away
  for (int i = 1;; ++i) {
    std::error_code failed;
    fs::create_directories(root_, failed);
    // Nobody looks for what is left while ours is there and not yet held.
    const auto alone = record::FolderLock::take(root_);
    if (alone) fs::create_directory(folder, failed);
    auto held = record::FolderLock::try_take(folder);
    if (held) {
      held_.emplace(std::move(*held));
      folder_ = folder;
      return {};
    }
    if (i < kTries) continue;
    if (failed) {
      return std::unexpected(
          record::io_error("the upload cannot be stored", root_, failed.value()));
    }
    return std::unexpected(held.error());
  }
}

// A run under way must not meet a disk that uploads have filled.
Result<void> Uploads::check_room(std::uint64_t bytes) const {
  const auto free = record::free_space(folder_);
  if (!free || *free >= bytes + limits_.spare_bytes) return {};
  return std::unexpected(record::io_error("the upload cannot be stored", folder_, ENOSPC));
}

void Uploads::forget(const std::string& id) {
  std::error_code ignored;
  fs::remove_all(folder_of(id), ignored);
  const std::lock_guard lock(mutex_);
  --coming_;
}

Result<std::unique_ptr<BodySink>> Uploads::begin(std::string_view name, std::uint64_t length) {
  auto id = make_token();
  if (!id) return std::unexpected(id.error());
  Upload upload{.id = std::move(*id), .name = safe_file_name(name)};
  {
    const std::lock_guard lock(mutex_);
    if (uploads_.size() + coming_ >= limits_.files) {
      return fail(
          ErrorCode::kUnavailable,
          fmt::format("{} files are here already; import or remove them first", limits_.files));
    }
    if (auto settled = settle(); !settled) return std::unexpected(settled.error());
    ++coming_;
  }
  auto file = make_file(folder_of(upload.id), upload.name);
  auto room = check_room(length);
  if (!file || !room) {
    forget(upload.id);
    return std::unexpected(room ? file.error() : room.error());
  }
  return std::make_unique<UploadSink>(*this, std::move(upload), std::move(*file));
}

Result<std::string> Uploads::workplace(std::uint64_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (auto settled = settle(); !settled) return std::unexpected(settled.error());
  }
  if (auto room = check_room(bytes); !room) return std::unexpected(room.error());
  return folder_;
}

std::vector<Upload> Uploads::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Upload> all;
  for (const auto& [id, upload] : uploads_) all.push_back(upload);
  return all;
}

Result<std::string> Uploads::path(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no upload '{}'", id));
  }
  return folder_of(id) + "/" + found->second.name;
}

Result<void> Uploads::remove(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    if (uploads_.erase(id) == 0) {
      return fail(ErrorCode::kNotFound, fmt::format("there is no upload '{}'", id));
    }
  }
  std::error_code ignored;
  fs::remove_all(folder_of(id), ignored);
  return {};
}

}  // namespace tt::serve
