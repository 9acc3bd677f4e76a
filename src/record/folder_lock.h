// A folder held by one process at a time.
#pragma once

#include <string>

#include "base/error.h"

namespace tt::record {

/// Holds a folder until it goes; a process that ends, however it does, lets go of it. Advisory:
/// only others who ask for the lock notice.
class FolderLock {
 public:
  /// Waits until nobody else holds it.
  static Result<FolderLock> take(const std::string& folder);
  /// kUnavailable where somebody holds it.
  static Result<FolderLock> try_take(const std::string& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  friend bool is_held(const std::string& folder);
  explicit FolderLock(int fd) : fd_(fd) {}
  static Result<FolderLock> lock(const std::string& folder, int how);
  int fd_;
};

/// Whether somebody holds it now; false where there is no such folder.
bool is_held(const std::string& folder);

}  // namespace tt::record
