// What a claim does to what is believed, what is told on, and what the application hears.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

class ClaimsTest : public testing::Test {
 protected:
  // A machine that knows b, alive at 3, and has nothing left to tell.
  void SetUp() override {
    bench.hear_alive("b", 2, 3, "m1");
    drain();
    bench.story();
  }
  void drain() {
    for (int i = 0; i < 20; ++i) bench.provoke();
  }
  // The claims of one packet: "alive a/2, dead b/3".
  std::string told() {
    std::string text;
    for (const auto& packet : bench.provoke()) {
      for (const wire::Message& message : packet->messages) {
        std::string one;
        if (const auto* m = std::get_if<wire::Alive>(&message)) {
          one = "alive " + std::string{m->node} + "/" + std::to_string(m->incarnation.value());
        } else if (const auto* s = std::get_if<wire::Suspect>(&message)) {
          one = "suspect " + std::string{s->node} + "/" + std::to_string(s->incarnation.value()) +
                " by " + std::string{s->from};
        } else if (const auto* d = std::get_if<wire::Dead>(&message)) {
          one = "dead " + std::string{d->node} + "/" + std::to_string(d->incarnation.value()) +
                " by " + std::string{d->from};
        } else {
          continue;
        }
        text += (text.empty() ? "" : ", ") + one;
      }
    }
    return text;
  }
  MachineBench bench;
};

TEST_F(ClaimsTest, ANewMemberJoins) {
  bench.hear_alive("c", 3, 1);
  EXPECT_EQ(bench.belief("c"), "alive/1");
  EXPECT_EQ(bench.story(), "join c");
  EXPECT_EQ(told(), "alive c/1");
}

TEST_F(ClaimsTest, AliveAtTheSameIncarnationIsStale) {
  bench.hear_alive("b", 2, 3, "other");
  EXPECT_EQ(bench.belief("b"), "alive/3");
  EXPECT_EQ(bench.story(), "");
  EXPECT_EQ(told(), "");
  EXPECT_EQ(bench.counters[Counter::claims_stale], 1u);
}

TEST_F(ClaimsTest, NewMetadataIsAnUpdate) {
  bench.hear_alive("b", 2, 4, "m2");
  EXPECT_EQ(bench.story(), "update b");
  EXPECT_EQ(told(), "alive b/4");
  EXPECT_EQ(as_text(bench.node.member(*bench.node.find("b")).identity->metadata()), "m2");
}

TEST_F(ClaimsTest, ASuspectIsRefutedByANewerAliveOnly) {
  bench.hear_suspect("b", 3, "c");
  EXPECT_EQ(bench.belief("b"), "suspect/3");
  EXPECT_EQ(told(), "suspect b/3 by c");
  bench.hear_alive("b", 2, 3, "m1");
  EXPECT_EQ(bench.belief("b"), "suspect/3");
  bench.hear_alive("b", 2, 4, "m1");
  EXPECT_EQ(bench.belief("b"), "alive/4");
  EXPECT_EQ(bench.story(), "suspect b, alive b");
  EXPECT_EQ(told(), "alive b/4");  // the newest claim replaced the older one
}

TEST_F(ClaimsTest, OldAndRepeatedAccusationsAreStale) {
  bench.hear_suspect("b", 2, "c");
  EXPECT_EQ(bench.belief("b"), "alive/3");
  bench.hear_suspect("b", 3, "c");
  drain();
  bench.hear_suspect("b", 3, "c");
  EXPECT_EQ(told(), "");
  bench.hear_dead("b", 2, "c");
  EXPECT_EQ(bench.belief("b"), "suspect/3");
  EXPECT_EQ(bench.story(), "suspect b");
}

TEST_F(ClaimsTest, ANewerSuspicionOfASuspectBeginsAnew) {
  // The reference takes it for a confirmation of the older one (Q14). But the member has answered
  // that; whoever did not hear the answer would let a false suspicion's time count, and end it at
  // once.
  for (std::uint8_t i = 3; i < 9; ++i) bench.hear_alive("m" + std::to_string(i), i, 1);
  bench.hear_suspect("b", 3, "m3");
  bench.pass(20s);  // of 24
  ASSERT_EQ(bench.belief("b"), "suspect/3");
  bench.hear_suspect("b", 5, "m4");
  bench.pass(10s);
  EXPECT_EQ(bench.belief("b"), "suspect/5");
  bench.hear_suspect("b", 5, "m5");  // this confirms it: 11.4 s in all
  bench.pass(2s);
  EXPECT_EQ(bench.belief("b"), "dead/5");
}

