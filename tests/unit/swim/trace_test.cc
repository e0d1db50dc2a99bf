// What a listener at level trace is told: each message of each packet, in the papers' words.
#include <gtest/gtest.h>

#include <algorithm>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

class Listener final : public Observer {
 public:
  explicit Listener(Fact::Level level) : level_{level} {}
  [[nodiscard]] Fact::Level level() const noexcept override { return level_; }
  void on_fact(const Fact& fact) noexcept override {
    if (fact.level != Fact::Level::trace) return;
    // "sent PING to 10.0.0.2 about b", "sent + BROADCAST JOIN ...": + is a piggyback's mark.
    const auto text = [&](std::size_t i) {
      return std::string{std::get<std::string_view>(fact.fields[i].second)};
    };
    const std::string mark = number(fact, "piggyback") != 0 ? "+ " : "";
    const std::string way = fact.id == Fact::Id::message_sent ? "sent " : "heard ";
    lines.push_back(way + mark + text(0) + (text(2).empty() ? "" : " " + text(2)));
    peers.push_back(text(1));
  }
  static std::uint64_t number(const Fact& fact, std::string_view name) {
    for (const auto& [key, value] : fact.fields) {
      if (key == name) return std::get<std::uint64_t>(value);
    }
    return ~std::uint64_t{0};
  }
  [[nodiscard]] bool told(std::string_view line) const {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }

  std::vector<std::string> lines;
  std::vector<std::string> peers;

 private:
  Fact::Level level_;
};

Config gossiping() {
  Config config = default_config();
  config.gossip_interval = 200ms;
  return config;
}

TEST(Trace, TheFirstClaimAboutAMemberIsAJoin) {
  Listener listener{Fact::Level::trace};
  MachineBench bench{gossiping(), nullptr, 1, &listener};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("b", 2, 2, "changed");
  EXPECT_EQ(listener.lines,
            (std::vector<std::string>{"heard BROADCAST JOIN b", "heard BROADCAST ALIVE b"}));
  EXPECT_EQ(listener.peers.front(), to_string(endpoint_of(9)));

  listener.lines.clear();
  bench.hear_alive("c", 3, 1);
  bench.pass(1s);
  bench.sent();
  EXPECT_TRUE(listener.told("sent + BROADCAST JOIN c") || listener.told("sent BROADCAST JOIN c"));
  EXPECT_TRUE(listener.told("sent + BROADCAST ALIVE b") || listener.told("sent BROADCAST ALIVE b"));
  EXPECT_FALSE(listener.told("sent + BROADCAST JOIN b") || listener.told("sent BROADCAST JOIN b"));
}

// As many as the packets hold, each once, and the first of each packet is no piggyback.
TEST(Trace, EveryMessageOfEveryPacketIsTold) {
  Listener listener{Fact::Level::trace};
  MachineBench bench{gossiping(), nullptr, 1, &listener};
  bench.hear_alive("b", 2, 1);
  bench.hear_alive("c", 3, 1);
  bench.hear_suspect("c", 1, "b");
  bench.hear_dead("b", 1, "b");
  bench.hear(wire::Ping{.sequence = SequenceNumber{7}, .node = "a"});
  listener.lines.clear();
  bench.pass(5s);
  std::size_t messages = 0;
  std::size_t packets = 0;
  for (const auto& packet : bench.sent()) {
    messages += packet->messages.size();
    ++packets;
  }
  const auto first = [](const std::string& line) { return line.find(" + ") == std::string::npos; };
  EXPECT_EQ(listener.lines.size(), messages);
  EXPECT_EQ(std::count_if(listener.lines.begin(), listener.lines.end(), first),
            static_cast<std::ptrdiff_t>(packets));
  EXPECT_EQ(listener.lines.front(), "sent ACK");
  for (const char* line : {"sent + BROADCAST LEAVE b", "sent PING c"}) {
    EXPECT_TRUE(listener.told(line)) << line;
  }
}

TEST(Trace, WhatRidesOnAnotherMessageIsMarkedOnArrival) {
  Listener listener{Fact::Level::trace};
  MachineBench bench{default_config(), nullptr, 1, &listener};
  bench.node.on_message(bench.now, {.from = endpoint_of(9), .at = bench.now, .piggyback = true},
                        wire::Suspect{.incarnation = Incarnation{1}, .node = "b", .from = "c"});
  EXPECT_EQ(listener.lines, std::vector<std::string>{"heard + BROADCAST SUSPECT b"});
}

TEST(Trace, NobodyIsToldWhoDoesNotAsk) {
  Listener listener{Fact::Level::debug};
  MachineBench bench{gossiping(), nullptr, 1, &listener};
  bench.hear_alive("b", 2, 1);
  bench.pass(3s);
  EXPECT_TRUE(listener.lines.empty());
}

TEST(Trace, UsersMessagesAndBroadcastsHaveTheirNames) {
  Listener listener{Fact::Level::trace};
  MachineBench bench{gossiping(), nullptr, 1, &listener};
  bench.hear(wire::Nack{.broadcast = 42});
  bench.hear(wire::User{.payload = as_bytes("hello")});
  EXPECT_EQ(listener.lines, (std::vector<std::string>{"heard BROADCAST USER", "heard USER"}));
}

TEST(Trace, WhatGoesToEachDirectlyIsToldWithItsReceiver) {
  Listener listener{Fact::Level::trace};
  Config config = default_config();
  config.level = Level::basic;
  MachineBench bench{config, nullptr, 1, &listener};
  bench.hear_alive("b", 2, 1);
  listener.lines.clear();
  listener.peers.clear();
  bench.sent();
  EXPECT_EQ(listener.lines, std::vector<std::string>{"sent BROADCAST JOIN a"});
  EXPECT_EQ(listener.peers, std::vector<std::string>{to_string(endpoint_of(2))});
}

}  // namespace
}  // namespace gossipod::swim::test
