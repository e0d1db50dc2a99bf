#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/swim/identity.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace gossipod::swim {
namespace {

// Multiply and fold, eight bytes at a time (after Wang Yi's wyhash). Not cryptographic; the seed
// keeps strangers from choosing names that collide.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  constexpr std::uint64_t mixer = 0xa076'1d64'78bd'642fu;
  std::uint64_t state = seed ^ mixer;
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    state = fold(state ^ word, mixer);
  }
  std::uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, at, left);
  return fold(state ^ tail, 0xe703'7ed1'a0b4'28dbu ^ text.size());
}

constexpr std::size_t slots_min = 16;

}  // namespace

void IdentityRef::forget(Identity* identity) noexcept { identity->pool_->forget(identity); }

IdentityPool::IdentityPool(std::uint64_t seed, std::size_t bytes_max)
    : seed_{seed}, bytes_max_{bytes_max}, slots_(slots_min, nullptr) {}

IdentityPool::~IdentityPool() {
  collect();
  GOSSIPOD_ASSERT(size_ == 0);  // a reference that outlived its pool would be a wild pointer
}

std::uint32_t IdentityPool::hash(std::string_view name) const {
  return static_cast<std::uint32_t>(hash_text(name, seed_));
}

std::size_t IdentityPool::bytes() const {
  return identity_bytes_ + slots_.capacity() * sizeof(Identity*);
}

IdentityRef IdentityPool::intern(const IdentityFields& fields) {
  GOSSIPOD_ASSERT(fields.name.size() <= limits::name_bytes_max);
  GOSSIPOD_ASSERT(fields.metadata.size() <= limits::metadata_bytes_max);
  const auto endpoint =
      Endpoint::from_address(fields.address, fields.port).value_or(Endpoint{{}, fields.port});
  const bool has_metadata = fields.metadata.data() != nullptr;
  const std::uint32_t hash = this->hash(fields.name);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != nullptr; slot = (slot + 1) & mask) {
    Identity* known = slots_[slot];
    if (known->hash_ == hash && known->endpoint_ == endpoint &&
        known->address_size_ == fields.address.size() && known->versions_ == fields.versions &&
        known->has_metadata_ == has_metadata && known->name() == fields.name &&
        std::ranges::equal(known->metadata(), fields.metadata)) {
      return IdentityRef{known};
    }
  }

  const std::size_t bytes = sizeof(Identity) + fields.name.size() + fields.metadata.size();
  auto* made = new (::operator new(bytes)) Identity;
  made->pool_ = this;
  made->hash_ = hash;
  made->endpoint_ = endpoint;
  made->address_size_ = static_cast<std::uint8_t>(fields.address.size());
  made->name_size_ = static_cast<std::uint8_t>(fields.name.size());
  made->metadata_size_ = static_cast<std::uint16_t>(fields.metadata.size());
  made->has_metadata_ = has_metadata;
  made->versions_ = fields.versions;
  char* text = reinterpret_cast<char*>(made + 1);
  if (!fields.name.empty()) std::memcpy(text, fields.name.data(), fields.name.size());
  if (!fields.metadata.empty()) {
    std::memcpy(text + fields.name.size(), fields.metadata.data(), fields.metadata.size());
  }
  slots_[slot] = made;
  identity_bytes_ += bytes;
  if (++size_ * 4 > slots_.size() * 3) grow();
  return IdentityRef{made};
}

void IdentityPool::grow() {
  std::vector<Identity*> old(slots_.size() * 2, nullptr);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (Identity* identity : old) {
    if (identity == nullptr) continue;
    std::size_t slot = identity->hash_ & mask;
    while (slots_[slot] != nullptr) slot = (slot + 1) & mask;
    slots_[slot] = identity;
  }
}

void IdentityPool::forget(Identity* identity) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = identity->hash_ & mask;
  while (slots_[hole] != identity) hole = (hole + 1) & mask;
  // Close the gap: move back whoever would no longer be found across it (Knuth, 6.4, algorithm R).
  for (std::size_t next = (hole + 1) & mask; slots_[next] != nullptr; next = (next + 1) & mask) {
    const std::size_t home = slots_[next]->hash_ & mask;
    if (((next - home) & mask) >= ((next - hole) & mask)) {
      slots_[hole] = slots_[next];
      hole = next;
    }
  }
  slots_[hole] = nullptr;
  --size_;
  identity_bytes_ -= sizeof(Identity) + identity->name_size_ + identity->metadata_size_;
  identity->~Identity();
  ::operator delete(identity);
}

void IdentityPool::give_back(std::unique_ptr<Returnable> object) noexcept {
  Returnable* node = object.release();
  node->next_ = returned_.load(std::memory_order_relaxed);
  while (!returned_.compare_exchange_weak(node->next_, node, std::memory_order_release,
                                          std::memory_order_relaxed)) {
  }
}

void IdentityPool::collect() noexcept {
  if (returned_.load(std::memory_order_relaxed) == nullptr) return;
  Returnable* node = returned_.exchange(nullptr, std::memory_order_acquire);
  while (node != nullptr) delete std::exchange(node, node->next_);
}

}  // namespace gossipod::swim
