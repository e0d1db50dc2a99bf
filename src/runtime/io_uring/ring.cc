#include "runtime/io_uring/ring.h"

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
constexpr Duration pause_shortest = std::chrono::milliseconds{1};
constexpr Duration pause_longest = std::chrono::milliseconds{10};

// What the body cannot do without.
constexpr unsigned features =
    IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG | IORING_FEAT_CQE_SKIP | IORING_FEAT_FAST_POLL;
constexpr std::array operations = {IORING_OP_SENDMSG,     IORING_OP_RECVMSG,  IORING_OP_ACCEPT,
                                   IORING_OP_RECV,        IORING_OP_POLL_ADD, IORING_OP_READ,
                                   IORING_OP_ASYNC_CANCEL};
// Came with the same kernel as receiving many datagrams, of which no probe tells: Linux 6.0.
constexpr auto as_old_as_multishot_receive = IORING_OP_SEND_ZC;
constexpr unsigned operations_max = 256;

Error refused(const std::string& why) {
  return Error{Errc::unsupported, "body", "io_uring: " + why};
}

Error forbidden(const std::string& call, int number) {
  return refused("forbidden by a sandbox, such as a container's seccomp profile (" + call + ": " +
                 std::generic_category().message(number) + ")");
}

Error too_old() { return refused("this kernel's is too old; it takes Linux 5.19"); }

// Why io_uring_setup() said no.
Error setup_refused(int number) {
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
  return forbidden("io_uring_setup", number);
}

}  // namespace

Error Ring::refusal(const std::string& call, int number) {
  // There is a ring, so the kernel has these calls.
  if (number == EPERM || number == EACCES || number == ENOSYS) return forbidden(call, number);
  if (number == EINVAL) return too_old();
  return refused(call + ": " + std::generic_category().message(number));
}

Result<std::unique_ptr<Ring>> Ring::open(const RingOptions& options) {
  std::unique_ptr<Ring> ring{new Ring};
  if (const int failed = ring->set_up(options); failed != 0) return setup_refused(failed);
  if (auto probed = ring->probe(); !probed) return probed.error();
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
      single_issuer_ = flags == one;
      return 0;
    }
    if (failed != EINVAL) return failed;
  }
  return failed;
}

// Whether the two other calls are allowed as well, and the kernel can do what is needed.
Result<void> Ring::probe() {
  const auto memory = std::make_unique<std::uint64_t[]>(
      (sizeof(io_uring_probe) + operations_max * sizeof(io_uring_probe_op)) / 8 + 1);
  auto* const known = reinterpret_cast<io_uring_probe*>(memory.get());
  const int probed = io_uring_register_probe(&ring_, known, operations_max);
  if (probed < 0) return refusal("io_uring_register", -probed);
  const auto has = [&](int operation) { return io_uring_opcode_supported(known, operation) != 0; };
  if ((ring_.features & features) != features || !std::ranges::all_of(operations, has)) {
    return too_old();
  }
  multishot_receive_ = has(as_old_as_multishot_receive);
  // Who may call it is told that the ring is still disabled.
  const int entered = io_uring_enter(static_cast<unsigned>(ring_.ring_fd), 0, 0, 0, nullptr);
  if (entered < 0 && entered != -EBADFD) return refusal("io_uring_enter", -entered);
  return {};
}

Ring::~Ring() {
  if (open_) io_uring_queue_exit(&ring_);
}

bool Ring::usable_here() const { return !mark_.forked() && (!enabled_.load() || owned_here()); }

void Ring::enable() {
  if (enabled_) return;
  owner_ = std::this_thread::get_id();
  // liburing 2.3 declares a function for it, but its shared library lacks it. If it fails, so does
  // every wait, and it is tried again with the next.
  enabled_ = io_uring_register(static_cast<unsigned>(ring_.ring_fd), IORING_REGISTER_ENABLE_RINGS,
                               nullptr, 0) == 0;
}

io_uring_sqe* Ring::entry() {
  for (int tries = 0; tries < tries_max; ++tries) {
    if (io_uring_sqe* free = io_uring_get_sqe(&ring_)) return free;
    enable();
    io_uring_submit(&ring_);
  }
  return nullptr;
}

int Ring::submit() {
  enable();
  return io_uring_submit_and_get_events(&ring_);
}

void Ring::wait(Duration longest) {
  int result = 0;
  if (longest <= Duration::zero()) {
    result = submit();
  } else {
    enable();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(longest);
    __kernel_timespec limit{};
    limit.tv_sec = seconds.count();
    limit.tv_nsec = std::chrono::nanoseconds{longest - seconds}.count();
    io_uring_cqe* first = nullptr;
    result = io_uring_submit_and_wait_timeout(&ring_, &first, 1, &limit, nullptr);
  }
  // Nothing came in time, or a signal did.
  if (result >= 0 || result == -ETIME || result == -EINTR) return;
  // The kernel cannot take more before we have looked at what came back.
  const bool busy = result == -EAGAIN || result == -EBUSY;
  if (busy && (io_uring_cq_ready(&ring_) > 0 || more())) return;
  // Anything else may be for ever, and whoever asks again at once would do nothing but ask.
  ++failures_;
  std::this_thread::sleep_for(std::clamp(longest, pause_shortest, pause_longest));
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
