// What sockets do to whoever has them: errors instead of datagrams or connections, and more
// connections at once than anybody should take. Each body on sockets counts it, and neither spins
// nor stays deaf. Somebody else's sockets are found by their ports.
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "conformance/world.h"
#include "support/descriptors.h"
#include "support/sandbox.h"

namespace gossipod::test {
namespace {

using std::chrono::milliseconds;
using SocketFaults = Conformance;

INSTANTIATE_TEST_SUITE_P(Bodies, SocketFaults, testing::ValuesIn(bodies_on_sockets()),
                         [](const auto& body) { return std::string{body.param.name}; });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SocketFaults);

// An error that is none of those that are known, as a security module may give it.
TEST_P(SocketFaults, AListenerThatGivesErrorsIsAskedEverLessOften) {
  const auto a = node();
  const auto b = node();
  loop->turn(milliseconds{1});
  const int listener = socket_at(SOCK_STREAM, a->at().port);
  ASSERT_GE(listener, 0);
  ASSERT_EQ(::shutdown(listener, SHUT_RDWR), 0);  // it does not listen any more
  // Half a second: pauses of 5, 10, 20, 40 ms and so on.
  const std::size_t before = a->sink.turns;
  EXPECT_FALSE(until([] { return false; }, milliseconds{500}));
  EXPECT_LT(a->sink.turns - before, 50u);
  EXPECT_GE(a->sink.troubles[Trouble::accept_paused], 2u);
  // The neighbour's is none of that.
  connect(*a, *b);
  ASSERT_EQ(::listen(listener, 10), 0);
}

// News about what was sent, such as that nobody has the port. We do not ask for such news, so the
// test does. More than anybody takes in a row without a pause.
TEST_P(SocketFaults, ErrorsInsteadOfDatagramsAreCountedAndThenItHearsAgain) {
  const auto a = node();
  const auto b = node();
  auto gone = node();
  const Endpoint nobody = gone->at();
  gone->link.reset();
  const int socket = socket_at(SOCK_DGRAM, a->at().port);
  ASSERT_GE(socket, 0);
  const int yes = 1;
  ASSERT_EQ(::setsockopt(socket, IPPROTO_IP, IP_RECVERR, &yes, sizeof yes), 0);
  std::uint64_t& errors = a->sink.troubles[Trouble::receive_failed];
  for (std::uint64_t round = 1; round <= 20; ++round) {
    ASSERT_TRUE(a->send(nobody, pattern(10)));
    ASSERT_TRUE(until([&] { return errors >= round; })) << round;
    std::array<char, 512> control{};  // the news themselves, which are kept apart
    msghdr header{};
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    while (::recvmsg(socket, &header, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) {
      header.msg_controllen = control.size();
    }
  }
  ASSERT_TRUE(b->send(a->at(), pattern(10)));
  EXPECT_TRUE(until([&] { return a->sink.packets.size() == 1; }));
  ASSERT_TRUE(a->send(b->at(), pattern(10)));
  EXPECT_TRUE(until([&] { return b->sink.packets.size() == 1; }));
}

// A flood of connections costs what can be refused, and the others their turn, no more.
TEST_P(SocketFaults, ManyConnectionsAtOnceAreTakenInShares) {
  const auto a = node();
  loop->turn(milliseconds{1});
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(a->at().port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr std::size_t count = 200;
  std::vector<int> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(clients.back(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  std::size_t seen = 0;
  std::size_t most = 0;
  a->sink.turned = [&](TimePoint) {
    most = std::max(most, a->sink.incoming.size() - seen);
    seen = a->sink.incoming.size();
  };
  EXPECT_TRUE(until([&] { return a->sink.incoming.size() == count; }));
  EXPECT_LE(most, 64u);
  for (const int client : clients) ::close(client);
  EXPECT_TRUE(until([&] {
    return std::ranges::all_of(a->sink.incoming,
                               [&](StreamId id) { return a->sink[id].peer_finished; });
  }));
}

// Each of them has something under way when the next comes back to its port.
TEST_P(SocketFaults, AnAddressIsFreeAtOnceThoughNeighboursStay) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (int i = 0; i < 4; ++i) nodes.push_back(node());
  for (std::size_t i = 0; i < 40; ++i) {
    const std::size_t which = i % nodes.size();
    Node& neighbour = *nodes[(which + 1) % nodes.size()];
    const Endpoint at = nodes[which]->at();
    loop->turn(milliseconds{1});
    nodes[which]->link.reset();
    nodes[which] = node(at);
    ASSERT_TRUE(nodes[which]->link) << i;
    ASSERT_TRUE(neighbour.send(at, pattern(10)));
    ASSERT_TRUE(until([&] { return nodes[which]->sink.packets.size() == 1; }));
  }
}

#if defined(GOSSIPOD_TEST_ASIO)
// Who asks again at once would be asking for ever.
TEST(SocketFault, ASocketThatOnlyGivesErrorsIsAskedEverySoOften) {
  const std::string said = in_child([]() -> std::string {
    const auto all = bodies_on_sockets();
    const auto asio = std::ranges::find(all, std::string_view{"asio"}, &Body::name);
    auto loop = asio->make();
    Recorder sink;
    auto link = (*loop)->attach({.bind = loopback()}, sink);
    if (!link) return to_string(link.error());
    if (!forbid(SYS_recvmmsg, EPERM)) return "no filter";
    const std::array batch{TxDatagram{{(*link)->local(), {}}, Bytes{}}};
    (*link)->send(batch);
    const TimePoint since = (*loop)->now();
    while ((*loop)->now() - since < milliseconds{300}) (*loop)->turn(milliseconds{20});
    // A turn for each 50 ms, and a few for the rest.
    if (sink.turns > 30) return std::to_string(sink.turns) + " turns";
    return sink.troubles[Trouble::receive_failed] > 0 ? "" : "not counted";
  });
  EXPECT_EQ(said, "");
}
#endif

// Eight that have something to say which takes long: they are heard in turns of their own, so that
// deadlines and datagrams are not kept waiting by all of them.
TEST_P(SocketFaults, StreamsThatTakeLongAreHeardOneByOne) {
  const auto a = node();
  const auto b = node();
  std::vector<Pair> pairs;
  for (std::uint32_t number = 1; number <= 8; ++number) pairs.push_back(connect(*a, *b, number));
  std::vector<std::size_t> heard_in;  // by turn
  b->sink.bytes_came = [&](StreamId) {
    heard_in.push_back(b->sink.turns);
    const auto begun = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begun < milliseconds{30}) {
    }
  };
  for (const Pair& pair : pairs) a->link->write(pair.out, shared(pattern(10)));
  ASSERT_TRUE(until([&] { return heard_in.size() == pairs.size(); }));
  for (std::size_t i = 1; i < heard_in.size(); ++i) EXPECT_LT(heard_in[i - 1], heard_in[i]);
  for (const Pair& pair : pairs) EXPECT_EQ(b->sink[pair.in].bytes, pattern(10));
}

}  // namespace
}  // namespace gossipod::test
