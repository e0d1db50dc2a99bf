#include "envelope/keyring.h"

#include <algorithm>
#include <string>

#include "base/key_text.h"

namespace gossipod::envelope {
namespace {

using Ciphers = std::vector<std::unique_ptr<Cipher>>;

Ciphers::iterator find(Ciphers& ciphers, Bytes key) {
  return std::find_if(ciphers.begin(), ciphers.end(),
                      [key](const auto& cipher) { return std::ranges::equal(cipher->key(), key); });
}

Error failure(Errc code, std::string detail) {
  return {.code = code, .field = "key", .detail = std::move(detail)};
}

}  // namespace

Result<void> Keyring::add(Bytes key) {
  if (!is_key_size(key.size())) {
    return failure(Errc::invalid_config,
                   std::to_string(key.size()) + " bytes: must be 16, 24 or 32");
  }
  if (find(ciphers_, key) == ciphers_.end()) ciphers_.push_back(std::make_unique<Cipher>(key));
  return {};
}

Result<void> Keyring::use(Bytes key) {
  const auto found = find(ciphers_, key);
  if (found == ciphers_.end()) return failure(Errc::key_absent, "no such key in the ring");
  std::rotate(ciphers_.begin(), found, found + 1);  // the others keep their order
  return {};
}

Result<void> Keyring::remove(Bytes key) {
  const auto found = find(ciphers_, key);
  if (found == ciphers_.end()) return failure(Errc::key_absent, "no such key in the ring");
  if (found == ciphers_.begin()) {
    return failure(Errc::key_in_use, "the primary key seals; make another one primary first");
  }
  ciphers_.erase(found);
  return {};
}

std::vector<std::vector<std::uint8_t>> Keyring::list() const {
  std::vector<std::vector<std::uint8_t>> keys;
  keys.reserve(ciphers_.size());
  for (const auto& cipher : ciphers_) {
    const Bytes key = cipher->key();
    keys.emplace_back(key.begin(), key.end());
  }
  return keys;
}

}  // namespace gossipod::envelope
