#include "record/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

namespace tt::record {
namespace {

// Slicing by 8 (Kounavis and Berry 2005): eight tables, eight bytes a step. Portable, and above
// 1 GB/s, which is far more than a journal writes.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables t{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    t[0][i] = crc;
  }
  for (std::size_t slice = 1; slice < 8; ++slice) {
    for (std::size_t i = 0; i < 256; ++i) {
      t[slice][i] = (t[slice - 1][i] >> 8) ^ t[0][t[slice - 1][i] & 0xff];
    }
  }
  return t;
}

constexpr Tables kTables = make_tables();

static_assert(std::endian::native == std::endian::little,
              "the eight-byte step reads little-endian");

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t state) {
  std::uint32_t crc = ~state;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    word ^= crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= kTables[7 - i][(word >> (8 * i)) & 0xff];
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) {
    crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
  }
  return ~crc;
}

}  // namespace tt::record
