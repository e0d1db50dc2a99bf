#include "base/key_text.h"

#include <gtest/gtest.h>

#include <string>

namespace gossipod {
namespace {

std::vector<std::uint8_t> counted(std::size_t size) {
  std::vector<std::uint8_t> key(size);
  for (std::size_t i = 0; i < size; ++i) key[i] = static_cast<std::uint8_t>(i);
  return key;
}

TEST(KeyText, HexAndBase64) {
  struct Row {
    const char* text;
    std::size_t size;  // of the key 00 01 02 ...
  };
  const Row rows[] = {
      {"000102030405060708090a0b0c0d0e0f", 16},
      {"000102030405060708090A0B0C0D0E0F", 16},
      {"000102030405060708090a0b0c0d0e0f1011121314151617", 24},
      {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 32},
      {"AAECAwQFBgcICQoLDA0ODw==", 16},
      {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", 24},
      {"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", 32},
  };
  for (const Row& row : rows) {
    const auto key = key_from_text(row.text);
    ASSERT_TRUE(key) << row.text;
    EXPECT_EQ(*key, counted(row.size)) << row.text;
  }
}

TEST(KeyText, HexOfAKeySizeIsHex) {
  // It would be base64 of 24 bytes, too.
  const auto key = key_from_text("abababababababababababababababab");
  ASSERT_TRUE(key);
  EXPECT_EQ(*key, std::vector<std::uint8_t>(16, 0xab));
}

TEST(KeyText, ErrorsSayTheLengthAndNothingElse) {
  struct Row {
    std::string text;
    const char* detail;
  };
  const Row rows[] = {
      {"", "0 bytes (given as hex): must be 16, 24 or 32"},
      {"00112233", "4 bytes (given as hex): must be 16, 24 or 32"},
      {std::string(30, 'a'), "15 bytes (given as hex): must be 16, 24 or 32"},
      {std::string(66, 'a'), "33 bytes (given as hex): must be 16, 24 or 32"},
      {"AAECAwQFBgcICQoLDA0O", "15 bytes (given as base64): must be 16, 24 or 32"},
      {std::string(31, 'a'), "a text of 31 characters that is neither hex nor base64"},
      {"secret", "a text of 6 characters that is neither hex nor base64"},
      {"AAECAwQFBgcICQoLDA0OD===", "a text of 24 characters that is neither hex nor base64"},
      {"AAECAwQFBgcICQoLDA0OD/==", "a text of 24 characters that is neither hex nor base64"},
      {"AAEC=wQFBgcICQoLDA0ODw==", "a text of 24 characters that is neither hex nor base64"},
      {"AAECAwQFBgcICQoLDA0ODw==\n", "a text of 25 characters that is neither hex nor base64"},
  };
  for (const Row& row : rows) {
    const auto key = key_from_text(row.text);
    ASSERT_FALSE(key) << row.text;
    EXPECT_EQ(key.error().code, Errc::invalid_config);
    EXPECT_EQ(key.error().field, "key");
    EXPECT_EQ(key.error().detail, row.detail);
  }
}

}  // namespace
}  // namespace gossipod
