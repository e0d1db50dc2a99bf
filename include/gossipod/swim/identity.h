// Identity: who a member says it is: name, address, metadata, versions. Immutable.
//
// Identities live in a pool, one per loop, lent to its nodes: a thousand nodes of one process that
// know the same member share one copy. Equal contents give the same identity, so comparing two is
// comparing pointers.
//
// Threads: pool and references belong to the loop's thread; the counts are not atomic. A snapshot
// that leaves the thread takes its references along and brings them back through give_back().
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gossipod/export.h>
#include <gossipod/limits.h>
#include <gossipod/member.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace gossipod::swim {

class IdentityPool;

// What an identity is made from; borrowed.
struct IdentityFields {
  std::string_view name;  // at most limits::name_bytes_max
  Bytes address;          // 4 or 16 bytes, as received: forwarded unchanged; or none
  std::uint16_t port = 0;
  Bytes metadata;     // at most limits::metadata_bytes_max; null data(): nil
  Versions versions;  // all zero: unknown
};

class Identity {
 public:
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  [[nodiscard]] std::string_view name() const { return {text(), name_size_}; }
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] Bytes address() const { return Bytes{endpoint_.ip}.last(address_size_); }
  [[nodiscard]] Bytes metadata() const {
    if (!has_metadata_) return {};
    return {reinterpret_cast<const std::uint8_t*>(text() + name_size_), metadata_size_};
  }
  [[nodiscard]] const Versions& versions() const { return versions_; }
  [[nodiscard]] bool knows_versions() const { return versions_ != Versions{}; }
  // Of the name alone; IdentityPool::hash() gives the same for the same name.
  [[nodiscard]] std::uint32_t name_hash() const { return hash_; }

 private:
  friend class IdentityPool;
  friend class IdentityRef;
  Identity() = default;
  [[nodiscard]] const char* text() const { return reinterpret_cast<const char*>(this + 1); }

  // Name and metadata follow the object in the same allocation.
  IdentityPool* pool_ = nullptr;
  std::uint32_t references_ = 0;
  std::uint32_t hash_ = 0;
  Endpoint endpoint_;
  std::uint16_t metadata_size_ = 0;
  std::uint8_t name_size_ = 0;
  std::uint8_t address_size_ = 0;
  bool has_metadata_ = false;
  Versions versions_;
};
static_assert(sizeof(Identity) <= 56);

// A counted reference, or none.
class GOSSIPOD_EXPORT IdentityRef {
 public:
  IdentityRef() = default;
  IdentityRef(const IdentityRef& other) : IdentityRef{other.identity_} {}
  IdentityRef(IdentityRef&& other) noexcept : identity_{std::exchange(other.identity_, nullptr)} {}
  IdentityRef& operator=(const IdentityRef& other) {
    IdentityRef copy{other};
    std::swap(identity_, copy.identity_);
    return *this;
  }
  IdentityRef& operator=(IdentityRef&& other) noexcept {
    std::swap(identity_, other.identity_);
    return *this;
  }
  // One more reference to what somebody holds already.
  [[nodiscard]] static IdentityRef to(const Identity& held) {
    return IdentityRef{const_cast<Identity*>(&held)};  // all are made by the pool, none is const
  }
  ~IdentityRef() {
    if (identity_ != nullptr && --identity_->references_ == 0) forget(identity_);
  }

  [[nodiscard]] const Identity* get() const { return identity_; }
  [[nodiscard]] const Identity& operator*() const { return *identity_; }
  [[nodiscard]] const Identity* operator->() const { return identity_; }
  explicit operator bool() const { return identity_ != nullptr; }
  friend bool operator==(const IdentityRef& a, const IdentityRef& b) {
    return a.identity_ == b.identity_;
  }

 private:
  friend class IdentityPool;
  explicit IdentityRef(Identity* identity) : identity_{identity} {
    if (identity_ != nullptr) ++identity_->references_;
  }
  static void forget(Identity* identity) noexcept;  // the last reference went

  Identity* identity_ = nullptr;
};

// Something that holds references and was given up on another thread.
class Returnable {
 public:
  virtual ~Returnable() = default;

 private:
  friend class IdentityPool;
  Returnable* next_ = nullptr;
};

class GOSSIPOD_EXPORT IdentityPool {
 public:
  // The seed is of the hash, so that names cannot be chosen to collide.
  explicit IdentityPool(std::uint64_t seed, std::size_t bytes_max = limits::identity_bytes_max);
  ~IdentityPool();  // takes back what was given back; nothing else may be left
  IdentityPool(const IdentityPool&) = delete;
  IdentityPool& operator=(const IdentityPool&) = delete;

  // The identity with these fields: an old one, or a new one.
  [[nodiscard]] IdentityRef intern(const IdentityFields& fields);
  [[nodiscard]] std::uint32_t hash(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return size_; }
  // Bytes allocated for identities and their index.
  [[nodiscard]] std::size_t bytes() const;
  // Nothing more should be learned; what is interned all the same is made.
  [[nodiscard]] bool full() const { return bytes() >= bytes_max_; }

  // Any thread: destroys `object` on the loop's thread, at its next collect().
  void give_back(std::unique_ptr<Returnable> object) noexcept;
  // The loop's thread: destroys what was given back.
  void collect() noexcept;

 private:
  friend class IdentityRef;
  void forget(Identity* identity) noexcept;
  void grow();

  std::uint64_t seed_;
  std::size_t bytes_max_;
  std::vector<Identity*> slots_;  // open addressing, a power of two
  std::size_t size_ = 0;
  std::size_t identity_bytes_ = 0;
  std::atomic<Returnable*> returned_{nullptr};
};

}  // namespace gossipod::swim
