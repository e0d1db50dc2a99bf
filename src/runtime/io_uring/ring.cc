#include "runtime/io_uring/ring.h"

#include <gossipod/assert.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string>
#include <system_error>

namespace gossipod::runtime {
namespace {

constexpr rlim_t files_max = 4096;  // nodes beyond that go without; each takes a word
constexpr int tries_max = 4;

// What the body cannot do without.
constexpr unsigned features =
    IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP | IORING_FEAT_FAST_POLL;
constexpr std::array operations = {IORING_OP_SENDMSG, IORING_OP_RECVMSG,     IORING_OP_ACCEPT,
                                   IORING_OP_RECV,    IORING_OP_POLL_ADD,    IORING_OP_READ,
                                   IORING_OP_TIMEOUT, IORING_OP_ASYNC_CANCEL};

Error refused(const std::string& why) {
  return Error{Errc::unsupported, "body", "io_uring: " + why};
}

// Why io_uring_setup() said no.
Error refused(int number) {
  const std::string said = std::generic_category().message(number);
  if (number == ENOSYS) return refused("the kernel has none (" + said + ")");
  if (number == ENOMEM) return refused("no memory for it, or above the memory lock limit");
  if (number != EPERM && number != EACCES) return refused("io_uring_setup: " + said);
  std::ifstream file{"/proc/sys/kernel/io_uring_disabled"};
  int disabled = 0;
  file >> disabled;
  if (disabled > 0) {
    return refused("kernel.io_uring_disabled is " + std::to_string(disabled) + " (" + said + ")");
  }
  return refused("forbidden by a sandbox, such as a container's seccomp profile (" + said + ")");
}

bool has_operations(io_uring& ring) {
  io_uring_probe* probe = io_uring_get_probe_ring(&ring);
  if (probe == nullptr) return false;
  const bool all = std::ranges::all_of(
      operations, [&](int operation) { return io_uring_opcode_supported(probe, operation) != 0; });
  io_uring_free_probe(probe);
  return all;
}

}  // namespace

Result<std::unique_ptr<Ring>> Ring::open(const RingOptions& options) {
  std::unique_ptr<Ring> ring{new Ring};
  if (const int failed = ring->set_up(options); failed != 0) return refused(failed);
  if ((ring->ring_.features & features) != features || !has_operations(ring->ring_)) {
    return refused("this kernel's is too old; it takes Linux 5.19");
  }
  if (options.registered_files) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto files = static_cast<std::uint32_t>(std::min(limit.rlim_cur, files_max));
    if (io_uring_register_files_sparse(&ring->ring_, files) == 0) ring->files_ = files;
  }
  return ring;
}

// From the best to the plainest. The ring begins disabled, because the thread that turns a loop is
// not the one that makes it, and the kernel remembers who enables it.
int Ring::set_up(const RingOptions& options) {
  constexpr unsigned common = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
  constexpr unsigned one = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                           IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL |
                           IORING_SETUP_R_DISABLED;
  constexpr unsigned some = IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
                            IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED;
  int failed = EINVAL;
  for (const unsigned flags : {one, some, unsigned{IORING_SETUP_R_DISABLED}}) {
    if (flags == one && !options.single_issuer) continue;
    io_uring_params params{};
    params.flags = common | flags;
    params.cq_entries = options.completions;
    failed = -io_uring_queue_init_params(options.submissions, &ring_, &params);
    if (failed == 0) {
      open_ = true;
      return 0;
    }
    if (failed != EINVAL) return failed;
  }
  return failed;
}

Ring::~Ring() {
  if (open_) io_uring_queue_exit(&ring_);
}

bool Ring::usable_here() const { return !mark_.forked() && (!enabled_.load() || owned_here()); }

void Ring::enable() {
  if (enabled_) return;
  owner_ = std::this_thread::get_id();
  enabled_ = true;
  // liburing 2.3 declares a function for it, but its shared library lacks it.
  const int failed = io_uring_register(static_cast<unsigned>(ring_.ring_fd),
                                       IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  GOSSIPOD_ASSERT(failed == 0);
}

io_uring_sqe* Ring::entry() {
  for (int tries = 0; tries < tries_max; ++tries) {
    if (io_uring_sqe* free = io_uring_get_sqe(&ring_)) return free;
    enable();
    io_uring_submit(&ring_);
  }
  return nullptr;
}

void Ring::submit() {
  enable();
  io_uring_submit_and_get_events(&ring_);
}

// What these calls say is in the queues too: that nothing came in time, that a signal did, or that
// the kernel cannot take more before we have looked at what came back.
void Ring::wait(Duration longest) {
  if (longest <= Duration::zero()) return submit();
  enable();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(longest);
  __kernel_timespec limit{};
  limit.tv_sec = seconds.count();
  limit.tv_nsec = std::chrono::nanoseconds{longest - seconds}.count();
  io_uring_cqe* first = nullptr;
  io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr);
}

bool Ring::take(io_uring_cqe& out) {
  unsigned head = 0;
  io_uring_cqe* next = nullptr;
  io_uring_for_each_cqe(&ring_, head, next) {
    out.user_data = next->user_data;
    out.res = next->res;
    out.flags = next->flags;
    io_uring_cq_advance(&ring_, 1);
    return true;
  }
  return false;
}

bool Ring::register_file(std::uint32_t number, int descriptor) {
  if (number >= files_ || !usable_here()) return false;
  return io_uring_register_files_update(&ring_, number, &descriptor, 1) == 1;
}

void Ring::unregister_file(std::uint32_t number) {
  const int none = -1;
  io_uring_register_files_update(&ring_, number, &none, 1);
}

}  // namespace gossipod::runtime
