// The pool: equal contents are one identity; references keep it; what is given back elsewhere is
// destroyed here.
#include <gossipod/swim/identity.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gossipod::swim {
namespace {

const std::array<std::uint8_t, 4> four{10, 0, 0, 2};

IdentityFields fields(std::string_view name, std::string_view metadata = {}) {
  return {.name = name,
          .address = four,
          .port = 7946,
          .metadata = metadata.data() == nullptr ? Bytes{} : as_bytes(metadata),
          .versions = {1, 5, 2, 0, 0, 0}};
}

TEST(IdentityPool, EqualContentsAreOneIdentity) {
  IdentityPool pool{1};
  const IdentityRef a = pool.intern(fields("b", "m"));
  EXPECT_EQ(a, pool.intern(fields("b", "m")));
  EXPECT_FALSE(a == pool.intern(fields("b", "n")));
  EXPECT_FALSE(a == pool.intern(fields("c", "m")));
  EXPECT_EQ(pool.size(), 1u);  // the others went with their references
  EXPECT_EQ(a->name(), "b");
  EXPECT_EQ(as_text(a->metadata()), "m");
  EXPECT_EQ(a->endpoint(), *Endpoint::from_ip("10.0.0.2", 7946));
  EXPECT_EQ(a->address().size(), 4u);
}

TEST(IdentityPool, NilAndEmptyMetadataDiffer) {
  IdentityPool pool{1};
  const IdentityRef nil = pool.intern(fields("b"));
  const IdentityRef empty = pool.intern(fields("b", ""));
  EXPECT_FALSE(nil == empty);
  EXPECT_EQ(nil->metadata().data(), nullptr);
  EXPECT_NE(empty->metadata().data(), nullptr);
}

TEST(IdentityPool, TheFormOfTheAddressIsKept) {
  IdentityPool pool{1};
  const IdentityRef short_form = pool.intern(fields("b"));
  IdentityFields mapped = fields("b");
  mapped.address = short_form->endpoint().ip;
  const IdentityRef long_form = pool.intern(mapped);
  EXPECT_FALSE(short_form == long_form);
  EXPECT_EQ(short_form->endpoint(), long_form->endpoint());
  EXPECT_EQ(long_form->address().size(), 16u);
}

TEST(IdentityPool, ThousandsComeAndGo) {
  IdentityPool pool{3};
  std::vector<IdentityRef> held;
  for (int i = 0; i < 5000; ++i) held.push_back(pool.intern(fields("n" + std::to_string(i))));
  EXPECT_EQ(pool.size(), 5000u);
  // Every other one goes; the rest is still found across the gaps.
  for (std::size_t i = 0; i < held.size(); i += 2) held[i] = {};
  EXPECT_EQ(pool.size(), 2500u);
  for (std::size_t i = 1; i < held.size(); i += 2) {
    EXPECT_EQ(pool.intern(fields("n" + std::to_string(i))), held[i]);
  }
  held.clear();
  EXPECT_EQ(pool.size(), 0u);
}

struct Holder final : Returnable {
  explicit Holder(IdentityRef given) : ref{std::move(given)} {}
  IdentityRef ref;
};

TEST(IdentityPool, WhatIsGivenBackIsDestroyedAtTheNextCollection) {
  IdentityPool pool{1};
  pool.give_back(std::make_unique<Holder>(pool.intern(fields("b"))));
  pool.give_back(std::make_unique<Holder>(pool.intern(fields("c"))));
  EXPECT_EQ(pool.size(), 2u);
  pool.collect();
  EXPECT_EQ(pool.size(), 0u);
  pool.give_back(std::make_unique<Holder>(pool.intern(fields("d"))));  // the destructor's to take
}

}  // namespace
}  // namespace gossipod::swim
