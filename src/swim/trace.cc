#include "swim/trace.h"

#include <string>
#include <type_traits>

namespace gossipod::swim {
namespace {

using Field = Fact::Field;

struct Fields {
  std::string_view message;
  std::string_view member;  // whom it is about
  std::uint64_t number = 0;
  std::string_view number_name;
};

Fields fields_of(const wire::Ping& m) { return {"PING", m.node, m.sequence.value(), "sequence"}; }
Fields fields_of(const wire::IndirectPing& m) {
  return {"PING-REQ", m.node, m.sequence.value(), "sequence"};
}
Fields fields_of(const wire::Ack& m) { return {"ACK", {}, m.sequence.value(), "sequence"}; }
Fields fields_of(const wire::Nack& m) {
  if (m.broadcast == 0) return {"NACK", {}, m.sequence.value(), "sequence"};
  return {"BROADCAST USER", {}, static_cast<std::uint64_t>(m.broadcast), "id"};
}
Fields fields_of(const wire::Suspect& m) {
  return {"BROADCAST SUSPECT", m.node, m.incarnation.value(), "incarnation"};
}
Fields fields_of(const wire::Alive& m) {
  return {"BROADCAST ALIVE", m.node, m.incarnation.value(), "incarnation"};
}
Fields fields_of(const wire::Dead& m) {
  return {m.from == m.node ? "BROADCAST LEAVE" : "BROADCAST CONFIRM", m.node, m.incarnation.value(),
          "incarnation"};
}
Fields fields_of(const wire::User& m) { return {"USER", {}, m.payload.size(), "bytes"}; }

}  // namespace

void trace(Reporter& reporter, TimePoint now, Fact::Id id, const Endpoint& peer,
           const wire::Message& message, Circumstances circumstances) {
  const std::string address = to_string(peer);
  Fields fields = std::visit([](const auto& m) { return fields_of(m); }, message);
  if (circumstances.first && std::holds_alternative<wire::Alive>(message)) {
    fields.message = "BROADCAST JOIN";
  }
  reporter.tell(now, Fact::Level::trace, id,
                {{"message", fields.message},
                 {"peer", std::string_view{address}},
                 {"member", fields.member},
                 {fields.number_name, fields.number},
                 {"piggyback", circumstances.piggyback ? std::uint64_t{1} : std::uint64_t{0}}});
}

}  // namespace gossipod::swim
