// LZW both ways: unpacking anything stays within its limit; what was packed unpacks to itself. And
// before anything else, what was recorded of Go's comes out byte for byte.
#include <gossipod/assert.h>

#include <algorithm>
#include <vector>

#include "fuzz/input.h"
#include "golden/vectors.h"
#include "wire/lzw.h"

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace gossipod;
  const golden::Json file = golden::load("lzw.json");
  std::size_t pairs = 0;
  for (const golden::Json& one : file["encode"]) {
    const golden::Octets plain = golden::bytes(one["plain"]);
    golden::Octets packed;
    GOSSIPOD_ASSERT(wire::lzw_pack(plain, packed));
    GOSSIPOD_ASSERT(golden::sha256(packed) == one["packed_sha256"]);
    golden::Octets again;
    GOSSIPOD_ASSERT(wire::lzw_unpack(packed, again, plain.size()) == wire::LzwError::none);
    GOSSIPOD_ASSERT(again == plain);
    ++pairs;
  }
  GOSSIPOD_ASSERT(pairs > 0);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gossipod;
  constexpr std::size_t limit = 1 << 20;
  const std::vector<std::uint8_t> bytes = fuzz::Input{data, size}.bytes(size);

  std::vector<std::uint8_t> plain;
  const wire::LzwError error = wire::lzw_unpack(bytes, plain, limit);
  GOSSIPOD_ASSERT(plain.size() <= limit);
  if (error != wire::LzwError::none) plain = bytes;

  std::vector<std::uint8_t> packed;
  GOSSIPOD_ASSERT(wire::lzw_pack(plain, packed));
  std::vector<std::uint8_t> again;
  GOSSIPOD_ASSERT(wire::lzw_unpack(packed, again, limit) == wire::LzwError::none);
  GOSSIPOD_ASSERT(again == plain);

  std::vector<std::uint8_t> bounded;
  GOSSIPOD_ASSERT(wire::lzw_pack(plain, bounded, packed.size()) && bounded == packed);
  bounded.clear();
  GOSSIPOD_ASSERT(!wire::lzw_pack(plain, bounded, packed.size() - 1) && bounded.empty());
  return 0;
}
