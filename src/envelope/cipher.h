// Cipher: AES-GCM under one key, encryption versions 0 (padded) and 1 of memberlist. The only file
// that knows OpenSSL is cipher.cc.
//
//   version byte · nonce (12) · ciphertext · tag (16)
//
// The version byte is not authenticated: so version 0's padding is checked strictly, and a bad one
// is the same as a forgery.
#pragma once

#include <gossipod/bytes.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace gossipod::envelope {

// Drawn by whoever turns the session, never twice under one key.
using Nonce = std::array<std::uint8_t, 12>;

enum class SealVersion : std::uint8_t { padded = 0, plain = 1 };

[[nodiscard]] std::size_t sealed_size(SealVersion version, std::size_t plain);

class Cipher {
 public:
  explicit Cipher(Bytes key);  // 16, 24 or 32 bytes
  ~Cipher();                   // wipes the key
  Cipher(const Cipher&) = delete;
  Cipher& operator=(const Cipher&) = delete;

  [[nodiscard]] Bytes key() const;
  [[nodiscard]] std::uint64_t seals() const { return seals_; }  // so far

  // Seals `size` plain bytes that lie at frame[13]: version and nonce are written before them,
  // padding and tag after them. Returns the sealed length; the frame must hold sealed_size() bytes.
  // `aad` is authenticated too, in up to two pieces.
  std::size_t seal(SealVersion version, const Nonce& nonce, Bytes aad, Bytes more_aad,
                   MutableBytes frame, std::size_t size);

  // Opens `sealed` into `plain` (at least as long, may be the same memory at the offset of the
  // ciphertext); returns the plain length, or nothing if it is not authentic or malformed.
  [[nodiscard]] std::optional<std::size_t> open(Bytes sealed, Bytes aad, Bytes more_aad,
                                                MutableBytes plain);

 private:
  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::uint64_t seals_ = 0;
};

}  // namespace gossipod::envelope
