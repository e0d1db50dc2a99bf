// Trio: three production machines, a, b and c, and all that can happen to what they say to one
// another. One object runs one path: something befalls c, then for a bounded number of datagrams a
// script decides (delivered, lost, held back, released later), then the network is sound again and
// everybody has to agree.
//
// While it runs, every belief is watched: a stored incarnation never falls, nobody's incarnation is
// raised by another than itself, and nobody gone returns but by a claim of its own.
//
// Virtual time, no chance but the machines' own dice, which have fixed seeds. Threads: one.
#pragma once

#include <gossipod/swim/node.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::explorer {

// What befalls c.
enum class Story : std::uint8_t {
  crash,    // it falls silent
  accused,  // a is told that c is suspect, which is not true
  buried,   // a is told that c is dead, which is not true
  leave,    // it says goodbye, and stops some time later
  restart,  // it crashes and comes back at once, with nothing remembered
};
[[nodiscard]] std::string_view to_string(Story story);
inline void PrintTo(Story story, std::ostream* out) { *out << to_string(story); }

// At the `at`-th decision something else than delivery was chosen.
struct Deviation {
  std::uint16_t at = 0;
  std::uint8_t option = 0;
};
using Path = std::vector<Deviation>;

class Trio {
 public:
  // What can become of the next datagram. From `release` on: first, the so-manieth that was held.
  enum Option : std::uint8_t { deliver, lose, hold, release };

  // The first `window` datagrams and streams are decided by the path.
  Trio(Story story, const Path& path, std::size_t window, bool keep_log);

  struct Outcome {
    std::string broken;                 // the first property that failed; empty: none
    std::vector<std::uint8_t> options;  // how many there were at each decision
    std::uint64_t steps = 0;            // inputs that machines were given
    std::vector<std::string> log;
  };
  [[nodiscard]] Outcome run();

 private:
  static constexpr std::size_t nodes = 3;
  struct Flying {
    enum class Kind : std::uint8_t { datagram, open, bytes, closed };
    Kind kind = Kind::datagram;
    std::size_t from = 0;
    std::size_t to = 0;
    StreamId stream{};  // the receiver's; open: the opener's
    TimePoint due;
    SharedBytes bytes;
  };
  struct Connection {
    std::array<std::size_t, 2> who{};
    std::array<StreamId, 2> id{};
  };
  struct Seen {
    bool known = false;
    MemberState state = MemberState::alive;
    Incarnation incarnation;
  };

  void start(std::size_t who);
  void stop(std::size_t who);
  void introduce(std::size_t who, std::size_t whom);
  void befall();
  void step();    // the next thing due: a deadline or something in flight
  void decide();  // what becomes of the datagram at the front
  void arrive(const Flying& what);
  void arrive_datagram(const Flying& what);
  void arrive_open(const Flying& what, bool refused);
  void collect(std::size_t who);  // after an input: what it wants
  void order(std::size_t who, const swim::StreamOrder& order);
  void watch(std::size_t who);
  [[nodiscard]] bool agreed() const;
  [[nodiscard]] std::string beliefs() const;
  [[nodiscard]] Seen look(std::size_t who, std::size_t whom) const;
  [[nodiscard]] TimePoint next_deadline() const;
  void fail(std::string_view what, std::size_t who, std::size_t whom);
  void log(std::string line);

  const Story story_;
  const Path& path_;
  const std::size_t window_;
  const bool keep_log_;
  std::shared_ptr<swim::IdentityPool> pool_ = std::make_shared<swim::IdentityPool>(7);
  std::array<Counters, nodes> counters_;
  std::array<std::optional<swim::Node>, nodes> machines_;
  std::array<std::array<Seen, nodes>, nodes> seen_{};
  std::array<Incarnation, nodes> highest_{};  // that each ever gave itself
  std::deque<Flying> flying_;
  std::vector<Flying> held_;
  std::vector<Connection> connections_;
  std::vector<std::uint8_t> scratch_;
  std::size_t deviation_ = 0;  // the next of the path
  std::uint32_t next_incoming_ = 0;
  std::uint32_t lives_ = 0;
  TimePoint now_{std::chrono::hours{1}};
  Outcome outcome_;
};

}  // namespace gossipod::explorer
