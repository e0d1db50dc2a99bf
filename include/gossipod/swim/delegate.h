// Delegate: the synchronous seam of the machine, for a layer on top of it.
//
// Called in the middle of things, on the protocol's thread: be quick, do not throw, do not call
// back. Its answers count as inputs of the machine: to replay a run, replay them. What is borrowed
// is borrowed for the call; what is returned must stay until the next call of the same function.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/member.h>
#include <gossipod/swim/identity.h>
#include <gossipod/time.h>
#include <gossipod/wire/message.h>

#include <cstddef>
#include <string>

namespace gossipod::swim {

class Delegate {
 public:
  virtual ~Delegate() = default;

  // Every alive claim, ours included: false ignores it. memberlist: AliveDelegate
  virtual bool accept_alive(const IdentityFields& /*claimed*/) noexcept { return true; }
  // A push-pull of a joiner, before it is merged: a reason refuses it. memberlist: MergeDelegate
  virtual std::string refuse_merge(const wire::PushPull& /*remote*/) noexcept { return {}; }

  // What rides on a push-pull, and what came. memberlist: LocalState, MergeRemoteState
  virtual Bytes local_state(bool /*join*/) noexcept { return {}; }
  virtual void merge_remote_state(Bytes /*state*/, bool /*join*/) noexcept {}

  // What rides on an ack, and what came with the ack of our own probe. memberlist: PingDelegate
  virtual Bytes ack_payload() noexcept { return {}; }
  virtual void ping_complete(const Identity& /*who*/, Duration /*round_trip*/,
                             Bytes /*payload*/) noexcept {}

  // A packet is about to be asked for its broadcasts: what was given for the last one may be given
  // again.
  virtual void begin_packet() noexcept {}
  // The next message of the user's own broadcast queue that fits into `room` bytes, or none: a null
  // data() . Asked until it gives none or the packet is full. memberlist: GetBroadcasts
  virtual Bytes next_broadcast(std::size_t /*room*/) noexcept { return {}; }
  // A user message arrived; true if it was for the delegate, false passes it to the application.
  virtual bool take_user_message(const Endpoint& /*from*/, Bytes /*payload*/,
                                 bool /*reliable*/) noexcept {
    return false;
  }
};

}  // namespace gossipod::swim
