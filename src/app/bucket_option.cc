#include "app/bucket_option.h"

#include "base/time.h"

namespace tt::app {

Result<double> bucket_seconds(const Arguments& arguments) {
  const auto bucket = arguments.duration("--bucket");
  if (!bucket) return std::unexpected(bucket.error());
  if (!*bucket) return 0.0;
  if (**bucket < kSecond) {
    return fail(ErrorCode::kInvalidInput, "is at least 1s; 1m, 5m and 10m are usual", "--bucket");
  }
  return to_seconds(**bucket);
}

}  // namespace tt::app
