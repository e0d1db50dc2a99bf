// World: a cluster in virtual time. Whole sessions on the virtual network, the same code that runs
// in production; one seed draws everything: the network's weather, every node's dice, the script's.
//
// A script says what happens (stop, stall, split, leave, come back) and asks what everybody comes
// to believe, within how long. Meanwhile every turn of every member is checked: no member ever
// believes that it is dead itself, incarnations of others never go back, nothing is due in the
// past.
//
// Threads: one. Same seed, same script, same build: same trace_hash().
#pragma once

#include <gossipod/config.h>
#include <gossipod/observer.h>
#include <gossipod/swim/node.h>
#include <gossipod/virtual.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gossipod::sim {

struct WorldOptions {
  std::size_t members = 5;
  VirtualConditions weather{};
  // Changes what member i is configured with, before it starts.
  std::function<void(std::size_t, Config&)> configure{};
  NetworkType network = NetworkType::lan;
  // Who hears the facts of member i; may give none. Must outlive the world.
  std::function<Observer*(std::size_t)> observer{};
  // Invariants of one member in so many of its turns are checked in full; the cheap ones always.
  std::uint32_t check_every = 16;
};

// Something a member told its application, and when.
struct Heard {
  TimePoint at;
  std::size_t by = 0;
  swim::Event::Kind kind{};
  std::string about;
  Incarnation incarnation;
  std::string accuser;  // if known
};

// A user message that a member got.
struct Received {
  std::size_t by = 0;
  std::string data;
};

class World {
 public:
  World(std::uint64_t seed, WorldOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- The script
  void start(std::size_t member);  // bound, alone
  void start_all_joined();         // one after another, each joins the first
  void join(std::size_t member, std::size_t seed);
  void leave(std::size_t member);
  void set_metadata(std::size_t member, std::string_view metadata);
  void broadcast(std::size_t member, std::string_view data);
  void kill(std::size_t member);  // gone, without a word
  // Comes back as a new process: same name and address, nothing remembered.
  void restart(std::size_t member, std::string_view metadata = {});
  void stall(std::size_t member, Duration how_long);  // alive, but not scheduled
  void cut(std::size_t from, std::size_t to);         // one direction only
  void deafen(std::size_t member);                    // hears no datagrams; streams pass
  void split(std::size_t first_of_second_half);       // the members from that one on, by themselves
  void heal();
  void set_weather(const VirtualConditions& weather) { loop_.set_conditions(weather); }
  void run_for(Duration span) { loop_.run_for(span); }

  // --- What is believed
  // Lets time pass until it holds, or `within` is over.
  bool until(const std::function<bool()>& holds, Duration within);
  [[nodiscard]] bool runs(std::size_t member) const { return members_[member].node != nullptr; }
  [[nodiscard]] std::optional<MemberState> sees(std::size_t who, std::size_t whom) const;
  // Every running member but `whom` itself; somebody who does not know it does not see it alive.
  [[nodiscard]] bool everyone_sees(std::size_t whom, MemberState state) const;
  [[nodiscard]] bool anyone_sees(std::size_t whom, MemberState state) const;
  // Nobody counts it as a member: dead, left or forgotten.
  [[nodiscard]] bool gone_everywhere(std::size_t whom) const;
  // Every running member sees every running member alive, and nobody else.
  [[nodiscard]] bool settled() const;
  [[nodiscard]] Incarnation incarnation(std::size_t member) const;  // its own
  [[nodiscard]] std::string metadata(std::size_t who, std::size_t whom) const;

  // --- What happened
  [[nodiscard]] const std::vector<Heard>& heard() const { return heard_; }
  void forget_heard() { heard_.clear(); }
  [[nodiscard]] const std::vector<Received>& received() const { return received_; }
  [[nodiscard]] std::size_t count(swim::Event::Kind kind) const;
  // Deaths told of members that were running, and not stalled, when they were told.
  [[nodiscard]] std::uint64_t false_positives() const { return false_positives_; }
  [[nodiscard]] std::uint64_t counter(std::size_t member, Counter counter) const;
  [[nodiscard]] std::uint64_t trace_hash() const { return loop_.trace_hash(); }
  [[nodiscard]] TimePoint now() const { return loop_.now(); }
  [[nodiscard]] VirtualLoop& loop() { return loop_; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] swim::Node& machine(std::size_t member);
  [[nodiscard]] static std::string name_of(std::size_t member);
  [[nodiscard]] static Endpoint endpoint_of(std::size_t member);

 private:
  struct Running;
  struct Member {
    std::unique_ptr<Running> node;
    TimePoint stalled_until{};
    std::uint32_t lives = 0;
    std::string metadata;
  };
  [[nodiscard]] Config config_of(std::size_t member) const;
  void on_turn(std::size_t member, TimePoint now);
  void listen(std::size_t member, TimePoint now);

  const std::uint64_t seed_;
  const WorldOptions options_;
  VirtualLoop loop_;
  struct Shared;
  std::unique_ptr<Shared> shared_;
  std::vector<Member> members_;
  std::vector<Heard> heard_;
  std::vector<Received> received_;
  std::uint64_t false_positives_ = 0;
};

}  // namespace gossipod::sim
