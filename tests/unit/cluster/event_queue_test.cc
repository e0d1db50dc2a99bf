#include "cluster/event_queue.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "unit/cluster/people.h"

namespace gossipod {
namespace {

using cluster::EventQueue;
using Kind = Event::Kind;

bool readable(int descriptor) {
  pollfd wait{descriptor, POLLIN, 0};
  return ::poll(&wait, 1, 0) == 1;
}

TEST(EventQueue, TellsInOrderAsText) {
  test::People people;
  EventQueue queue{1 << 20};
  auto dead = people.event(Kind::dead, "m", 7, "meta");
  dead.state = MemberState::dead;
  dead.more = std::make_unique<cluster::WaitingEvent::More>();
  dead.more->other = people.make("accuser");
  dead.more->accuser = people.make("first");
  dead.more->confirmations = 3;
  dead.cause = Cause::suspicion;
  EXPECT_TRUE(queue.push(people.event(Kind::join, "m", 7, "meta")));
  EXPECT_TRUE(queue.push(std::move(dead)));
  EXPECT_TRUE(queue.push(people.message(5, true)));

  const auto first = queue.pop();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->kind, Kind::join);
  EXPECT_EQ(first->member.name, "m");
  EXPECT_EQ(first->member.metadata, "meta");
  EXPECT_EQ(first->member.incarnation, Incarnation{7});
  EXPECT_EQ(to_string(first->member.endpoint), "10.0.0.1:7946");
  const auto second = queue.pop();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kind, Kind::dead);
  EXPECT_EQ(second->member.state, MemberState::dead);
  EXPECT_EQ(second->by, "accuser");
  EXPECT_EQ(second->accuser, "first");
  EXPECT_EQ(second->confirmations, 3u);
  EXPECT_EQ(second->cause, Cause::suspicion);
  const auto third = queue.pop();
  ASSERT_TRUE(third);
  EXPECT_EQ(third->data, "xxxxx");
  EXPECT_TRUE(third->reliable);
  EXPECT_FALSE(queue.pop());
  queue.close();
}

TEST(EventQueue, ShowsReadiness) {
  test::People people;
  EventQueue queue{1 << 20};
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a")));
  const int descriptor = queue.descriptor();
  ASSERT_GE(descriptor, 0);
  EXPECT_EQ(queue.descriptor(), descriptor);
  EXPECT_TRUE(readable(descriptor));
  EXPECT_TRUE(queue.push(people.event(Kind::join, "b")));
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(readable(descriptor));
  EXPECT_TRUE(queue.pop());
  EXPECT_FALSE(readable(descriptor));
  EXPECT_TRUE(queue.push(people.event(Kind::join, "c")));
  EXPECT_TRUE(readable(descriptor));
  queue.close();
  EXPECT_FALSE(readable(descriptor));
}

TEST(EventQueue, BoundsMessagesInBytes) {
  test::People people;
  EventQueue queue{1000};
  EXPECT_TRUE(queue.push(people.message(5000)));  // alone, however large
  EXPECT_FALSE(queue.push(people.message(0)));    // full
  EXPECT_FALSE(queue.push(people.message(1, true)));
  EXPECT_TRUE(queue.push(people.event(Kind::join, "m")));  // never dropped
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.push(people.message(500)));
  EXPECT_FALSE(queue.push(people.message(500)));
  EXPECT_TRUE(queue.push(people.message(900, true)));  // reliable ones have twice the room
  EXPECT_FALSE(queue.push(people.message(900, true)));
  EXPECT_EQ(queue.size(), 3u);

  std::size_t empty = 0;  // these take memory too
  EventQueue other{1000};
  while (other.push(people.message(0))) ASSERT_LT(++empty, 100u);
  queue.close();
  other.close();
}

