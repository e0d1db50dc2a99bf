#include "wire/writer.h"

namespace gossipod::wire {

Writer& Writer::signed_integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -32 && value < 128) return put<1>(bits);
  // Signed forms for positive numbers too. int8 is for negative ones: 128 and up do not fit, and
  // the rest are fixints.
  if (value >= INT8_MIN && value < 0) return put<1>(0xd0, bits);
  if (value >= INT16_MIN && value <= INT16_MAX) return put<2>(0xd1, bits);
  if (value >= INT32_MIN && value <= INT32_MAX) return put<4>(0xd2, bits);
  return put<8>(0xd3, bits);
}

}  // namespace gossipod::wire
