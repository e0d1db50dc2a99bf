// BroadcastBridge: lets the machine ask the user's own queue of broadcasts, and then the user's
// delegate for all else.
//
// Threads: the loop's. Borrows both.
#pragma once

#include <gossipod/broadcasts.h>
#include <gossipod/swim/delegate.h>

#include <string>

namespace gossipod::cluster {

class BroadcastBridge final : public swim::Delegate {
 public:
  // `next` may be null.
  BroadcastBridge(UserBroadcasts& broadcasts, swim::Delegate* next)
      : broadcasts_{broadcasts}, next_{next == nullptr ? neutral_ : *next} {}
  BroadcastBridge(const BroadcastBridge&) = delete;
  BroadcastBridge& operator=(const BroadcastBridge&) = delete;

  bool accept_alive(const swim::IdentityFields& claimed) noexcept override {
    return next_.accept_alive(claimed);
  }
  std::string refuse_merge(const wire::PushPull& remote) noexcept override {
    return next_.refuse_merge(remote);
  }
  Bytes local_state(bool join) noexcept override { return next_.local_state(join); }
  void merge_remote_state(Bytes state, bool join) noexcept override {
    next_.merge_remote_state(state, join);
  }
  Bytes ack_payload() noexcept override { return next_.ack_payload(); }
  void ping_complete(const swim::Identity& who, Duration round_trip,
                     Bytes payload) noexcept override {
    next_.ping_complete(who, round_trip, payload);
  }
  void begin_packet() noexcept override {
    broadcasts_.begin_packet();
    next_.begin_packet();
  }
  Bytes next_broadcast(std::size_t room) noexcept override {
    const Bytes message = broadcasts_.next(room);
    return message.data() != nullptr ? message : next_.next_broadcast(room);
  }
  bool take_user_message(const Endpoint& from, Bytes payload, bool reliable) noexcept override {
    return next_.take_user_message(from, payload, reliable);
  }

 private:
  swim::Delegate neutral_;
  UserBroadcasts& broadcasts_;
  swim::Delegate& next_;
};

}  // namespace gossipod::cluster
