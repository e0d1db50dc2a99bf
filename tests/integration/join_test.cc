// Joins that meet nobody: given up in time, cancelled, stopped. Seeds that take the connection and
// then say nothing are the worst ones.
#include <gossipod/gossipod.h>
#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "integration/mute.h"
#include "integration/world.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::built;
using test::Mute;
using test::patience;
using test::quick;
using test::started;

// Its streams never give up before the join does.
Gossipod patient() { return started(built(quick("patient").with_stream_timeout(patience))); }

TEST(Join, IsCancelledFromAnotherThread) {
  const Mute mute;
  Gossipod node = patient();
  std::stop_source source;
  std::thread canceller{[&] {
    EXPECT_TRUE(test::eventually([&] { return node.stats()[Counter::streams_opened] > 0; }));
    source.request_stop();
  }};
  const auto joined = node.join({mute.address()}, {.longest = 1h, .cancel = source.get_token()});
  canceller.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::cancelled);
  EXPECT_EQ(joined.error().field, mute.address());
}

TEST(Join, CancelledBeforeItBegan) {
  Gossipod a = started(built(quick("a")));
  Gossipod b = started(built(quick("b")));
  std::stop_source source;
  source.request_stop();
  const auto joined = b.join({address(a)}, {.cancel = source.get_token()});
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::cancelled);
}

TEST(Join, WhoAnsweredBeforeTheCancelIsInTheReport) {
  const Mute mute;
  Gossipod a = started(built(quick("a")));
  // It opens no streams but those of the join.
  Gossipod b = started(built(
      quick("b").with_stream_timeout(patience).with_stream_fallback(false).with_push_pull_interval(
          Duration{0})));
  std::stop_source source;
  std::thread canceller{[&] {
    // One at a time: the second is asked when the first has answered.
    EXPECT_TRUE(test::eventually([&] { return b.stats()[Counter::streams_opened] == 2; }));
    source.request_stop();
  }};
  const auto joined = b.join({address(a), mute.address()},
                             {.longest = 1h, .cancel = source.get_token(), .at_once = 1});
  canceller.join();
  ASSERT_TRUE(joined) << to_string(joined.error());
  EXPECT_EQ(joined->contacted(), 1u);
  EXPECT_FALSE(joined->seeds[0].error);
  ASSERT_TRUE(joined->seeds[1].error);
  EXPECT_EQ(joined->seeds[1].error->code, Errc::cancelled);
}

TEST(Join, EndsWithTheNode) {
  const Mute mute;
  Gossipod node = patient();
  std::thread stopper{[&] {
    EXPECT_TRUE(test::eventually([&] { return node.stats()[Counter::streams_opened] > 0; }));
    node.stop();
  }};
  const auto joined = node.join({mute.address()}, 1h);
  stopper.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::stopped);
}

TEST(Join, AsksNoMoreAtOnceThanAllowed) {
  const Mute mute;
  Gossipod a = started(built(quick("a")));
  Gossipod b = patient();
  // The mute one comes first and alone, so nobody else is asked.
  const auto joined = b.join({mute.address(), address(a)}, {.longest = 300ms, .at_once = 1});
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, Errc::no_seed_answered);
  EXPECT_LE(b.stats()[Counter::streams_opened], 1u);
  EXPECT_EQ(b.members().size(), 1u);
  EXPECT_EQ(b.join({address(a)}, {.at_once = 0}).error().code, Errc::invalid_config);
}

}  // namespace
}  // namespace gossipod
