// What takes long to make, kept for the next who asks, as far as memory goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"

namespace tt::serve {

/// The values that were asked for last: so many, and of so many bytes together; the last one stays
/// however large it is. From any thread; of several who ask for one at once the first makes it, and
/// the others wait for it.
template <class Value>
class Kept {
 public:
  /// `weigh` says how many bytes a value takes by now; without it only their number counts.
  using Weigh = std::uint64_t (*)(const Value&);
  explicit Kept(std::size_t most, std::uint64_t most_bytes = 0, Weigh weigh = nullptr)
      : most_(most), most_bytes_(most_bytes), weigh_(weigh) {}

  /// `make` gives a Result<Value>; errors are not kept. Values are copied: let them be pointers.
  template <class Make>
  Result<Value> get(const std::string& key, Make make) {
    const auto place = find(key);
    std::unique_lock lock(place->mutex);
    if (place->value) {
      Result<Value> value = *place->value;
      lock.unlock();
      make_room();  // values grow with use
      return value;
    }
    Result<Value> made = make();
    if (made) place->value = *made;
    lock.unlock();
    make_room();
    return made;
  }

 private:
  struct Place {
    std::mutex mutex;  // held while the value is made
    std::optional<Value> value;
  };

  // Those that are being made weigh nothing yet; they are looked at when they are there.
  std::uint64_t weight(Place& place) const {
    const std::unique_lock lock(place.mutex, std::try_to_lock);
    return lock && place.value ? weigh_(*place.value) : 0;
  }

  void make_room() {
    if (weigh_ == nullptr) return;
    std::list<std::pair<std::string, std::shared_ptr<Place>>> gone;  // ends behind the lock
    const std::lock_guard lock(mutex_);
    std::uint64_t bytes = 0;
    for (auto it = places_.begin(); it != places_.end();) {
      const std::uint64_t own = weight(*it->second);
      const auto next = std::next(it);
      if (own > 0 && bytes > 0 && bytes + own > most_bytes_) {
        gone.splice(gone.end(), places_, it);
      } else {
        bytes += own;
      }
      it = next;
    }
  }

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
  const std::uint64_t most_bytes_;
  const Weigh weigh_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<Place>>> places_;  // the last asked for first
};

}  // namespace tt::serve
