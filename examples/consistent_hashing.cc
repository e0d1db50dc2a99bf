// consistent_hashing: who is in charge of a key follows from who is there. Every member sees the
// same members, so every member gives the same answer, and nobody has to be asked. When members
// come and go, only the keys move that must.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

using gossipod::Gossipod;
using gossipod::Members;
using namespace std::chrono_literals;

// The same on every machine, which std::hash is not: FNV-1a, and mixed, because names that differ
// in their last letter only would lie close together.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325u;
  for (const char letter : text) {
    value = (value ^ static_cast<std::uint8_t>(letter)) * 0x100000001b3u;
  }
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdu;
  return value ^ (value >> 33);
}

// Each member stands at many places of a circle; a key belongs to the next one from where it lies.
class Ring {
 public:
  explicit Ring(const Members& members) {
    for (const auto& member : members) {  // alive and suspect ones: a suspect is still in charge
      const std::string name{member.name()};
      for (int place = 0; place < 256; ++place) {
        owners_.emplace(hash(name + "#" + std::to_string(place)), name);
      }
    }
  }
  [[nodiscard]] const std::string& owner(std::string_view key) const {
    const auto found = owners_.lower_bound(hash(key));
    return (found == owners_.end() ? owners_.begin() : found)->second;
  }

 private:
  std::map<std::uint64_t, std::string> owners_;  // never empty: we ourselves are in it
};

constexpr int keys = 10'000;

void compare(const char* what, const Ring& before, const Ring& after) {
  std::map<std::string, int> share;
  int moved = 0;
  for (int i = 0; i < keys; ++i) {
    const std::string key = "key " + std::to_string(i);
    ++share[after.owner(key)];
    moved += before.owner(key) != after.owner(key);
  }
  std::printf("%s: %d of %d keys move;", what, moved, keys);
  for (const auto& [name, count] : share) std::printf(" %s %d", name.c_str(), count);
  std::puts("");
}

gossipod::Result<Gossipod> start(gossipod::Host& host, std::string_view name) {
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(name)
                          .with_port(0)
                          .with_network_type(gossipod::NetworkType::local)
                          .build();
  if (!config) return config.error();
  return host.start(*config);
}

int main() {
  auto host = gossipod::Host::start();  // many members on one thread
  if (!host) return gossipod::report(host.error());
  std::vector<Gossipod> nodes;
  for (const std::string_view name : {"anna", "bert", "carl", "dora"}) {
    auto node = start(*host, name);
    if (!node) return gossipod::report(node.error());
    if (!nodes.empty()) {
      auto joined = node->join({to_string(nodes.front().local_endpoint())}, 10s);
      if (!joined) return gossipod::report(joined.error());
    }
    nodes.push_back(*std::move(node));
  }
  const auto count = [](std::size_t wanted) {
    return [wanted](const Members& members) { return members.size() == wanted; };
  };
  const auto four = nodes[0].wait_until(count(4), 30s);
  if (!four) return gossipod::report(four.error());
  compare("four members", Ring{*four}, Ring{*four});

  auto emil = start(*host, "emil");
  if (!emil) return gossipod::report(emil.error());
  if (auto joined = emil->join({to_string(nodes[1].local_endpoint())}, 10s); !joined) {
    return gossipod::report(joined.error());
  }
  const auto five = nodes[0].wait_until(count(5), 30s);
  if (!five) return gossipod::report(five.error());
  compare("emil comes", Ring{*four}, Ring{*five});

  // Another member, which heard of emil by gossip, comes to the same answers.
  const auto other = nodes[3].wait_until(count(5), 30s);
  if (!other) return gossipod::report(other.error());
  compare("seen by dora", Ring{*five}, Ring{*other});

  if (auto left = nodes[1].leave(10s); !left) return gossipod::report(left.error());
  const auto without = nodes[0].wait_until(count(4), 30s);
  if (!without) return gossipod::report(without.error());
  compare("bert goes", Ring{*five}, Ring{*without});
}
