#include "runtime/io_uring/ring_core.h"

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/posix/sockets.h"

namespace gossipod::runtime {
namespace {

constexpr std::uint16_t stream_group = 1;
constexpr int settle_max = 64;  // calls; each lets the kernel do some more
constexpr int rest_max = 16;
constexpr Duration wait_longest = std::chrono::hours{1};

// The kernel accepts without us, all that wait at a listener: no more links have that done than a
// quarter of our descriptors is enough for. The others take their share a turn.
std::uint32_t endless_accepts() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  constexpr rlim_t part = 4;
  constexpr rlim_t enough = 1 << 20;
  return static_cast<std::uint32_t>(std::min(limit.rlim_cur, enough) / part / backlog);
}

}  // namespace

Result<std::shared_ptr<RingCore>> RingCore::open(const RingOptions& options) {
  auto ring = Ring::open(options);
  if (!ring) return ring.error();
  auto core = std::make_shared<RingCore>(options, std::move(*ring));
  io_uring& raw = core->ring_->raw();
  const char* call = "io_uring_register";
  int failed = core->received_.buffers().register_with(raw);
  if (failed == 0) failed = core->stream_buffers_.register_with(raw);
  Fd descriptor{::eventfd(0, EFD_CLOEXEC)};
  if (failed == 0 && !descriptor) {
    call = "eventfd";
    failed = errno;
  }
  if (failed != 0) {
    core->end();
    return Ring::refusal(call, failed);
  }
  core->wake_up_ = std::make_shared<WakeUp>(*core, std::move(descriptor));
  return core;
}

std::string RingCore::features() const {
  std::string all;
  const auto add = [&](bool there, std::string_view name) {
    if (!there) return;
    if (!all.empty()) all += ' ';
    all += name;
  };
  if (ring_ == nullptr) return all;
  add(ring_->single_issuer(), "single_issuer");
  add(options_.multishot_receive, "multishot_receive");
  add(options_.multishot_accept, "multishot_accept");
  add(ring_->registered_files(), "registered_files");
  return all;
}

RingCore::RingCore(const RingOptions& options, std::unique_ptr<Ring> ring)
    : LoopCore{static_cast<Reactor&>(*this)},
      options_{options},
      received_{options},
      stream_buffers_{stream_group,
                      {stream_buffer_bytes, options.stream_buffers, options.stream_buffers_max}},
      ring_{std::move(ring)},
      endless_accepts_{endless_accepts()} {
  options_.multishot_receive &= ring_->multishot_receive();
  // As old as the shared buffers, without which there is no ring.
  options_.multishot_accept &= endless_accepts_ > 0;
}

RingCore::~RingCore() = default;

void RingCore::end() {
  shut();
  called_.clear();
  last_.clear();
  ring_.reset();
  // Nothing comes back any more.
  for (const auto& user : held_) user->flying_ = 0;
  held_.clear();
  retired_.clear();
}

Result<std::shared_ptr<LinkCore>> RingCore::attach(const LinkOptions& options, Sink& sink) {
  return enter_link(options, sink, [&](Sockets sockets, std::uint32_t slot) {
    return std::make_shared<RingLink>(*this, sink, std::move(sockets), slot);
  });
}

// --- A turn

void RingCore::turn(Duration longest) {
  const auto self = shared_from_this();
  wake_up_->listen();
  const TimePoint begun = now();
  received_.buffers().lend(begun);
  stream_buffers_.lend(begun);
  ring_->wait(patience(longest));
  close_retired();

  const Turn on{*this};
  wall_known_ = false;
  reap();
  read_the_rest();
  // Each of these may end the loop.
  if (posted_.exchange(false)) run_tasks();
  call_users();
  if (ring_ != nullptr) run_due();
  if (ring_ != nullptr) serve_the_last();
}

