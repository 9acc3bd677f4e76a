#include "engine/protocol.h"

namespace tt::engine {

HttpFailure read_http_failure(int http_code, std::string_view body) {
  if (http_code == 429) return {Status::kOverloaded, std::string(body.substr(0, 500))};
  return {http_code >= 500 ? Status::kHttpServerError : Status::kHttpClientError,
          std::string(body.substr(0, 500))};
}

}  // namespace tt::engine
