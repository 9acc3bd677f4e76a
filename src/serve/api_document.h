// The description of the API, schema/openapi.json, and a page of it for people.
#pragma once

#include <string>
#include <string_view>

namespace tt::serve {

/// OpenAPI 3.1, as it lies in the repository. Lives for ever.
std::string_view api_document();
/// HTML without a script.
std::string api_page();

}  // namespace tt::serve
