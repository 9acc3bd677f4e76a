#pragma once

#include <cstdint>
#include <string_view>

namespace tt::record {

/// CRC-32C (Castagnoli, reflected 0x82f63b78, as in RFC 3720). `state` continues an earlier sum.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t state = 0);

}  // namespace tt::record
