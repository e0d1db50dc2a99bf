#include "envelope/keyring.h"

#include <gtest/gtest.h>

#include "unit/envelope/support.h"

namespace gossipod::envelope {
namespace {

using Keys = std::vector<Octets>;

TEST(Keyring, TheFirstKeyIsPrimary) {
  Keyring keys;
  EXPECT_TRUE(keys.empty());
  EXPECT_EQ(keys.list(), Keys{});
  EXPECT_TRUE(keys.add(key_a));
  EXPECT_EQ(keys.list(), Keys{key_a});
  EXPECT_TRUE(keys.add(key_b));
  EXPECT_TRUE(keys.add(key_c));
  EXPECT_TRUE(keys.add(key_b));  // known already
  EXPECT_EQ(keys.list(), (Keys{key_a, key_b, key_c}));
  EXPECT_EQ(keys.size(), 3u);
  EXPECT_FALSE(keys.empty());
}

TEST(Keyring, UseMakesPrimaryAndKeepsTheOrderOfTheOthers) {
  Keyring keys = ring({key_a, key_b, key_c});
  EXPECT_TRUE(keys.use(key_c));
  EXPECT_EQ(keys.list(), (Keys{key_c, key_a, key_b}));
  EXPECT_TRUE(keys.use(key_c));
  EXPECT_EQ(keys.list(), (Keys{key_c, key_a, key_b}));
  EXPECT_EQ(to_hex(keys.at(0).key()), to_hex(key_c));
}

TEST(Keyring, RemovesAllButThePrimary) {
  Keyring keys = ring({key_a, key_b});
  EXPECT_EQ(keys.remove(key_a).error().code, Errc::key_in_use);
  EXPECT_TRUE(keys.remove(key_b));
  EXPECT_EQ(keys.list(), Keys{key_a});
  EXPECT_EQ(keys.remove(key_a).error().code, Errc::key_in_use);
  EXPECT_TRUE(keys.add(key_b));
  EXPECT_TRUE(keys.use(key_b));
  EXPECT_TRUE(keys.remove(key_a));
  EXPECT_EQ(keys.list(), Keys{key_b});
}

TEST(Keyring, SaysWhatIsAbsent) {
  Keyring keys;
  EXPECT_EQ(keys.use(key_a).error().code, Errc::key_absent);
  EXPECT_EQ(keys.remove(key_a).error().code, Errc::key_absent);
  EXPECT_TRUE(keys.add(key_a));
  EXPECT_EQ(keys.use(key_b).error().code, Errc::key_absent);
  EXPECT_EQ(keys.remove(key_b).error().code, Errc::key_absent);
  // The beginning of a key is another key.
  EXPECT_TRUE(keys.add(key_c));
  EXPECT_EQ(keys.remove(Bytes{key_c}.first(24)).error().code, Errc::key_absent);
  EXPECT_EQ(keys.list(), (Keys{key_a, key_c}));
}

TEST(Keyring, RefusesOtherSizes) {
  Keyring keys;
  for (const std::size_t size : {0u, 1u, 15u, 17u, 23u, 25u, 31u, 33u, 38u}) {
    const auto added = keys.add(Octets(size, 7));
    ASSERT_FALSE(added) << size;
    EXPECT_EQ(added.error().code, Errc::invalid_config);
    EXPECT_EQ(added.error().field, "key");
    EXPECT_EQ(added.error().detail, std::to_string(size) + " bytes: must be 16, 24 or 32");
  }
  EXPECT_TRUE(keys.empty());
}

TEST(Keyring, WhatWasHandedOutDoesNotChange) {
  Keyring keys = ring({key_a, key_b});
  const Keys before = keys.list();
  EXPECT_TRUE(keys.remove(key_b));
  EXPECT_EQ(before, (Keys{key_a, key_b}));
}

}  // namespace
}  // namespace gossipod::envelope
