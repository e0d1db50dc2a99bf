// The protocol as it is drawn on blackboards, arrow by arrow: probing and dissemination; a change
// of state; a failure, with its ping-requests, nacks, suspicion, and either a refutation or the
// end.
//
// An arrow is a message that arrived, in the papers' words: "m0 PING m1".
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <sstream>

#include "scenario/seeds.h"
#include "world.h"

namespace gossipod::sim {
namespace {

using namespace std::chrono_literals;
using test::for_each_seed;

class Diagram {
 public:
  explicit Diagram(std::uint64_t seed, std::size_t members = 3)
      : world{seed, {.members = members, .observer = [this](std::size_t member) {
                       return &watchers_.emplace_back(*this, member);
                     }}} {}

  // All arrows, in this order, others in between; the time runs until the last has been seen.
  void expect(const std::vector<std::string>& arrows, Duration within) {
    std::size_t found = 0;
    world.until(
        [&] {
          for (; seen_ < log_.size() && found < arrows.size(); ++seen_) {
            if (log_[seen_] == arrows[found]) ++found;
          }
          return found == arrows.size();
        },
        within);
    EXPECT_EQ(found, arrows.size())
        << "never: " << (found < arrows.size() ? arrows[found] : "") << "\n"
        << rest();
  }
  [[nodiscard]] bool saw(const std::string& arrow) const {
    return std::find(log_.begin() + static_cast<std::ptrdiff_t>(seen_), log_.end(), arrow) !=
           log_.end();
  }
  void begin_here() { seen_ = log_.size(); }

 private:
  struct Watcher final : Observer {
    Watcher(Diagram& given, std::size_t member) : diagram{given}, self{member} {}
    [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::trace; }
    void on_fact(const Fact& fact) noexcept override {
      if (fact.id != Fact::Id::message_received) return;
      const auto text = [&](std::size_t field) {
        return std::string{std::get<std::string_view>(fact.fields[field].second)};
      };
      const std::string about = text(2).empty() ? "" : " about " + text(2);
      const bool broadcast = text(0).starts_with("BROADCAST");
      diagram.log_.push_back(diagram.name_at(text(1)) + " " + text(0) + " " + World::name_of(self) +
                             (broadcast ? about : ""));
    }
    Diagram& diagram;
    std::size_t self;
  };
  std::string name_at(std::string_view endpoint) const {
    for (std::size_t i = 0; i < world.size(); ++i) {
      if (to_string(World::endpoint_of(i)) == endpoint) return World::name_of(i);
    }
    return std::string{endpoint};
  }
  std::string rest() const {
    std::ostringstream text;
    for (std::size_t i = log_.size() > 60 ? log_.size() - 60 : 0; i < log_.size(); ++i) {
      text << log_[i] << "\n";
    }
    return text.str();
  }

  std::deque<Watcher> watchers_;
  std::vector<std::string> log_;
  std::size_t seen_ = 0;

 public:
  World world;
};

TEST(Diagram, ProbingAndDissemination) {
  for_each_seed([](std::uint64_t seed) {
    Diagram diagram{seed};
    World& world = diagram.world;
    world.start(0);
    world.start(1);
    world.join(1, 0);
    diagram.expect({"m0 PING m1", "m1 ACK m0"}, 3s);
    diagram.expect({"m1 PING m0", "m0 ACK m1"}, 3s);
    diagram.begin_here();
    world.start(2);
    world.join(2, 0);  // m0 learns it by push-pull, m1 by what m0 or m2 tell
    ASSERT_TRUE(world.until([&] { return world.sees(1, 2) == MemberState::alive; }, 5s));
    diagram.expect({"m1 PING m2", "m2 ACK m1"}, 5s);
  });
}

TEST(Diagram, AChangeOfState) {
  for_each_seed([](std::uint64_t seed) {
    Diagram diagram{seed};
    World& world = diagram.world;
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 30s));
    world.run_for(10s);
    diagram.begin_here();
    world.set_metadata(2, "new");
    diagram.expect({"m2 BROADCAST ALIVE m0 about m2"}, 5s);
    ASSERT_TRUE(world.until([&] { return world.metadata(1, 2) == "new"; }, 5s));
    world.run_for(10s);
    diagram.begin_here();
    world.leave(2);
    diagram.expect({"m2 BROADCAST LEAVE m0 about m2"}, 5s);
    ASSERT_TRUE(world.until([&] { return world.sees(1, 2) == MemberState::left; }, 5s));
  });
}

// m1 cannot be reached for a while: m0 or m2 finds out, the other is asked to ping, says that it
// got no answer, and m1 is suspected; when it hears of that it contradicts, and the others believe
// it.
TEST(Diagram, AFailureThatWasNone) {
  for_each_seed([](std::uint64_t seed) {
    Diagram diagram{seed};
    World& world = diagram.world;
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 30s));
    world.run_for(10s);
    diagram.begin_here();
    world.stall(1, 5s);
    ASSERT_TRUE(world.until([&] { return world.anyone_sees(1, MemberState::suspect); }, 5s));
    const bool first = diagram.saw("m2 NACK m0");
    const std::string accuser = first ? "m0" : "m2";
    const std::string helper = first ? "m2" : "m0";
    EXPECT_TRUE(diagram.saw(accuser + " PING-REQ " + helper));
    EXPECT_TRUE(diagram.saw(helper + " NACK " + accuser));
    EXPECT_TRUE(world.until(
        [&] { return diagram.saw(accuser + " BROADCAST SUSPECT " + helper + " about m1"); }, 10s));
    EXPECT_TRUE(world.until([&] { return world.incarnation(1).value() >= 2; }, 10s));
    EXPECT_TRUE(world.until([&] { return world.settled(); }, 10s));
    EXPECT_TRUE(diagram.saw("m0 BROADCAST SUSPECT m1 about m1") ||
                diagram.saw("m2 BROADCAST SUSPECT m1 about m1"));
    EXPECT_TRUE(diagram.saw("m1 BROADCAST ALIVE m0 about m1") ||
                diagram.saw("m1 BROADCAST ALIVE m2 about m1"));
    EXPECT_EQ(world.count(swim::Event::Kind::dead), 0u);
  });
}

TEST(Diagram, AFailureConfirmed) {
  for_each_seed([](std::uint64_t seed) {
    Diagram diagram{seed, 4};
    World& world = diagram.world;
    world.start_all_joined();
    ASSERT_TRUE(world.until([&] { return world.settled(); }, 30s));
    world.run_for(10s);
    diagram.begin_here();
    world.kill(1);
    ASSERT_TRUE(world.until([&] { return world.gone_everywhere(1); }, 60s));
    EXPECT_GE(world.count(swim::Event::Kind::suspect), 3u);
    EXPECT_EQ(world.count(swim::Event::Kind::dead), 3u);  // once in each view
    world.run_for(2s);
    bool confirmed = false;
    for (const char* from : {"m0", "m2", "m3"}) {
      for (const char* to : {"m0", "m2", "m3"}) {
        confirmed |= diagram.saw(std::string{from} + " BROADCAST CONFIRM " + to + " about m1");
      }
    }
    EXPECT_TRUE(confirmed);
  });
}

}  // namespace
}  // namespace gossipod::sim