TEST(EventQueue, MembershipIsBoundedByMembersAndLeadsToTheNewest) {
  test::People people;
  EventQueue queue{1000, 16};
  // Three members, each one joining, suspected, dying a thousand times; then two live.
  const std::string names[] = {"a", "b", "c"};
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    for (const std::string& name : names) {
      EXPECT_TRUE(queue.push(people.event(Kind::join, name, i)));
      EXPECT_TRUE(queue.push(people.event(Kind::suspect, name, i)));
      EXPECT_TRUE(queue.push(people.event(Kind::dead, name, i)));
      most = std::max(most, queue.size());
    }
  }
  EXPECT_LE(most, 32u);
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a", 1000)));
  EXPECT_TRUE(queue.push(people.event(Kind::join, "b", 1000)));

  std::map<std::string, bool> present;
  while (const auto event = queue.pop()) {
    bool& here = present[event->member.name];
    if (event->kind == Kind::join) {
      EXPECT_FALSE(here);
      here = true;
    } else if (event->kind == Kind::dead) {
      EXPECT_TRUE(here);
      here = false;
    } else {
      EXPECT_TRUE(here);
    }
  }
  EXPECT_TRUE(present["a"]);
  EXPECT_TRUE(present["b"]);
  EXPECT_FALSE(present["c"]);
  queue.close();
}

TEST(EventQueue, ReferencesDieWhereTheyWereMade) {
  test::People people;
  EventQueue queue{1000};
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a")));
  std::thread{[&] { EXPECT_TRUE(queue.pop()); }}.join();
  EXPECT_EQ(people.pool->size(), 1u);  // taken, and still held for this thread
  queue.reclaim();
  EXPECT_EQ(people.pool->size(), 0u);
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a")));
  queue.close();
  EXPECT_EQ(people.pool->size(), 0u);
  EXPECT_FALSE(queue.pop());
}

// Somebody who is never quite done: what he took is given up, what waits stays in order, and the
// one who comes next finds it so.
TEST(EventQueue, GivesUpWhatWasTakenWhileMoreWaits) {
  test::People people;
  EventQueue queue{1 << 20};
  std::uint32_t told = 0, heard = 0;
  for (; told < 3; ++told) EXPECT_TRUE(queue.push(people.event(Kind::join, "m", told)));
  for (; told < 1000; ++told) {
    EXPECT_TRUE(queue.push(people.event(Kind::join, "m" + std::to_string(told), told)));
    const auto event = queue.pop();
    ASSERT_TRUE(event);
    EXPECT_EQ(event->member.incarnation, Incarnation{heard++});
    if (told % 3 == 0) queue.reclaim();
  }
  EXPECT_EQ(queue.size(), 3u);
  queue.reclaim();
  EXPECT_EQ(people.pool->size(), 3u);
  while (const auto event = queue.pop()) {
    EXPECT_EQ(event->member.incarnation, Incarnation{heard++});
  }
  EXPECT_EQ(heard, told);
  queue.reclaim();
  EXPECT_EQ(people.pool->size(), 0u);
}

// Where some were taken, and a message among them.
TEST(EventQueue, MergesWhatWaitsAndNothingElse) {
  test::People people;
  EventQueue queue{1 << 20, 4};
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a", 1)));
  EXPECT_TRUE(queue.push(people.message(5, true)));
  EXPECT_TRUE(queue.push(people.event(Kind::join, "b", 1)));
  EXPECT_TRUE(queue.push(people.message(6, true)));
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.pop());
  for (std::uint32_t i = 2; i < 10; ++i) {
    EXPECT_TRUE(queue.push(people.event(Kind::update, "b", i)));
  }
  EXPECT_LT(queue.size(), 6u);
  const auto joined = queue.pop();
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->kind, Kind::join);
  EXPECT_EQ(joined->member.name, "b");
  const auto message = queue.pop();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->data, "xxxxxx");
  queue.close();
  EXPECT_EQ(people.pool->size(), 0u);
  EXPECT_EQ(queue.size(), 0u);
}

TEST(EventQueue, WakesWhoWaits) {
  test::People people;
  EventQueue queue{1000};
  EXPECT_FALSE(queue.pop(Duration{0}));
  std::thread waiter{[&] {
    EXPECT_TRUE(queue.pop(Duration::max()));
    EXPECT_FALSE(queue.pop(Duration::max()));  // until it is closed
  }};
  EXPECT_TRUE(queue.push(people.event(Kind::join, "a")));
  while (queue.size() > 0) std::this_thread::yield();
  queue.close();
  waiter.join();
  EXPECT_TRUE(queue.push(people.event(Kind::join, "late")));  // accepted, and forgotten
  EXPECT_FALSE(queue.pop());
  EXPECT_EQ(people.pool->size(), 0u);
}

}  // namespace
}  // namespace gossipod
