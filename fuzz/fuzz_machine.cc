// swim::Node among neighbours that lie: every message is well formed, about few names, at
// incarnations close to each other and close to the end of the numbers, and time moves between
// them. What must hold after each step, whatever is said:
//
//   * we are never suspected, dead or gone in our own view, unless we leave
//   * our own incarnation never falls, nor that of a member at its address while it is remembered
//   * nobody is believed at the end of the numbers
//   * deadlines lie in the future once they were served, and everything stays within its bound
//   * what it writes on a stream is one whole message, and no more
//   * all names are given back when the machine goes
#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/swim/node.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/machine_streams.h"
#include "fuzz/words.h"
#include "wire/codec.h"

namespace {

using namespace gossipod;
using swim::Node;

using fuzz::incarnation_from;
using fuzz::name_from;
using fuzz::place;

constexpr std::uint32_t members_max = 6;
constexpr std::uint32_t alive_below = limits::alive_below;

Config make_config(std::uint8_t flags) {
  Config config;
  config.name = "a";
  config.members_max = members_max;
  config.level = Level(flags % 3);
  config.answer_members_only = (flags & 4) != 0;
  config.dead_reclaim_time = std::chrono::seconds{(flags & 8) != 0 ? 1 : 0};
  config.on_own_death = (flags & 16) != 0 ? OwnDeath::leave : OwnDeath::refute;
  config.gossip_to_the_dead = std::chrono::seconds{(flags & 32) != 0 ? 30 : 1};
  config.members_per_source_max = (flags & 64) != 0 ? 2 : 1000;
  return config;
}

class World {
 public:
  World(std::uint8_t flags, std::shared_ptr<swim::IdentityPool> pool)
      : config_{make_config(flags)},
        node_{config_,
              {.seed = flags, .local = place(0), .pool = std::move(pool), .counters = &counters_},
              now_},
        streams_{node_, (flags & 128) != 0} {}

  void step(fuzz::Input& input) {
    const std::uint8_t what = input.byte();
    from_ = place(what >> 4);
    if (what % 16 < 9) {
      say(what % 16, input);
    } else {
      live(what % 16, input);
    }
    settle();
    check();
  }

 private:
  void hear(const wire::Message& message) { node_.on_message(now_, {from_, now_}, message); }

  void say(int kind, fuzz::Input& input) {
    const std::string_view who = name_from(input);
    const std::uint8_t detail = input.byte();
    where_ = place(detail % 10u);
    const std::string_view by = fuzz::names[detail / 16u % fuzz::names.size()];
    const Incarnation number = incarnation_from(input);
    const SequenceNumber sequence{detail < 128 ? detail : last_sequence_};
    switch (kind) {
      case 0:
        return hear(wire::Ping{.sequence = sequence, .node = who, .source_node = by});
      case 1:
        return hear(wire::IndirectPing{.sequence = sequence,
                                       .target = where_.address(),
                                       .port = where_.port,
                                       .node = who,
                                       .nack = (detail & 1) != 0,
                                       .source_node = by});
      case 2:
        return hear(wire::Ack{.sequence = sequence, .payload = {}});
      case 3:
        return hear(wire::Nack{.sequence = sequence, .broadcast = detail % 2 == 0 ? 0 : detail});
      case 4:
        return hear(wire::Suspect{.incarnation = number, .node = who, .from = by});
      case 5:
      case 6:
        return hear(wire::Alive{.incarnation = number,
                                .node = who,
                                .address = where_.address(),
                                .port = where_.port,
                                .metadata = Bytes{fuzz::versions}.first(detail % 4u),
                                .versions = Bytes{fuzz::versions}.first(detail % 8 == 7 ? 3 : 6)});
      case 7:
        return hear(wire::Dead{.incarnation = number, .node = who, .from = by});
      default:
        return hear(wire::User{.payload = as_bytes(who)});
    }
  }

