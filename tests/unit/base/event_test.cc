// The handler: each event goes to the function that is there for it, and to no other.
#include <gossipod/event.h>
#include <gossipod/stats.h>
#include <gtest/gtest.h>

#include <string>

namespace gossipod {
namespace {

class Noting final : public EventHandler {
 public:
  void on_join(const Member& who) override { note("join", who); }
  void on_leave(const Member& who) override { note("leave", who); }
  void on_dead(const Member& who) override { note("dead", who); }
  void on_suspect(const Member& who) override { note("suspect", who); }
  void on_alive(const Member& who) override { note("alive", who); }
  void on_update(const Member& who) override { note("update", who); }
  void on_refuted(Incarnation now) override { heard += std::to_string(now.value()) + " refuted"; }
  void on_conflict(const Member& known, const Endpoint& claimed) override {
    note("conflict", known);
    heard += " " + to_string(claimed);
  }
  void on_message(const Endpoint& from, std::string_view data) override {
    heard += to_string(from) + " says " + std::string{data};
  }
  std::string heard;

 private:
  void note(const char* what, const Member& who) {
    heard += std::to_string(who.incarnation.value()) + " " + what;
  }
};

TEST(EventHandler, EachEventGoesToItsFunction) {
  using Kind = Event::Kind;
  for (const Kind kind : {Kind::join, Kind::leave, Kind::dead, Kind::suspect, Kind::alive,
                          Kind::update, Kind::refuted, Kind::conflict, Kind::message}) {
    Event event;
    event.kind = kind;
    event.member.incarnation = Incarnation{7};
    event.other = *Endpoint::from_ip("10.0.0.2", 2);
    event.from = *Endpoint::from_ip("10.0.0.3", 3);
    event.data = "hello";
    Noting handler;
    handler.on_event(event);
    std::string expected = std::string{"7 "} + to_string(kind);
    if (kind == Kind::conflict) expected += " 10.0.0.2:2";
    if (kind == Kind::message) expected = "10.0.0.3:3 says hello";
    EXPECT_EQ(handler.heard, expected);
    EventHandler{}.on_event(event);  // who overrides nothing hears nothing
  }
}

TEST(Stats, ACounterIsFoundByItsName) {
  Stats stats;
  stats.counters[static_cast<std::size_t>(Counter::joins)] = 3;
  EXPECT_EQ(stats[Counter::joins], 3u);
  EXPECT_EQ(stats[Counter::leaves], 0u);
}

}  // namespace
}  // namespace gossipod
