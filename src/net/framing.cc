#include "net/framing.h"

namespace tt::net {

bool SseFramer::take_data(std::string_view value) {
  if (!has_data_) {
    if (value.size() > limit_) return false;
    has_data_ = true;
    data_ = value;
    return true;
  }
  if (data_.size() + 1 + value.size() > limit_) return false;
  keep_data();
  kept_ += '\n';
  kept_ += value;
  data_ = kept_;
  return true;
}

void SseFramer::keep_data() {
  if (!has_data_ || data_.data() == kept_.data()) return;
  kept_.assign(data_);
  data_ = kept_;
}

void SseFramer::reset() {
  lines_.reset();
  has_data_ = false;
  first_line_ = true;
  failed_ = false;
}

void NdjsonFramer::reset() {
  lines_.reset();
  failed_ = false;
}

}  // namespace tt::net
