// VirtualLoop: a whole network in one object and in virtual time. For deterministic tests of your
// own, and for the simulator: the same nodes, the same code, but a minute passes as fast as the
// computer can think, and the same seed gives the same run, byte for byte.
//
// Any number of links, on any addresses: everybody attached to one VirtualLoop can reach everybody
// else, unless you cut, stall or kill. Time stands still except in turn(), which jumps to the next
// thing that is due.
//
// Threads: one, post() included. No sockets, no clock, no thread is touched.
#pragma once

#include <gossipod/export.h>
#include <gossipod/loop.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

namespace gossipod::inline v0 {

// How well the network works. Each datagram and each piece of a stream takes a time between the two
// latencies; what is lost of a stream is sent again, and so comes later but in order.
struct VirtualConditions {
  Duration latency_min = std::chrono::microseconds{200};
  Duration latency_max = std::chrono::milliseconds{1};
  std::uint32_t loss_per_thousand = 0;
  std::uint32_t duplicate_per_thousand = 0;  // datagrams that arrive twice
  std::uint32_t flip_per_thousand = 0;       // datagrams with one bit that is not as it was sent
};

struct VirtualOptions {
  std::uint64_t seed = 1;
  VirtualConditions conditions = {};
  std::size_t turn_quota = 64;  // datagrams a link takes in one turn
};

// What became of the datagrams. Every one sent is delivered, lost, or on its way; a duplicate
// counts as sent once more.
struct VirtualTally {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;        // by the conditions, or by a cut
  std::uint64_t unclaimed = 0;   // nobody at that endpoint
  std::uint64_t overflowed = 0;  // the receiver did not keep up: LinkOptions::socket_buffer_bytes
};

class GOSSIPOD_EXPORT VirtualLoop final : public Loop {
 public:
  explicit VirtualLoop(const VirtualOptions& options = {});
  ~VirtualLoop() override;
  VirtualLoop(const VirtualLoop&) = delete;
  VirtualLoop& operator=(const VirtualLoop&) = delete;

  // --- Loop. A link on 0.0.0.0 or :: gets what is sent to its port on any address that is not
  // taken. Descriptors cannot be watched here.
  [[nodiscard]] Result<std::unique_ptr<Link>> attach(const LinkOptions& options,
                                                     Sink& sink) override;
  [[nodiscard]] std::unique_ptr<Turns> drive(Sink& sink) override;
  [[nodiscard]] TimePoint now() const override;
  // Jumps to the earliest thing due within `longest` and handles all that is due at that instant;
  // if there is none, lets `longest` pass.
  void turn(Duration longest) override;
  void post(std::function<void()> task) override;
  void reschedule(Sink& sink) override;
  Result<void> watch(int descriptor, Interest interest,
                     std::function<void(Interest)> ready) override;
  void unwatch(int descriptor) override;
  [[nodiscard]] bool can_watch() const override;
  [[nodiscard]] Entropy& entropy() override;
  [[nodiscard]] bool turned_by_caller() const override;
  [[nodiscard]] std::string_view body() const override;

  // Turns until that much time has passed.
  void run_for(Duration span);

  // --- Faults, at any time
  void set_conditions(const VirtualConditions& conditions);
  // From now on nothing gets from one to the other. What is on its way arrives. Streams wait, as
  // TCP does: whoever uses them has to give up by himself.
  void cut(const Endpoint& from, const Endpoint& to);
  void cut_both_ways(const Endpoint& one, const Endpoint& other);
  // Datagrams do not get there, streams do: like a firewall that knows TCP only.
  void cut_datagrams(const Endpoint& from, const Endpoint& to);
  void heal(const Endpoint& from, const Endpoint& to);
  // Only members of the same group reach each other; everybody begins in group 0.
  void set_group(const Endpoint& member, std::uint32_t group);
  void heal_all();  // no cuts, and all in group 0
  // The process stops for that long, like one that was swapped out or got SIGSTOP: it hears nothing
  // and does nothing, while its sockets go on receiving. Then everything at once.
  void stall(const Endpoint& member, Duration span);
  // The process ends without a word: its sockets are gone, its streams are reset, and its sink is
  // not called any more. Its endpoint is free for another link.
  void kill(const Endpoint& member);

  // --- What happened
  // A hash over everything delivered so far, datagrams and streams: when, from whom, to whom, what.
  [[nodiscard]] std::uint64_t trace_hash() const;
  [[nodiscard]] const VirtualTally& tally() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gossipod::inline v0
