// What a body does when the process has no descriptors left: connections wait in the kernel's
// queue, are asked for ever less often, and are taken when there is room again. Only bodies on
// sockets know that trouble.
#include <gossipod/limits.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conformance/world.h"

namespace gossipod::test {
namespace {

class Descriptors : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
  }
  void TearDown() override {
    give_back();
    if (client_ >= 0) ::close(client_);
  }
  // A connection that somebody else makes, so that only the listener needs a descriptor now.
  void knock(const Endpoint& at) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(at.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(client_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  void take_away() {
    const int next = ::dup(client_);  // the lowest that is free, and so the first that is not had
    ASSERT_GE(next, 0);
    ::close(next);
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    ASSERT_EQ(::dup(client_), -1);
  }
  void give_back() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

  rlimit before_{};
  int client_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

INSTANTIATE_TEST_SUITE_P(Bodies, Descriptors, testing::ValuesIn(bodies_on_sockets()),
                         [](const auto& body) { return std::string{body.param.name}; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Descriptors);

TEST_P(Descriptors, WhenTheyRunOutConnectionsWaitAndNobodySpins) {
  const auto a = node();
  take_away();
  knock(a->at());
  // Half a second: pauses of 5, 10, 20, 40 ms and so on, not a turn for each look at the queue.
  const std::size_t before = a->sink.turns;
  EXPECT_FALSE(until([&] { return !a->sink.incoming.empty(); }, std::chrono::milliseconds{500}));
  EXPECT_LT(a->sink.turns - before, 50u);
  EXPECT_GE(a->sink.troubles[Trouble::accept_paused], 2u);
  give_back();
  EXPECT_TRUE(until([&] { return !a->sink.incoming.empty(); }));
}

TEST_P(Descriptors, WhenTheyRunOutNothingOpensAndWhatIsOpenGoesOn) {
  const auto a = node();
  const auto b = node();
  const Pair pair = connect(*a, *b);
  take_away();
  a->link->open(StreamId{2}, {b->at(), {}});
  Recorder third;
  const auto attached = loop->attach({.bind = loopback()}, third);
  ASSERT_FALSE(attached);
  EXPECT_EQ(attached.error().code, Errc::system);
  ASSERT_TRUE(until([&] { return a->sink[StreamId{2}].closed; }));
  ASSERT_TRUE(a->sink[StreamId{2}].why);
  EXPECT_EQ(a->sink[StreamId{2}].why->code, Errc::connection_failed);
  const auto bytes = pattern(1'000'000);
  a->link->write(pair.out, shared(bytes));
  EXPECT_TRUE(until([&] { return b->sink[pair.in].bytes.size() == bytes.size(); }));
  EXPECT_EQ(b->sink[pair.in].bytes, bytes);
  ASSERT_TRUE(a->send(b->at(), pattern(10)));
  EXPECT_TRUE(until([&] { return b->sink.packets.size() == 1; }));
  give_back();
  connect(*a, *b, 3);
}

// What is closed and not finished by its peer keeps its descriptor for a while, but not all do.
TEST_P(Descriptors, OfThoseThatPeersDoNotFinishTheOldestGivesItsBack) {
  const auto a = node();
  const auto b = node();
  const auto close_one = [&](std::uint32_t number) {
    const Pair pair = connect(*a, *b, number);
    a->link->close(pair.out);
    return pair.in;
  };
  const std::size_t room = limits::streams_lingering_max + 2;  // one more for each node
  const StreamId first = close_one(1);
  for (std::uint32_t number = 2; number <= room; ++number) close_one(number);
  ASSERT_TRUE(until([&] { return b->sink[first].peer_finished; }));
  EXPECT_EQ(a->sink.troubles[Trouble::stream_cut_off], 0u);
  close_one(static_cast<std::uint32_t>(room) + 1);
  EXPECT_TRUE(until([&] { return a->sink.troubles[Trouble::stream_cut_off] == 1; }));
  b->link->write(first, shared(pattern(10)));
  EXPECT_TRUE(until([&] { return b->sink[first].closed; }));
  EXPECT_TRUE(b->sink[first].why);
}

}  // namespace
}  // namespace gossipod::test
