#include <gossipod/assert.h>
#include <gossipod/entropy.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace gossipod::inline v0 {
namespace {

// The batch lies in pages of its own, which the kernel wipes in a child after fork(): `left` is 0
// there, so the child draws anew. No handler has to be registered, and a fork() that goes past the
// C library is noticed too. Where the kernel cannot wipe, the process id is compared instead.
struct Batch {
  std::size_t left = 0;  // at the end of bytes
  std::array<std::uint8_t, 4096> bytes{};
};

class SystemEntropy final : public Entropy {
 public:
  SystemEntropy() {
    void* pages =
        ::mmap(nullptr, sizeof(Batch), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    GOSSIPOD_ASSERT(pages != MAP_FAILED);
    wiped_on_fork_ = ::madvise(pages, sizeof(Batch), MADV_WIPEONFORK) == 0;
    batch_ = new (pages) Batch;
    owner_ = ::getpid();
  }
  ~SystemEntropy() override {
    ::explicit_bzero(batch_, sizeof(Batch));
    ::munmap(batch_, sizeof(Batch));
  }
  SystemEntropy(const SystemEntropy&) = delete;
  SystemEntropy& operator=(const SystemEntropy&) = delete;

  void fill(MutableBytes out) noexcept override {
    if (!wiped_on_fork_ && owner_ != ::getpid()) {
      batch_->left = 0;
      owner_ = ::getpid();
    }
    while (!out.empty()) {
      if (batch_->left == 0) draw();
      const std::size_t size = std::min(out.size(), batch_->left);
      std::uint8_t* const from = batch_->bytes.data() + (batch_->bytes.size() - batch_->left);
      std::memcpy(out.data(), from, size);
      // What was given out must not be found here later.
      ::explicit_bzero(from, size);
      batch_->left -= size;
      out = out.subspan(size);
    }
  }

 private:
  // Without randomness there are no safe nonces, so there is nothing to go on with.
  void draw() noexcept {
    std::size_t done = 0;
    while (done < batch_->bytes.size()) {
      const ssize_t got = ::getrandom(batch_->bytes.data() + done, batch_->bytes.size() - done, 0);
      GOSSIPOD_ASSERT(got > 0 || errno == EINTR);
      if (got > 0) done += static_cast<std::size_t>(got);
    }
    batch_->left = done;
  }

  Batch* batch_ = nullptr;
  bool wiped_on_fork_ = false;
  pid_t owner_ = 0;
};

}  // namespace

std::unique_ptr<Entropy> system_entropy() { return std::make_unique<SystemEntropy>(); }

}  // namespace gossipod::inline v0
