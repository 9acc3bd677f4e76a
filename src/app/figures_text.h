// Times for people.
#pragma once

#include <string>

#include "base/time.h"

namespace tt::app {

/// "0:07", "12:30", "1:02:03".
std::string clock_text(Nanos duration);
/// "just now", "5 min ago", "3 h ago", "2 days ago".
std::string ago_text(Nanos then, Nanos now);

}  // namespace tt::app
