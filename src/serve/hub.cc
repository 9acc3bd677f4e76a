#include "serve/hub.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace tt::serve {
namespace {

// What a message costs beside its texts.
constexpr std::size_t kOverhead = 160;

std::size_t size_of(const Message& message) {
  std::size_t size =
      kOverhead + message.type.size() + message.run_id.size() + message.members.size();
  for (const auto& item : message.items) size += item.size() + sizeof(std::string);
  return size;
}

std::string head_of(const Message& message) {
  std::string head = fmt::format("\"type\": {}", json_string(message.type));
  if (!message.run_id.empty()) head += fmt::format(", \"run_id\": {}", json_string(message.run_id));
  if (!message.members.empty()) head += ", " + message.members;
  return head;
}

}  // namespace

std::string numbered_json(const Message& message) {
  std::string text = fmt::format("{{\"seq\": {}, {}", message.number, head_of(message));
  if (!message.items.empty()) {
    text += fmt::format(", \"data\": [{}]", fmt::join(message.items, ", "));
  }
  return text + "}";
}

std::vector<std::string> plain_json(const Message& message) {
  const std::string head = head_of(message);
  if (message.items.empty()) return {fmt::format("{{{}}}", head)};
  std::vector<std::string> texts;
  for (const auto& item : message.items) {
    texts.push_back(fmt::format("{{{}, \"data\": {}}}", head, item));
  }
  return texts;
}

void Hub::publish(Message message) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  message.number = ++last_;
  if (message.begins) before_newest_ = message.number - 1;
  bytes_ += size_of(message);
  ring_.push_back(std::make_shared<const Message>(std::move(message)));
  while (ring_.size() > limits_.messages || (bytes_ > limits_.bytes && ring_.size() > 1)) {
    bytes_ -= size_of(*ring_.front());
    ring_.pop_front();
  }
  wake_all();
}

Hub::Pulled Hub::after(std::uint64_t seen, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  // A number that is yet to come is of another ring, or made up.
  Pulled pulled{.messages = {}, .seen = std::min(seen, last_)};
  if (ring_.empty()) return pulled;
  const std::uint64_t oldest = ring_.front()->number;
  std::uint64_t next = pulled.seen + 1;
  if (next < oldest) {
    pulled.missed = oldest - next;
    next = oldest;
  }
  for (std::size_t i = next - oldest; i < ring_.size() && pulled.messages.size() < most; ++i) {
    pulled.messages.push_back(ring_[i]);
  }
  pulled.seen = next - 1 + pulled.messages.size();
  return pulled;
}

std::uint64_t Hub::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::uint64_t Hub::before_newest_run() const {
  const std::lock_guard lock(mutex_);
  return before_newest_;
}

std::uint64_t Hub::listen(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_listener_, std::move(wake));
  return next_listener_++;
}

void Hub::drop(std::uint64_t listener) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(listener);
}

std::size_t Hub::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

void Hub::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  wake_all();
}

bool Hub::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void Hub::wake_all() {
  for (const auto& [id, wake] : listeners_) wake();
}

}  // namespace tt::serve
