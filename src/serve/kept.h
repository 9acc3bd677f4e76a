// What takes long to make, kept for the next who asks.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"

namespace tt::serve {

/// The values that were asked for last. From any thread; of several who ask for one at once the
/// first makes it, and the others wait for it.
template <class Value>
class Kept {
 public:
  explicit Kept(std::size_t most) : most_(most) {}

  /// `make` gives a Result<Value>; errors are not kept. Values are copied: let them be pointers.
  template <class Make>
  Result<Value> get(const std::string& key, Make make) {
    const auto place = find(key);
    const std::lock_guard lock(place->mutex);
    if (place->value) return *place->value;
    Result<Value> made = make();
    if (made) place->value = *made;
    return made;
  }

 private:
  struct Place {
    std::mutex mutex;  // held while the value is made
    std::optional<Value> value;
  };

  std::shared_ptr<Place> find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    for (auto it = places_.begin(); it != places_.end(); ++it) {
      if (it->first != key) continue;
      places_.splice(places_.begin(), places_, it);
      return places_.front().second;
    }
    places_.emplace_front(key, std::make_shared<Place>());
    if (places_.size() > most_) places_.pop_back();
    return places_.front().second;
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<Place>>> places_;  // the last asked for first
};

}  // namespace tt::serve