TEST_F(ClaimsTest, NobodyDiesTwice) {
  bench.hear_dead("b", 3, "c");
  EXPECT_EQ(bench.belief("b"), "dead/3");
  EXPECT_EQ(bench.story(), "dead b");
  EXPECT_EQ(told(), "dead b/3 by c");
  drain();
  bench.hear_dead("b", 9, "d");
  bench.hear_dead("b", 9, "b");  // nor does the dead one leave (Q15)
  bench.hear_suspect("b", 9, "d");
  EXPECT_EQ(bench.belief("b"), "dead/3");
  EXPECT_EQ(bench.story(), "");
  EXPECT_EQ(told(), "");
}

TEST_F(ClaimsTest, WhoSaysItOfItselfHasLeft) {
  bench.hear_dead("b", 3, "b");
  EXPECT_EQ(bench.belief("b"), "left/3");
  EXPECT_EQ(bench.story(), "leave b");
}

TEST_F(ClaimsTest, TheDeadReturnOnlyByANewerIncarnation) {
  bench.hear_dead("b", 3, "c");
  bench.hear_alive("b", 2, 3, "m1");
  EXPECT_EQ(bench.belief("b"), "dead/3");
  bench.hear_alive("b", 2, 4, "m1");
  EXPECT_EQ(bench.belief("b"), "alive/4");
  EXPECT_EQ(bench.story(), "dead b, join b");
}

TEST_F(ClaimsTest, StrangersCannotBeAccused) {
  bench.hear_suspect("nobody", 1, "c");
  bench.hear_dead("nobody", 1, "c");
  EXPECT_EQ(bench.belief("nobody"), "none");
  EXPECT_EQ(told(), "");
}

TEST_F(ClaimsTest, WeRefuteWhateverWeAreAccusedOf) {
  bench.hear_suspect("a", 1, "c");
  EXPECT_EQ(bench.belief("a"), "alive/2");
  EXPECT_EQ(told(), "alive a/2");
  bench.hear_dead("a", 7, "c");
  EXPECT_EQ(bench.belief("a"), "alive/8");
  bench.hear_dead("a", 8, "a");  // somebody says that we left
  EXPECT_EQ(bench.belief("a"), "alive/9");
  EXPECT_EQ(bench.story(), "refuted a, refuted a, refuted a");
  Stats stats;
  bench.node.fill(stats);
  EXPECT_EQ(stats.health_score, 3u);
  bench.hear_suspect("a", 8, "c");  // crossed our answer on the way
  EXPECT_EQ(bench.belief("a"), "alive/9");
}

TEST_F(ClaimsTest, WhoDidNotHearOurAnswerIsAnsweredAgain) {
  bench.hear_suspect("a", 1, "c");
  drain();
  bench.hear_suspect("a", 1, "d");  // at once: on its rounds, most likely
  EXPECT_EQ(told(), "");
  bench.pass(2s);
  bench.hear_suspect("a", 1, "d");
  EXPECT_EQ(told(), "alive a/2");  // nothing new
  drain();
  bench.hear_suspect("a", 1, "e");  // and again at once
  EXPECT_EQ(told(), "");
}

TEST_F(ClaimsTest, WeKeepWhatWeAreAndRefuteAnOlderSelf) {
  bench.hear_alive("a", 1, 1);  // exactly us
  EXPECT_EQ(bench.story(), "");
  bench.hear_alive("a", 1, 1, "old metadata");
  EXPECT_EQ(bench.belief("a"), "alive/2");
  bench.hear_alive("a", 1, 10);
  EXPECT_EQ(bench.belief("a"), "alive/11");
  EXPECT_EQ(bench.node.member(bench.node.self()).identity->metadata().size(), 0u);
}

