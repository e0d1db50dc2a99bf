// What memberlist's own tests ask of delegates and of versions, and where ours does better than
// memberlist. The rows P and Q of docs/parity.md name these tests.
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "unit/swim/machine_bench.h"
#include "wire/stream_reader.h"

namespace gossipod::swim::test {
namespace {

constexpr StreamId incoming{StreamId::incoming_bit | 1};
using SixBytes = std::array<std::uint8_t, 6>;

// A push-pull of one member that joins.
std::vector<std::uint8_t> one_record(std::string_view name, const SixBytes& said_versions) {
  std::vector<std::uint8_t> out(1024);
  wire::Writer writer{out};
  wire::encode(writer, wire::PushPullHeader{.join = true, .nodes = 1});
  const Endpoint endpoint = endpoint_of(20);
  wire::encode(writer, wire::Record{.name = name,
                                    .address = endpoint.address(),
                                    .port = 7946,
                                    .metadata = {},
                                    .incarnation = Incarnation{1},
                                    .state = 0,
                                    .versions = said_versions});
  out.resize(writer.size());
  return out;
}
void hear_stream(MachineBench& bench, StreamId stream, const std::vector<std::uint8_t>& bytes) {
  wire::StreamReader reader;
  ASSERT_EQ(reader.read(bytes), wire::StreamReader::Status::message);
  bench.node.on_stream_message(bench.now, stream, endpoint_of(20), reader.message());
  bench.node.check_invariants();
}
// Joins a seed, which says that it is `name`; how the operation ended.
std::optional<Error> join(MachineBench& bench, std::string_view name) {
  bench.node.join(bench.now, 1, {endpoint_of(20), {}});
  const StreamId stream = bench.streams().at(0).stream;
  bench.node.on_stream_opened(bench.now, stream);
  hear_stream(bench, stream, one_record(name, versions));
  bench.collect();
  for (const Event& event : bench.events) {
    if (event.operation == 1) return event.error;
  }
  return Error{Errc::timed_out, {}, "nothing came of it"};
}

// --- The delegate's word

class Judge final : public Delegate {
 public:
  bool accept_alive(const IdentityFields& claimed) noexcept override {
    asked.insert(std::string{claimed.name});
    if (only_us) return claimed.name == "a";
    const auto from = Endpoint::from_address(claimed.address, claimed.port);
    return nothing_outside.empty() || to_string(*from).starts_with(nothing_outside);
  }
  std::string refuse_merge(const wire::PushPull&) noexcept override { return refusal; }
  Bytes next_broadcast(std::size_t room) noexcept override {
    if (broadcasts.empty() || broadcasts.front().size() > room) return {};
    said = broadcasts.front();
    broadcasts.pop_front();
    return as_bytes(said);
  }
  bool only_us = false;
  std::string nothing_outside;
  std::string refusal;
  std::deque<std::string> broadcasts;
  std::string said;
  std::set<std::string> asked;
};

TEST(QuirkDelegates, AMergeIsRefusedOnBothSides) {
  Judge judge;
  judge.refusal = "not today";
  MachineBench bench{default_config(), &judge};
  const auto error = join(bench, "b");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::vetoed);
  EXPECT_NE(error->detail.find("not today"), std::string::npos);
  EXPECT_EQ(bench.belief("b"), "none");
  hear_stream(bench, incoming, one_record("c", versions));
  EXPECT_EQ(bench.belief("c"), "none");
  EXPECT_EQ(bench.counters[Counter::push_pulls_failed], 2u);
}

TEST(QuirkDelegates, WhoAcceptsOnlyItselfJoinsAndKnowsNobody) {
  Judge judge;
  judge.only_us = true;
  MachineBench bench{default_config(), &judge};
  EXPECT_FALSE(join(bench, "b"));
  EXPECT_EQ(bench.belief("b"), "none");
  EXPECT_TRUE(judge.asked.contains("b"));
}

TEST(QuirkDelegates, AnAllowListIsTheirs) {
  Judge judge;
  judge.nothing_outside = "10.0.0.";
  MachineBench bench{default_config(), &judge};
  bench.hear_alive("b", 2, 1);
  const std::array<std::uint8_t, 4> outside{10, 0, 1, 2};
  bench.hear(wire::Alive{.incarnation = Incarnation{1},
                         .node = "c",
                         .address = outside,
                         .port = 7946,
                         .metadata = {},
                         .versions = versions});
  EXPECT_EQ(bench.story(), "join a, join b");
}

TEST(QuirkDelegates, WhoWouldRefuseItselfIsThereAllTheSameAndMayLeave) {
  Judge judge;
  judge.nothing_outside = "192.168.";
  MachineBench bench{default_config(), &judge};
  EXPECT_EQ(bench.belief("a"), "alive/1");
  bench.node.leave(bench.now, 1);
  EXPECT_EQ(bench.story(), "join a, leave a, done");
}

TEST(QuirkDelegates, TwoHundredAndFiftySixBroadcastsAllGoOut) {
  Judge judge;
  Config config = default_config();
  config.gossip_interval = 100ms;
  MachineBench bench{config, &judge};
  bench.hear_alive("b", 2, 1);
  for (int i = 0; i < 256; ++i) judge.broadcasts.push_back("broadcast " + std::to_string(i));
  bench.pass(5s);
  std::multiset<std::string> said;
  for (const auto& packet : bench.sent()) {
    for (const wire::Message& message : packet->messages) {
      if (const auto* user = std::get_if<wire::User>(&message))
        said.emplace(as_text(user->payload));
    }
  }
  EXPECT_EQ(said.size(), 256u);
  EXPECT_EQ(std::set<std::string>(said.begin(), said.end()).size(), 256u);
}

// --- Versions

TEST(QuirkVersions, WhoCanTalkToWhom) {
  struct Row {
    const char* why;
    std::uint8_t ours;  // 1 to 5 understood
    SixBytes theirs;
    bool talk;
  };
  std::vector<Row> rows{
      {"its newest is ours", 5, {1, 5, 5, 0, 0, 0}, true},
      {"it understands less, but us", 2, {1, 2, 2, 0, 0, 0}, true},
      {"it does not understand what we speak", 3, {1, 2, 2, 0, 0, 0}, false},
      {"it speaks what we do not understand", 2, {1, 6, 6, 0, 0, 0}, false},
      {"we are too old for it", 2, {3, 5, 3, 0, 0, 0}, false},
      {"it is too old for us", 5, {1, 4, 4, 0, 0, 0}, false},
      {"its layer on top is another", 2, {1, 5, 2, 2, 4, 4}, false},
      {"its layer on top can be without ours", 2, {1, 5, 2, 0, 4, 0}, true},
      {"its layer on top speaks what we do not have", 2, {1, 5, 2, 0, 4, 4}, false},
  };
  for (std::uint8_t ours = 1; ours <= 5; ++ours) {
    for (std::uint8_t theirs = 1; theirs <= 5; ++theirs) {
      rows.push_back({"each speaks what both understand", ours, {1, 5, theirs, 0, 0, 0}, true});
    }
  }
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    Config config = default_config();
    config.protocol_version = row.ours;
    MachineBench bench{config};
    hear_stream(bench, incoming, one_record("b", row.theirs));
    EXPECT_EQ(bench.belief("b"), row.talk ? "alive/1" : "none");
  }
}

}  // namespace
}  // namespace gossipod::swim::test
