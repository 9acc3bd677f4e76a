// --bucket: how wide the stretches of time are that figures over time stand for.
#pragma once

#include "app/command.h"

namespace tt::app {

inline constexpr Option kBucketOption{"--bucket", "TIME",
                                      "width of the buckets of time: 1m, 5m, 10m (chosen)"};

/// In seconds, at least 1; 0 where it is not given.
Result<double> bucket_seconds(const Arguments& arguments);

}  // namespace tt::app
