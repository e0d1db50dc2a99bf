// Numbers that know what they count: explicit to make, explicit to unwrap, and only the operations
// that mean something. A sequence number cannot be ordered, so that bug cannot be written.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace gossipod::inline v0 {

template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_{value} {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr bool operator==(Strong, Strong) = default;

 private:
  Rep value_{};
};

// SWIM 4.2. Ordered: of two claims about a member, the larger incarnation is the newer. Only its
// owner raises it.
struct Incarnation : Strong<Incarnation, std::uint32_t> {
  using Strong::Strong;
  friend constexpr auto operator<=>(Incarnation a, Incarnation b) {
    return a.value() <=> b.value();
  }
  friend constexpr bool operator==(Incarnation, Incarnation) = default;

  // Stays at the top: wrapped to 0, its owner could never refute again.
  [[nodiscard]] constexpr Incarnation next() const {
    const bool top = value() == std::numeric_limits<std::uint32_t>::max();
    return top ? *this : Incarnation{value() + 1};
  }
};

// Ties an ack to its ping. Not ordered: it wraps.
struct SequenceNumber : Strong<SequenceNumber, std::uint32_t> {
  using Strong::Strong;
};

// A member's place in one node's table; meaningless anywhere else. On the wire and for users a
// member is its name.
struct MemberIndex : Strong<MemberIndex, std::uint32_t> {
  using Strong::Strong;
};

// One stream of one node. Outgoing ones are numbered by the machine, incoming ones by the link;
// the top bit keeps the two apart.
struct StreamId : Strong<StreamId, std::uint32_t> {
  using Strong::Strong;
  static constexpr std::uint32_t incoming_bit = 0x8000'0000u;
  [[nodiscard]] constexpr bool incoming() const { return (value() & incoming_bit) != 0; }
};

}  // namespace gossipod::inline v0
