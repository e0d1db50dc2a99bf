// KeyFace: the keyring as a session's owner sees it.
#pragma once

#include <gossipod/assert.h>
#include <gossipod/config.h>
#include <gossipod/session/session.h>

#include <vector>

#include "envelope/keyring.h"

namespace gossipod::session {

class KeyFace final : public Keys {
 public:
  explicit KeyFace(envelope::Keyring& keyring) : keyring_{keyring} {}

  Result<void> add(Bytes key) override { return keyring_.add(key); }
  Result<void> use(Bytes key) override { return keyring_.use(key); }
  Result<void> remove(Bytes key) override { return keyring_.remove(key); }
  [[nodiscard]] std::vector<std::vector<std::uint8_t>> list() const override {
    return keyring_.list();
  }
  [[nodiscard]] std::uint64_t primary_seals() const override {
    return keyring_.empty() ? 0 : keyring_.at(0).seals();
  }

 private:
  envelope::Keyring& keyring_;
};

[[nodiscard]] inline envelope::Keyring keyring_from(const Config& config) {
  envelope::Keyring keyring;
  for (const std::vector<std::uint8_t>& key : config.keys) {
    const Result<void> added = keyring.add(key);
    GOSSIPOD_ASSERT(added.has_value());  // the configuration was checked
  }
  return keyring;
}

}  // namespace gossipod::session
