// What users may bring along: a transport and a queue of broadcasts of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/cluster/memory_network.h"
#include "unit/cluster/village.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::MemoryNetwork;
using test::Village;
using Kind = Event::Kind;

std::optional<Event> next_message(Gossipod& node) {
  while (auto event = node.next_event(1min)) {
    if (event->kind == Kind::message) return event;
  }
  return std::nullopt;
}

TEST(OwnTransport, CarriesEverything) {
  Village village;
  const auto network = std::make_shared<MemoryNetwork>();
  Parts parts;
  parts.link_factory = network->factory();
  Gossipod a = village.start("a", 1, parts);
  std::optional<Gossipod> b = village.start("b", 2, parts);
  const auto joined = b->join({"10.0.0.1"}, 5s);
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(a.members().size(), 2u);
  ASSERT_TRUE(b->ping("a"));

  ASSERT_TRUE(a.send("b", "a datagram"));
  EXPECT_EQ(next_message(*b)->data, "a datagram");
  const std::string large(300'000, 'x');
  const auto sent = a.send_reliable("b", large, 5s);
  ASSERT_TRUE(sent) << to_string(sent.error());
  EXPECT_EQ(next_message(*b)->data, large);
  EXPECT_FALSE(a.send("b", std::string(1000, 'x')));  // the link's datagrams are short

  // Probing needs turns at deadlines, not only when something arrives.
  village.loop->run_for(1min);
  EXPECT_GT(a.stats()[Counter::probes], 30u);
  EXPECT_EQ(a.stats()[Counter::probes_failed], 0u);
  b.reset();
  EXPECT_TRUE(Village::await(a, Kind::dead, "b"));
  EXPECT_EQ(village.loop->tally().sent, 0u);  // nothing went by the loop's own network
  EXPECT_GT(network->datagrams, 100u);
  EXPECT_GT(network->streams, 1u);
}

TEST(OwnTransport, MayRefuse) {
  Village village;
  const auto network = std::make_shared<MemoryNetwork>();
  Parts parts;
  parts.loop = village.loop;
  parts.link_factory = network->factory();
  const auto config = ConfigBuilder{}.with_name("b").with_addr("10.0.0.1").build();
  const Gossipod a = village.start("a", 1, parts);
  const auto taken = Gossipod::start(*config, parts);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::address_in_use);
  parts.link_factory = [](Loop&, const LinkOptions&, Sink&) -> Result<std::unique_ptr<Link>> {
    return std::unique_ptr<Link>{};
  };
  const auto none = Gossipod::start(*config, parts);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().field, "link_factory");
}

// Each message once, the newest first; and what it was asked for.
class Stack final : public UserBroadcasts {
 public:
  Result<void> add(std::string_view message) noexcept override {
    if (message.size() > 500) return Error{Errc::too_large, "data", "at most 500 bytes"};
    messages.emplace_back(message);
    return {};
  }
  Bytes next(std::size_t room) noexcept override {
    rooms.push_back(room);
    if (messages.empty() || messages.back().size() > room) return {};
    current = std::move(messages.back());
    messages.pop_back();
    return as_bytes(current);
  }
  std::vector<std::string> messages;
  std::vector<std::size_t> rooms;
  std::string current;
};

struct Payload final : swim::Delegate {
  Bytes next_broadcast(std::size_t) noexcept override {
    return std::exchange(said, true) ? Bytes{} : as_bytes("the delegate's");
  }
  bool said = false;
};

TEST(OwnBroadcasts, AreAskedWithTheRoomThatIsLeft) {
  Village village;
  Parts parts;
  const auto stack = std::make_shared<Stack>();
  parts.user_broadcasts = stack;
  parts.delegate = std::make_shared<Payload>();
  Gossipod a = village.start("a", 1, parts);
  Gossipod b = village.start("b", 2);
  ASSERT_TRUE(b.join({"10.0.0.1"}, 5s));
  stack->rooms.clear();
  ASSERT_TRUE(a.broadcast("older"));
  ASSERT_TRUE(a.broadcast("newer"));
  EXPECT_EQ(a.broadcast(std::string(501, 'x')).error().code, Errc::too_large);
  EXPECT_EQ(a.stats()[Counter::user_messages_sent], 2u);
  std::vector<std::string> heard;
  while (heard.size() < 3) {
    const auto message = next_message(b);
    ASSERT_TRUE(message);
    heard.push_back(message->data);
  }
  EXPECT_EQ(std::ranges::count(heard, "the delegate's"), 1);
  std::erase(heard, "the delegate's");
  EXPECT_EQ(heard, (std::vector<std::string>{"newer", "older"}));
  ASSERT_FALSE(stack->rooms.empty());
  for (const std::size_t room : stack->rooms) EXPECT_LT(room, 1400u);
}

}  // namespace
}  // namespace gossipod
