// Variable-length integers (LEB128) for the journal's payloads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tt::record {

inline void put_varint(std::string& out, std::uint64_t value) {
  char bytes[10];
  std::size_t size = 0;
  while (value >= 0x80) {
    bytes[size++] = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  bytes[size++] = static_cast<char>(value);
  out.append(bytes, size);
}

/// Signed values near zero become small unsigned ones: 0, -1, 1, -2 -> 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::uint64_t value) { return (value << 1) ^ (0 - (value >> 63)); }
constexpr std::uint64_t unzigzag(std::uint64_t value) { return (value >> 1) ^ (0 - (value & 1)); }

/// Takes values off the front of bytes. After a fault every further value is zero; ask ok() at the
/// end.
class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      if (shift == 63 && byte > 1) break;  // more than 64 bits
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    spoil();
    return 0;
  }

  /// A count of items that take at least one byte each: never more than there are bytes left, so
  /// that room can be made for them.
  std::size_t count() {
    const std::uint64_t n = varint();
    if (n > rest_.size()) spoil();
    return ok_ ? static_cast<std::size_t>(n) : 0;
  }

  /// A counted run of bytes, as a view of the input.
  std::string_view bytes() {
    const std::size_t size = count();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  void spoil() {
    ok_ = false;
    rest_ = {};
  }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

inline void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out += bytes;
}

}  // namespace tt::record
