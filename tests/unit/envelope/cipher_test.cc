#include "envelope/cipher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "unit/envelope/support.h"

namespace gossipod::envelope {
namespace {

Octets seal(Cipher& cipher, SealVersion version, Bytes plain, Bytes aad = {}, Bytes more = {}) {
  Octets frame(sealed_size(version, plain.size()));
  std::ranges::copy(plain, frame.begin() + 13);
  EXPECT_EQ(cipher.seal(version, nonce, aad, more, frame, plain.size()), frame.size());
  return frame;
}

std::optional<Octets> open(Cipher& cipher, Bytes sealed, Bytes aad = {}, Bytes more = {}) {
  Octets plain(sealed.size());
  const auto size = cipher.open(sealed, aad, more, plain);
  if (!size) return std::nullopt;
  plain.resize(*size);
  return plain;
}

TEST(Cipher, SealsAsMemberlistDoes) {
  struct Row {
    const Octets& key;
    SealVersion version;
    std::string_view aad;
    const char* sealed;
  };
  const Row rows[] = {
      {key_a, SealVersion::padded, "",
       "00a0a1a2a3a4a5a6a7a8a9aaaba1079de81bf87d65477999054317b5652e1e3e1063927e57ac84d08f35c1246"
       "c"},
      {key_a, SealVersion::padded, "blah",
       "00a0a1a2a3a4a5a6a7a8a9aaaba1079de81bf87d65477999054317b565481a433e40ce4adc51ce4d4344fdbc2"
       "4"},
      {key_a, SealVersion::plain, "",
       "01a0a1a2a3a4a5a6a7a8a9aaaba1079de81bf87d65477999ee35e54d28b3d8398fe4123cdc1c4275"},
      {key_a, SealVersion::plain, "blah",
       "01a0a1a2a3a4a5a6a7a8a9aaaba1079de81bf87d65477999883198630befecb272ae8ff0ad20da3d"},
      {key_c, SealVersion::plain, "",
       "01a0a1a2a3a4a5a6a7a8a9aaab72ab41d0d6365dd7be5e2e5ebcf2830a74d4a77422e3bd9b5293b8"},
  };
  for (const Row& row : rows) {
    Cipher cipher{row.key};
    const Bytes aad = as_bytes(row.aad);
    EXPECT_EQ(to_hex(seal(cipher, row.version, nack_300, aad)), row.sealed);
    EXPECT_EQ(open(cipher, unhex(row.sealed), aad), nack_300) << row.sealed;
  }
}

TEST(Cipher, OpensWhatItSealed) {
  Octets text(255);
  std::iota(text.begin(), text.end(), std::uint8_t{0});
  for (const Octets& key : {key_a, key_b, key_c}) {
    Cipher cipher{key};
    EXPECT_TRUE(std::ranges::equal(cipher.key(), key));
    for (const auto version : {SealVersion::padded, SealVersion::plain}) {
      for (std::size_t size = 0; size <= text.size(); ++size) {
        const Bytes plain = Bytes{text}.first(size);
        const Octets sealed = seal(cipher, version, plain);
        const std::size_t padding = version == SealVersion::padded ? 16 - size % 16 : 0;
        ASSERT_EQ(sealed.size(), 1 + 12 + size + padding + 16);
        const auto opened = open(cipher, sealed);
        ASSERT_TRUE(opened);
        ASSERT_TRUE(std::ranges::equal(*opened, plain)) << size;
      }
    }
  }
}

TEST(Cipher, OpensWhereItLies) {
  Cipher cipher{key_a};
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    Octets sealed = seal(cipher, version, nack_300);
    const MutableBytes plain = MutableBytes{sealed}.subspan(13);
    ASSERT_EQ(cipher.open(sealed, {}, {}, plain), nack_300.size());
    EXPECT_TRUE(std::ranges::equal(plain.first(nack_300.size()), nack_300));
  }
}

TEST(Cipher, BothPiecesOfWhatIsAlsoAuthenticatedCount) {
  Cipher cipher{key_a};
  const Octets ab = octets("ab"), cd = octets("cd"), abcd = octets("abcd");
  const Octets sealed = seal(cipher, SealVersion::plain, nack_300, ab, cd);
  EXPECT_EQ(open(cipher, sealed, ab, cd), nack_300);
  EXPECT_EQ(open(cipher, sealed, abcd), nack_300);  // pieces, not fields
  EXPECT_EQ(open(cipher, sealed, {}, abcd), nack_300);
  EXPECT_EQ(open(cipher, sealed, cd, ab), std::nullopt);
  EXPECT_EQ(open(cipher, sealed, ab), std::nullopt);
  EXPECT_EQ(open(cipher, sealed), std::nullopt);
}

TEST(Cipher, RefusesAnotherKey) {
  Cipher one{key_a}, other{key_c};
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    EXPECT_EQ(open(other, seal(one, version, nack_300)), std::nullopt);
  }
}

