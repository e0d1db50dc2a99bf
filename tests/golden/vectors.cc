#include "golden/vectors.h"

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <fstream>
#include <stdexcept>

namespace gossipod::golden {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error{"vectors: " + what}; }

std::uint8_t digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  fail("not hex");
}

// The one pseudo-random generator of the notation.
class Lcg {
 public:
  explicit Lcg(std::uint32_t seed) : state_{seed} {}
  std::uint32_t next() {
    state_ = state_ * 1103515245u + 12345u;
    return state_ >> 16;
  }

 private:
  std::uint32_t state_;
};

Octets repeat(const Octets& block, std::size_t times) {
  Octets out;
  out.reserve(block.size() * times);
  for (std::size_t i = 0; i < times; ++i) out.insert(out.end(), block.begin(), block.end());
  return out;
}

Octets lcg(std::uint32_t seed, std::size_t size) {
  Lcg random{seed};
  Octets out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random.next());
  return out;
}

Octets text(std::size_t size) {
  static constexpr std::array<std::string_view, 16> words{
      "the",         "node",  "gossip", "member", "suspects", "alive",   "of", "and",
      "incarnation", "probe", "a",      "with",   "cluster",  "timeout", "to", "dead"};
  Lcg random{1};
  std::string out;
  while (out.size() < size) {
    out += words[random.next() % words.size()];
    out += ' ';
  }
  out.resize(size);
  return {out.begin(), out.end()};
}

Octets pairs(std::size_t size) {
  Octets out;
  for (unsigned i = 0; i < 256; ++i) {
    out.push_back(static_cast<std::uint8_t>(i));
    for (unsigned j = i + 1; j < 256; ++j) {
      out.push_back(static_cast<std::uint8_t>(i));
      out.push_back(static_cast<std::uint8_t>(j));
    }
  }
  if (size > out.size()) fail("not that many pairs");
  out.resize(size);
  return out;
}

Octets generated(const Json& generator) {
  if (generator.contains("hex")) return unhex(generator["hex"].get<std::string>());
  if (generator.contains("repeat")) {
    return repeat(unhex(generator["repeat"].get<std::string>()),
                  generator["times"].get<std::size_t>());
  }
  if (generator.contains("lcg")) {
    return lcg(generator["lcg"].get<std::uint32_t>(), generator["length"].get<std::size_t>());
  }
  if (generator.contains("text")) return text(generator["text"].get<std::size_t>());
  if (generator.contains("pairs")) return pairs(generator["pairs"].get<std::size_t>());
  fail("no such generator: " + generator.dump());
}

}  // namespace

Json load(std::string_view file) {
  std::ifstream in{std::string{GOSSIPOD_TEST_DATA "/"} + std::string{file}};
  if (!in) fail("cannot open " + std::string{file});
  return Json::parse(in);
}

Octets bytes(const Json& described) {
  if (described.is_null()) return {};
  if (described.is_string()) {
    const auto& letters = described.get_ref<const std::string&>();
    return {letters.begin(), letters.end()};
  }
  if (described.is_object()) return generated(described);
  if (!described.is_array()) fail("no bytes: " + described.dump());
  Octets out;
  for (const auto& one : described) {
    const Octets more = generated(one);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

bool has_octets(const Json& one, std::string_view prefix) {
  const std::string before{prefix};
  return one.contains(before + "hex") || one.contains(before + "parts");
}

Octets octets(const Json& one, std::string_view prefix) {
  const std::string before{prefix};
  if (!has_octets(one, prefix)) fail("no bytes in " + one.value("name", "a case"));
  const Octets out = one.contains(before + "hex") ? unhex(one[before + "hex"].get<std::string>())
                                                  : bytes(one[before + "parts"]);
  const auto length = one.find(before + "length");
  const auto sum = one.find(before + "sha256");
  if ((length != one.end() && length->get<std::size_t>() != out.size()) ||
      (sum != one.end() && sum->get<std::string>() != sha256(out))) {
    fail("wrong checksum of " + one.value("name", "a case"));
  }
  return out;
}

Octets unhex(std::string_view text) {
  if (text.size() % 2 != 0) fail("half a byte of hex");
  Octets out(text.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
  }
  return out;
}

std::string to_hex(Bytes bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
  return out;
}

std::string sha256(Bytes bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
    fail("no SHA-256");
  }
  return to_hex(Bytes{digest}.first(size));
}

}  // namespace gossipod::golden
