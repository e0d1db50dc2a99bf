// Keyring: the keys of one cluster. The first seals, any opens, so keys can rotate without a moment
// when nobody understands anybody. Keys are wiped when they go.
//
// Threads: none; changed between turns.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/error.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "envelope/cipher.h"

namespace gossipod::envelope {

class Keyring {
 public:
  Result<void> add(Bytes key);     // 16, 24 or 32 bytes; known already: fine. First of all: primary
  Result<void> use(Bytes key);     // key_absent
  Result<void> remove(Bytes key);  // key_absent, key_in_use (the primary)
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> list() const;  // primary first

  [[nodiscard]] bool empty() const { return ciphers_.empty(); }
  [[nodiscard]] std::size_t size() const { return ciphers_.size(); }
  [[nodiscard]] Cipher& at(std::size_t index) { return *ciphers_[index]; }

 private:
  std::vector<std::unique_ptr<Cipher>> ciphers_;
};

}  // namespace gossipod::envelope
