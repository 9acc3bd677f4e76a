// What takes long to make, kept for the next who asks.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <utility>

#include "base/error.h"

namespace tt::serve {

/// The values that were asked for last. From any thread; making is done outside of the lock, so
/// that two who ask at once may both make.
template <class Value>
class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}

  /// `make` gives a Result<Value>; errors are not kept. Values are copied: let them be pointers.
  template <class Make>
  Result<Value> get(const std::string& key, Make make) {
    {
      const std::lock_guard lock(mutex_);
      for (auto it = values_.begin(); it != values_.end(); ++it) {
        if (it->first != key) continue;
        values_.splice(values_.begin(), values_, it);
        return values_.front().second;
      }
    }
    Result<Value> made = make();
    if (!made) return made;
    const std::lock_guard lock(mutex_);
    values_.emplace_front(key, *made);
    if (values_.size() > most_) values_.pop_back();
    return made;
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::list<std::pair<std::string, Value>> values_;  // the last asked for first
};

}  // namespace tt::serve
