// The end of the incarnations: whatever is believed of a member there, the member can still answer,
// and its answer is believed by whoever believed the accusation; also after all have forgotten it.
#include <gtest/gtest.h>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

constexpr std::uint32_t accused_below = limits::accused_below;
constexpr std::uint32_t alive_below = limits::alive_below;
constexpr std::uint32_t last = alive_below - 1;

Config named(std::string_view name, const Endpoint& at) {
  Config config = default_config();
  config.name = name;
  config.advertise = at;
  return config;
}

// Two machines, b and a witness of it, and a wire between them.
class EndOfNumbers : public testing::Test {
 protected:
  void SetUp() override { exchange(); }
  // All that one says reaches the other, and what that one says to it.
  void exchange() {
    pass_on(witness, endpoint_of(1), b);
    pass_on(b, endpoint_of(2), witness);
  }
  static void pass_on(MachineBench& from, const Endpoint& source, MachineBench& to) {
    for (int i = 0; i < 20; ++i) {
      for (const auto& packet : from.provoke()) {
        for (const wire::Message& message : packet->messages) {
          if (!std::holds_alternative<wire::Ack>(message)) to.hear(message, source);
        }
      }
    }
  }
  // As a push-pull would tell it.
  void tell_all_of_b() {
    const MemberView view = b.node.member(b.node.self());
    witness.hear(wire::Alive{.incarnation = view.incarnation,
                             .node = "b",
                             .address = view.identity->address(),
                             .port = view.identity->endpoint().port,
                             .metadata = view.identity->metadata(),
                             .versions = versions});
  }
  std::string seen() const { return witness.belief("b"); }
  std::uint32_t number() const { return b.node.member(b.node.self()).incarnation.value(); }

  MachineBench b{named("b", endpoint_of(2))};
  MachineBench witness{named("a", endpoint_of(1))};
};

TEST_F(EndOfNumbers, WhoIsBuriedThereComesBackAndStays) {
  ASSERT_EQ(seen(), "alive/1");
  for (const std::uint32_t at : {accused_below - 2, accused_below - 1}) {
    witness.hear_dead("b", at, "c");
    ASSERT_EQ(seen(), "dead/" + std::to_string(at));
    exchange();  // it hears of it, and contradicts
    EXPECT_EQ(seen(), "alive/" + std::to_string(at + 1));
  }
  for (const std::uint32_t at : {accused_below, accused_below + 1, accused_below + 2}) {
    witness.hear_dead("b", at, "c");
    witness.hear_suspect("b", at, "c");
    witness.hear_dead("b", at, "b");
    EXPECT_EQ(seen(), "alive/" + std::to_string(accused_below));
  }
  EXPECT_EQ(witness.counters[Counter::drop_invalid_claim], 9u);
}

TEST_F(EndOfNumbers, AndIsBelievedByWhoeverHasForgottenIt) {
  for (const std::uint32_t at : {accused_below - 2, accused_below - 1}) {
    witness.hear_dead("b", at, "c");
    witness.pass(70s);  // nobody told b
    ASSERT_EQ(seen(), "none");
    b.hear_dead("b", at, "c");
    EXPECT_EQ(number(), at + 1);
    tell_all_of_b();
    EXPECT_EQ(seen(), "alive/" + std::to_string(at + 1));
  }
  for (std::uint32_t at = accused_below; at < accused_below + 3; ++at) {
    b.hear_dead("b", at, "c");  // whoever believes that, hears this
    EXPECT_EQ(number(), at + 1);
    tell_all_of_b();
    EXPECT_EQ(seen(), "alive/" + std::to_string(at + 1));
  }
}

TEST_F(EndOfNumbers, NoNumberThatTheOwnerIsDrivenToIsRefused) {
  for (const std::uint32_t at : {last - 2, last - 1, last, last + 1, 0xffff'ffffu}) {
    b.hear_suspect("b", at, "c");
    b.hear_dead("b", at, "b");
    b.hear_alive("b", 2, at, "forged");
    ASSERT_LE(number(), last);
    MachineBench stranger{named("d", endpoint_of(4))};  // who knows nothing of b
    const MemberView view = b.node.member(b.node.self());
    stranger.hear_alive("b", 2, view.incarnation.value());
    EXPECT_EQ(stranger.belief("b"), "alive/" + std::to_string(number()));
  }
  b.node.set_metadata(b.now, 0, "new");
  EXPECT_EQ(number(), last);
  EXPECT_EQ(b.node.member(b.node.self()).state, MemberState::alive);
}

TEST_F(EndOfNumbers, AtTheVeryLastOneItCanBeMisrepresentedButNotRemoved) {
  witness.hear_alive("b", 2, last, "forged");
  exchange();
  EXPECT_EQ(seen(), "alive/" + std::to_string(last));
  for (const std::uint32_t at : {1u, accused_below - 1, accused_below, last, 0xffff'ffffu}) {
    witness.hear_suspect("b", at, "c");
    witness.hear_dead("b", at, "c");
    witness.hear_dead("b", at, "b");
  }
  EXPECT_EQ(seen(), "alive/" + std::to_string(last));
}

TEST_F(EndOfNumbers, WhoSuspectsByItsOwnEyesIsAnswered) {
  witness.hear_dead("b", accused_below - 1, "c");
  exchange();
  const std::string before = "alive/" + std::to_string(accused_below);
  ASSERT_EQ(seen(), before);
  for (int i = 0; i < 10 && seen() == before; ++i) witness.pass(1s);  // it hears nothing of b
  ASSERT_EQ(seen(), "suspect/" + std::to_string(accused_below));
  exchange();
  EXPECT_EQ(seen(), "alive/" + std::to_string(accused_below + 1));
}

TEST_F(EndOfNumbers, WhoReallyDiesThereIsFoundByItsOwnEyes) {
  witness.hear_alive("b", 2, last);
  witness.pass(70s);
  EXPECT_EQ(seen(), "none");
}

TEST_F(EndOfNumbers, NumbersGoUpOnlyByWhatIsBelieved) {
  b.hear_suspect("b", 0xffff'ffff, "c");
  b.hear_alive("b", 2, last);  // could not be contradicted
  EXPECT_EQ(number(), 1u);
  EXPECT_EQ(b.counters[Counter::drop_invalid_claim], 2u);
  EXPECT_EQ(b.counters[Counter::refutations], 0u);
}

}  // namespace
}  // namespace gossipod::swim::test