Duration RingCore::patience(Duration longest) {
  if (posted_.load() || !called_.empty()) return Duration::zero();
  const TimePoint next = next_deadline();
  const Duration wait = std::min(longest, wait_longest);
  if (next == never) return wait;
  return next <= TimePoint{} ? Duration::zero() : std::min(wait, next - read_clock());
}

// The kernel does so much at a time. Whoever is about to judge has to have read all his mail.
void RingCore::read_the_rest() {
  for (int i = 0; i < rest_max && ring_->more() && next_deadline() <= now(); ++i) {
    ring_->submit();
    reap();
  }
}

void RingCore::call_users() {
  for (const auto& user : std::exchange(called_, {})) {
    if (ring_ != nullptr) user->call();
  }
}

void RingCore::last_in_line(RingLink& link) {
  last_.push_back(std::static_pointer_cast<RingLink>(link.shared_from_this()));
}

void RingCore::serve_the_last() {
  for (const auto& link : last_) link->wait_at_last();
  last_.clear();
}

void RingCore::reap() {
  if (ring_->overflowed()) ++overflows_;
  io_uring_cqe completion{};
  while (ring_->take(completion)) dispatch(completion);
}

void RingCore::dispatch(const io_uring_cqe& completion) {
  constexpr std::uint64_t mask = (1u << RingUser::tag_bits) - 1;
  const auto kind = static_cast<unsigned>(completion.user_data & mask);
  if (kind == RingUser::tag_none) return;
  if (kind == RingUser::tag_send) {
    RingLink* const sender = senders_[completion.user_data >> RingUser::tag_bits];
    if (sender != nullptr) sender->on_send_failed(-completion.res);
    return;
  }
  auto* const user = reinterpret_cast<RingUser*>(completion.user_data & ~mask);
  std::shared_ptr<RingUser> last_hold;
  if ((completion.flags & IORING_CQE_F_MORE) == 0) {
    user->flying_ &= ~(1u << kind);
    if (user->flying_ == 0) {
      last_hold = std::exchange(held_[user->place_], nullptr);
      held_.back().swap(held_[user->place_]);
      held_.pop_back();
      if (user->place_ < held_.size()) held_[user->place_]->place_ = user->place_;
    }
  }
  user->on_completion(kind, completion.res, completion.flags);
}

// Not while the kernel has yet to see a request that names one of them: the number could be another
// file's by then.
void RingCore::close_retired() {
  if (ring_->empty()) retired_.clear();
}

void RingCore::hold(std::shared_ptr<RingUser> user) {
  user->place_ = held_.size();
  held_.push_back(std::move(user));
}

void RingCore::settle(const RingUser& user) {
  int tries = 0;
  do {
    ring_->submit();
    close_retired();
    reap();
  } while (user.in_flight() && ++tries < settle_max);
}

// --- For the links

const timespec& RingCore::wall() {
  if (!std::exchange(wall_known_, true)) ::clock_gettime(CLOCK_REALTIME, &wall_);
  return wall_;
}

const msghdr* RingCore::copy(int family, const TxDatagram& datagram) {
  if (ring_->empty()) slots_.clear();
  if (const msghdr* copied = slots_.put(family, datagram)) return copied;
  ring_->submit();
  if (!ring_->empty()) return nullptr;
  slots_.clear();
  return slots_.put(family, datagram);
}

void RingCore::enter_sender(std::uint32_t slot, RingLink* link) {
  if (slot >= senders_.size()) senders_.resize(slot + 1u);
  senders_[slot] = link;
}

void RingCore::wake() {
  posted_.store(true);
  // The loop's own thread looks before it waits; any other may be too late for that.
  if (!ring_->owned_here()) wake_up_->wake();
}

Result<std::unique_ptr<Reactor::Watch>> RingCore::watch(int descriptor, Waiter& waiter) {
  return std::unique_ptr<Watch>{
      std::make_unique<RingPoll::Handle>(std::make_shared<RingPoll>(*this, descriptor, waiter))};
}

}  // namespace gossipod::runtime