  void live(int kind, fuzz::Input& input) {
    switch (kind) {
      case 9:
        now_ += std::chrono::milliseconds{1} * (1 << input.byte() % 16);
        return;
      case 10:
        return streams_.step(now_, from_, input);
      case 11:
        if (node_.next_deadline() != never) now_ = node_.next_deadline();
        return;
      case 12:
        return want(input);
      case 13:
        return node_.set_metadata(now_, 1, name_from(input));
      case 14:
        return input.byte() > 250 ? leave() : node_.ping(now_, 2, name_from(input));
      default:
        return node_.remove(now_, 3, name_from(input));
    }
  }
  // Something that takes a stream, or a packet of its own.
  void want(fuzz::Input& input) {
    const std::uint8_t what = input.byte();
    const std::string_view who = name_from(input);
    const Peer peer{place(what >> 4), who};
    switch (what % 4) {
      case 0:
        return node_.join(now_, 5, peer);
      case 1:
        return node_.send_reliable(now_, 6, peer, as_bytes("a word"));
      case 2:
        return node_.send(now_, 7, peer, as_bytes(who));
      default:
        return node_.broadcast(now_, 8, as_bytes(who));
    }
  }
  void leave() {
    left_ = true;
    node_.leave(now_, 4);
  }

  void settle() {
    if (node_.next_deadline() <= now_) node_.on_deadline(now_);
    while (const auto packet = node_.poll_transmit(now_, out_)) {
      GOSSIPOD_ASSERT(packet->bytes > 0 && packet->bytes <= out_.size());
      // Sequence numbers begin anywhere: so that some answers fit, the last one is remembered.
      wire::Reader reader{Bytes{out_}.subspan(1, packet->bytes - 1)};
      wire::Ping ping;
      if (out_[0] == 0 && decode(reader, ping)) last_sequence_ = ping.sequence.value();
    }
    streams_.settle(now_);
    while (node_.poll_event()) {
    }
    GOSSIPOD_ASSERT(node_.next_deadline() > now_);
  }

  void check() {
    node_.check_invariants();
    const swim::MemberView self = node_.member(node_.self());
    const bool may_go = left_ || config_.on_own_death == OwnDeath::leave;
    GOSSIPOD_ASSERT(self.state == MemberState::alive || may_go);
    std::map<std::string, swim::MemberView> now_known;
    for (std::uint32_t i = 0; i < node_.slots(); ++i) {
      const swim::MemberView view = node_.member(MemberIndex{i});
      if (view.identity == nullptr) continue;
      const std::string who{view.identity->name()};
      const auto before = known_.find(who);
      const Incarnation earlier = before == known_.end() ? Incarnation{} : before->second.number;
      const bool moved = before != known_.end() && before->second.at != view.identity->endpoint();
      GOSSIPOD_ASSERT(view.incarnation >= earlier || moved);
      GOSSIPOD_ASSERT(view.incarnation.value() < alive_below);
      known_[who] = {view.incarnation, view.identity->endpoint()};
      now_known[who] = view;
      GOSSIPOD_ASSERT(view.changed <= now_);
    }
    std::erase_if(known_, [&](const auto& entry) { return !now_known.contains(entry.first); });
    GOSSIPOD_ASSERT(now_known.size() <= members_max && now_known.contains("a"));
  }

  struct Known {
    Incarnation number;
    Endpoint at;
  };
  Config config_;
  Counters counters_;
  TimePoint now_{std::chrono::hours{1}};
  std::vector<std::uint8_t> out_ = std::vector<std::uint8_t>(limits::packet_bytes);
  std::map<std::string, Known> known_;
  Endpoint from_;
  Endpoint where_;
  std::uint32_t last_sequence_ = 0;
  bool left_ = false;
  Node node_;
  fuzz::MachineStreams streams_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const auto pool = std::make_shared<swim::IdentityPool>(1);
  const std::size_t empty = pool->bytes();
  {
    World world{input.byte(), pool};
    for (int steps = 0; steps < 500 && !input.empty(); ++steps) world.step(input);
  }
  // Room for names may have grown; the names themselves are gone.
  GOSSIPOD_ASSERT(pool->bytes() <= empty + 64 * sizeof(void*));
  return 0;
}
