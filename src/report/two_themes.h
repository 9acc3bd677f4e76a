// One picture for light and dark screens, where two would say everything twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tt::report {

/// `light` with rules that give it the colours of `dark` on a dark screen. nullopt where the two
/// differ in more than colours, or where one colour of the light has two in the dark. Any bytes are
/// good.
std::optional<std::string> both_themes(std::string_view light, std::string_view dark);

}  // namespace tt::report
