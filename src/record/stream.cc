#include "record/stream.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tt::record {

std::string event_json(const Event& event) {
  return fmt::format("{{\"t\":{},\"type\":{}{}{}}}", event.at, json_string(event.type),
                     event.fields_json.empty() ? "" : ",", event.fields_json);
}

}  // namespace tt::record
