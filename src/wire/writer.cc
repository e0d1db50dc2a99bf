#include "wire/writer.h"

namespace gossipod::wire {

Writer& Writer::signed_integer(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  if (value >= -32 && value < 128) return put(bits, 1);
  // Signed forms for positive numbers too. int8 is for negative ones: 128 and up do not fit, and
  // the rest are fixints.
  if (value >= INT8_MIN && value < 0) return put(0xd0, 1).put(bits, 1);
  if (value >= INT16_MIN && value <= INT16_MAX) return put(0xd1, 1).put(bits, 2);
  if (value >= INT32_MIN && value <= INT32_MAX) return put(0xd2, 1).put(bits, 4);
  return put(0xd3, 1).put(bits, 8);
}

}  // namespace gossipod::wire
