#include "explorer/tongue.h"

#include <array>
#include <variant>
#include <vector>

#include "wire/walk.h"

namespace gossipod::explorer {
namespace {

constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};

std::string at(std::string_view node, Incarnation incarnation) {
  return std::string{node} + "/" + std::to_string(incarnation.value());
}

struct Words {
  std::string operator()(const wire::Ping& m) const { return "ping " + std::string{m.node}; }
  std::string operator()(const wire::IndirectPing& m) const {
    return "please ping " + std::string{m.node};
  }
  std::string operator()(const wire::Ack&) const { return "ack"; }
  std::string operator()(const wire::Nack&) const { return "nack"; }
  std::string operator()(const wire::Suspect& m) const {
    return "suspect " + at(m.node, m.incarnation) + " by " + std::string{m.from};
  }
  std::string operator()(const wire::Alive& m) const {
    return "alive " + at(m.node, m.incarnation);
  }
  std::string operator()(const wire::Dead& m) const {
    return "dead " + at(m.node, m.incarnation) + " by " + std::string{m.from};
  }
  std::string operator()(const wire::User&) const { return "something of the user's"; }
};

}  // namespace

std::string_view name_of(std::size_t who) {
  static constexpr std::array<std::string_view, 3> names{"a", "b", "c"};
  return names[who];
}

const Endpoint& endpoint_of(std::size_t who) {
  static const std::array<Endpoint, 3> endpoints{*Endpoint::from_ip("10.0.0.1", 7946),
                                                 *Endpoint::from_ip("10.0.0.2", 7946),
                                                 *Endpoint::from_ip("10.0.0.3", 7946)};
  return endpoints[who];
}

wire::Alive alive_claim(std::size_t who) {
  return {.incarnation = Incarnation{1},
          .node = name_of(who),
          .address = endpoint_of(who).address(),
          .port = endpoint_of(who).port,
          .metadata = {},
          .versions = versions};
}

std::string describe(Bytes packet) {
  Counters ignored;
  Reporter reporter{nullptr, &ignored};
  std::vector<std::uint8_t> scratch;
  wire::Walk walk{packet, scratch, reporter};
  std::string text;
  while (const auto message = walk.next()) {
    if (!text.empty()) text += ", ";
    text += std::visit(Words{}, *message);
  }
  return text;
}

}  // namespace gossipod::explorer