TEST_F(ClaimsTest, AccusationsAtTheEndOfTheNumbersAreNotBelieved) {
  // The reference wraps to 0 and can never answer again (Q3).
  bench.hear_suspect("a", 0xffff'ffff, "c");
  EXPECT_EQ(bench.belief("a"), "alive/1");
  bench.hear_dead("b", 0xffff'ffff, "c");
  EXPECT_EQ(bench.belief("b"), "alive/3");
  EXPECT_EQ(bench.counters[Counter::drop_invalid_claim], 2u);
  bench.hear_alive("a", 1, 0xffff'ffff);
  EXPECT_EQ(bench.belief("a"), "alive/1");
  bench.hear_alive("b", 2, 0xffff'ffff);
  EXPECT_EQ(bench.belief("b"), "alive/3");
  bench.hear_alive("new", 4, 0xffff'fff0);
  EXPECT_EQ(bench.belief("new"), "none");
  EXPECT_EQ(bench.counters[Counter::drop_invalid_claim], 5u);
  bench.hear_suspect("b", 3, "c");
  EXPECT_EQ(bench.belief("b"), "suspect/3");
}

TEST_F(ClaimsTest, AnotherAddressIsAConflict) {
  bench.hear_alive("b", 77, 9);
  EXPECT_EQ(bench.belief("b"), "alive/3");
  EXPECT_EQ(bench.story(), "conflict b");
  EXPECT_EQ(told(), "");
  EXPECT_EQ(bench.counters[Counter::conflicts], 1u);
}

TEST(ClaimsReclaim, ADeadNameMovesOnlyAfterTheReclaimTime) {
  Config config = default_config();
  config.dead_reclaim_time = 5s;
  MachineBench bench{config};
  bench.hear_alive("b", 2, 3);
  bench.hear_dead("b", 3, "c");
  bench.hear_alive("b", 77, 1);
  EXPECT_EQ(bench.belief("b"), "dead/3");
  bench.pass(6s);
  bench.hear_alive("b", 77, 3);  // an old claim
  EXPECT_EQ(bench.belief("b"), "dead/3");
  bench.hear_alive("b", 77, 4);
  EXPECT_EQ(bench.belief("b"), "alive/4");
}

TEST_F(ClaimsTest, BothFormsOfAnAddressAreEqualAndForwardedAsReceived) {
  const Endpoint endpoint = endpoint_of(2);
  const Bytes mapped{endpoint.ip};  // sixteen bytes (Q13)
  bench.hear(wire::Alive{.incarnation = Incarnation{4},
                         .node = "b",
                         .address = mapped,
                         .port = 7946,
                         .metadata = {},
                         .versions = versions});
  EXPECT_EQ(bench.belief("b"), "alive/4");
  const auto packets = bench.provoke();
  ASSERT_EQ(packets.size(), 1u);
  const auto* forwarded = packets[0]->first<wire::Alive>();
  ASSERT_NE(forwarded, nullptr);
  EXPECT_EQ(forwarded->address.size(), 16u);
}

TEST_F(ClaimsTest, NothingOutsideTheLimitsGetsIn) {
  const std::string long_name(256, 'n');
  const std::string long_metadata(513, 'm');
  const std::array<std::uint8_t, 4> address{10, 0, 0, 7};
  const auto claim = [&](std::string_view name, Bytes where, std::string_view metadata,
                         Bytes said_versions, std::uint32_t incarnation) {
    bench.hear(wire::Alive{.incarnation = Incarnation{incarnation},
                           .node = name,
                           .address = where,
                           .port = 7946,
                           .metadata = as_bytes(metadata),
                           .versions = said_versions});
  };
  constexpr std::array<std::uint8_t, 6> no_range{0, 5, 2, 0, 0, 0};
  constexpr std::array<std::uint8_t, 6> turned{5, 1, 2, 0, 0, 0};
  claim("", address, "", versions, 1);
  claim(long_name, address, "", versions, 1);
  claim("n", address, long_metadata, versions, 1);
  claim("n", Bytes{address}.first(3), "", versions, 1);
  claim("n", {}, "", versions, 1);
  claim("n", address, "", no_range, 1);
  claim("n", address, "", turned, 1);
  claim("n", address, "", versions, 0);  // nothing could ever be known of it (Q11)
  EXPECT_EQ(bench.counters[Counter::drop_invalid_claim], 8u);
  EXPECT_EQ(bench.story(), "");
  claim("n", address, "", Bytes{versions}.first(2), 1);  // unknown versions are fine (Q12)
  EXPECT_EQ(bench.story(), "join n");
  constexpr std::array<std::uint8_t, 6> oldest{1, 1, 1, 0, 0, 0};
  claim("o", address, "", oldest, 1);
  EXPECT_EQ(bench.story(), "join o");
}

TEST_F(ClaimsTest, AClaimWithoutAPortMeansOurOwn) {
  const std::array<std::uint8_t, 4> address{10, 0, 0, 7};
  bench.hear(wire::Alive{.incarnation = Incarnation{1},
                         .node = "n",
                         .address = address,
                         .port = 0,
                         .metadata = {},
                         .versions = versions});
  EXPECT_EQ(bench.node.member(*bench.node.find("n")).identity->endpoint(), endpoint_of(7));
}

TEST(ClaimsLimits, MembersAreBounded) {
  Config config = default_config();
  config.members_max = 3;
  MachineBench bench{config};
  for (std::uint8_t i = 2; i < 10; ++i) bench.hear_alive("m" + std::to_string(i), i, 1);
  EXPECT_EQ(bench.story(), "join a, join m2, join m3");
  EXPECT_EQ(bench.counters[Counter::drop_members], 6u);
}

TEST_F(ClaimsTest, SuspicionsEndInDeathAtTheirTime) {
  bench.hear_suspect("b", 3, "c");  // three known: nobody to ask, so the shortest time
  bench.pass(3900ms);
  EXPECT_EQ(bench.belief("b"), "suspect/3");
  bench.pass(200ms);
  EXPECT_EQ(bench.belief("b"), "dead/3");
  EXPECT_EQ(bench.story(), "suspect b, dead b");
}

TEST_F(ClaimsTest, LeavingWaitsUntilTheWordIsOutAndIgnoresTheRest) {
  bench.node.leave(bench.now, 5);
  EXPECT_EQ(bench.belief("a"), "left/1");
  EXPECT_EQ(bench.story(), "leave a");
  EXPECT_EQ(told(), "dead a/1 by a");
  EXPECT_EQ(told(), "dead a/1 by a");
  bench.node.leave(bench.now, 6);  // a second one waits for the same
  EXPECT_EQ(bench.story(), "");
  EXPECT_EQ(told(), "dead a/1 by a");
  EXPECT_EQ(told(), "dead a/1 by a");
  EXPECT_EQ(told(), "");  // four times: 4 * ceil(log10(3))
  EXPECT_EQ(bench.story(), "done, done");
  bench.hear_alive("a", 1, 9);
  bench.hear_suspect("a", 9, "c");
  EXPECT_EQ(bench.belief("a"), "left/1");
}

TEST(ClaimsAlone, LeavingAloneNeedsNobody) {
  MachineBench bench;
  bench.node.leave(bench.now, 5);
  EXPECT_EQ(bench.story(), "join a, leave a, done");
}

TEST_F(ClaimsTest, TheLongGoneAreForgottenAndWeNever) {
  bench.hear_dead("b", 3, "c");
  bench.node.leave(bench.now, 0);
  bench.pass(29s);
  EXPECT_EQ(bench.belief("b"), "dead/3");
  bench.pass(40s);
  EXPECT_EQ(bench.belief("b"), "none");
  EXPECT_EQ(bench.belief("a"), "left/1");
}

TEST_F(ClaimsTest, ChangedMetadataIsANewIncarnation) {
  bench.node.set_metadata(bench.now, 8, "fresh");
  EXPECT_EQ(bench.belief("a"), "alive/2");
  EXPECT_EQ(told(), "alive a/2");
  drain();
  EXPECT_EQ(bench.story(), "update a, done");
  bench.node.set_metadata(bench.now, 9, std::string(513, 'x'));
  bench.collect();
  ASSERT_EQ(bench.events.size(), 1u);
  EXPECT_EQ(bench.events[0].error->code, Errc::too_large);
}

}  // namespace
}  // namespace gossipod::swim::test