TEST(Cipher, RefusesEveryChangedBit) {
  Cipher cipher{key_a};
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    const Octets sealed = seal(cipher, version, nack_300);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      Octets changed = sealed;
      changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      // The one bit that nothing protects is tested below.
      if (version == SealVersion::padded && bit == 0) continue;
      EXPECT_EQ(open(cipher, changed), std::nullopt) << bit;
    }
  }
}

TEST(Cipher, RefusesWhatIsTooShort) {
  Cipher cipher{key_a};
  for (std::size_t size = 0; size < 45; ++size) {
    for (const unsigned version : {0u, 1u, 2u, 255u}) {
      Octets sealed(size, 7);
      if (!sealed.empty()) sealed[0] = static_cast<std::uint8_t>(version);
      EXPECT_EQ(open(cipher, sealed), std::nullopt) << size;
    }
  }
  for (const auto version : {SealVersion::padded, SealVersion::plain}) {
    const Octets sealed = seal(cipher, version, {});
    EXPECT_EQ(sealed.size(), version == SealVersion::padded ? 45u : 29u);
    EXPECT_EQ(open(cipher, sealed), Octets{});
    for (std::size_t size = 0; size < sealed.size(); ++size) {
      EXPECT_EQ(open(cipher, Bytes{sealed}.first(size)), std::nullopt) << size;
    }
  }
}

// Nothing authenticates the version: who changes it in flight turns text into padding, or padding
// into text. The former must not be believed.
TEST(Cipher, ChecksEveryByteOfPadding) {
  struct Row {
    const char* what;
    Octets text;
    std::optional<std::size_t> left;
  };
  const auto block = [](std::size_t size, std::uint8_t fill, std::size_t tail, std::uint8_t value) {
    Octets text(size, fill);
    std::fill(text.end() - static_cast<std::ptrdiff_t>(tail), text.end(), value);
    return text;
  };
  Octets uneven = block(16, 'x', 4, 4);
  uneven[13] = 3;
  const Row rows[] = {
      {"one", block(16, 'x', 1, 1), 15},
      {"fifteen", block(16, 'x', 15, 15), 1},
      {"all", block(16, 16, 0, 0), 0},
      {"a whole block", block(32, 'x', 16, 16), 16},
      {"none", block(16, 'x', 1, 0), std::nullopt},
      {"seventeen", block(32, 17, 0, 0), std::nullopt},
      {"more than there is", block(16, 200, 0, 0), std::nullopt},
      {"not all equal", uneven, std::nullopt},
      {"only the count", block(16, 'x', 1, 16), std::nullopt},
      {"not a whole number of blocks", block(17, 'x', 1, 1), std::nullopt},
      {"text", octets("sixteen letters!"), std::nullopt},
      {"nothing", {}, std::nullopt},
  };
  Cipher cipher{key_a};
  for (const Row& row : rows) {
    Octets sealed = seal(cipher, SealVersion::plain, row.text);
    sealed[0] = 0;
    const auto opened = open(cipher, sealed);
    ASSERT_EQ(opened.has_value(), row.left.has_value()) << row.what;
    if (!opened) continue;
    EXPECT_TRUE(std::ranges::equal(*opened, Bytes{row.text}.first(*row.left))) << row.what;
  }
}

TEST(Cipher, PaddingMayBecomeText) {
  Cipher cipher{key_a};
  Octets sealed = seal(cipher, SealVersion::padded, nack_300);
  sealed[0] = 1;
  Octets padded = nack_300;
  padded.resize(16, 5);
  EXPECT_EQ(open(cipher, sealed), padded);
}

TEST(Cipher, AFailureLeavesNoTrace) {
  Cipher cipher{key_a};
  const Octets sealed = seal(cipher, SealVersion::plain, nack_300);
  Octets forged = sealed;
  forged.back() ^= 1;
  EXPECT_EQ(open(cipher, forged), std::nullopt);
  EXPECT_EQ(open(cipher, sealed), nack_300);
  EXPECT_EQ(to_hex(seal(cipher, SealVersion::plain, nack_300)), to_hex(sealed));
}

}  // namespace
}  // namespace gossipod::envelope
