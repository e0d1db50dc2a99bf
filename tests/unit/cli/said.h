// What presenters are asked to say in tests.
#pragma once

#include <gossipod/gossipod.h>

#include <array>
#include <string>
#include <string_view>

namespace gossipod::cli::test {

inline Member member_named(std::string name, std::uint16_t port = 7946) {
  Member member;
  member.name = std::move(name);
  member.endpoint = *Endpoint::from_ip("10.0.0.1", port);
  member.metadata = "role";
  member.incarnation = Incarnation{3};
  member.state = MemberState::alive;
  return member;
}

inline Event event_of(Event::Kind kind, std::string name = "b") {
  Event event;
  event.kind = kind;
  event.member = member_named(std::move(name));
  event.from = *Endpoint::from_ip("10.0.0.9", 5555);
  event.other = *Endpoint::from_ip("10.0.0.2", 7946);
  return event;
}

// A message of a packet, as the library tells it; `member` may be empty.
struct Traced {
  explicit Traced(Fact::Id id, std::string_view message, std::string_view member,
                  std::string_view number_name, std::uint64_t number, bool piggyback)
      : fields{{{"message", message},
                {"peer", std::string_view{"10.0.0.1:7946"}},
                {"member", member},
                {number_name, number},
                {"piggyback", std::uint64_t{piggyback ? 1u : 0u}}}} {
    fact.id = id;
    fact.fields = fields;
  }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;

  std::array<Fact::Field, 5> fields;
  Fact fact;
};

}  // namespace gossipod::cli::test
