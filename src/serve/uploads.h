// Files that a browser sent, until they are imported: each in a folder of its own below
// results/.uploads/PROGRAM, under a name that is made safe. Several programs may serve one results
// folder; each holds its own part of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/folder_lock.h"
#include "serve/exchange.h"

namespace tt::serve {

struct UploadLimits {
  std::size_t files = 20;                 // kept at once
  std::uint64_t spare_bytes = 256 << 20;  // that stay free on the disk
};

struct Upload {
  std::string id;
  std::string name;  // of the file, made safe
  std::uint64_t bytes = 0;
};

/// From any thread. What is left when the program ends is removed, then or when another one starts.
class Uploads {
 public:
  explicit Uploads(std::string results_dir, UploadLimits limits = {});
  ~Uploads();
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  /// For a body of `length` bytes (0: not known). kUnavailable where there are too many, kIo where
  /// the disk is too full.
  Result<std::unique_ptr<BodySink>> begin(std::string_view name, std::uint64_t length);
  std::vector<Upload> list() const;
  /// Where the file lies; kNotFound.
  Result<std::string> path(const std::string& id) const;
  /// kNotFound.
  Result<void> remove(const std::string& id);
  /// A folder for small files and those that are made to be sent, which goes with the program. kIo
  /// where the disk is too full for `bytes` more.
  Result<std::string> workplace(std::uint64_t bytes);

 private:
  friend class UploadSink;
  std::string folder_of(const std::string& id) const { return folder_ + "/" + id; }
  Result<void> settle();
  Result<void> check_room(std::uint64_t bytes) const;
  void forget(const std::string& id);

  const std::string root_;  // results/.uploads
  const UploadLimits limits_;
  std::string folder_;  // our own below it, once there is an upload
  std::optional<record::FolderLock> held_;
  mutable std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
  std::size_t coming_ = 0;  // not whole yet
};

/// Letters, digits, '-', '_', '.', no leading '.', at most 120; others become '_'.
std::string safe_file_name(std::string_view name);

}  // namespace tt::serve
