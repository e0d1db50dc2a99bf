// In the steady state nothing is allocated, not even by OpenSSL, keys on or off. Everything this
// program allocates is counted.
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdlib>

#include "envelope/envelope.h"
#include "support/heap_calls.h"
#include "unit/envelope/support.h"

namespace {

std::uint64_t openssl_calls = 0;

void* count_malloc(std::size_t size, const char*, int) {
  ++openssl_calls;
  return std::malloc(size);
}
void* count_realloc(void* old, std::size_t size, const char*, int) {
  ++openssl_calls;
  return std::realloc(old, size);
}
void just_free(void* memory, const char*, int) { std::free(memory); }

// Before OpenSSL allocates for the first time, or it refuses.
const bool counting = CRYPTO_set_mem_functions(count_malloc, count_realloc, just_free) == 1;

std::uint64_t allocations() { return openssl_calls + gossipod::test::heap_calls(); }

}  // namespace

namespace gossipod::envelope {
namespace {

TEST(Allocation, NoneForAPacket) {
  ASSERT_TRUE(counting);
  const std::size_t before = allocations();
  OPENSSL_free(OPENSSL_malloc(1));
  ASSERT_EQ(allocations(), before + 1);
  struct Row {
    Keyring keys;
    bool verify_incoming;
  };
  Row rows[] = {{{}, true},
                {ring({key_a}), true},
                {ring({key_c, key_a}), true},  // the second one opens what comes
                {ring({key_c, key_a}), false}};
  for (Row& row : rows) {
    Envelope sender{{.label = "blah"}, row.keys.empty() ? Keyring{} : ring({key_a})};
    Envelope receiver{{.label = "blah", .verify_incoming = row.verify_incoming},
                      std::move(row.keys)};
    Counters counters;
    Reporter reporter{nullptr, &counters};
    Octets frame(1400), scratch;
    std::size_t after_the_first = 0;
    for (int i = 0; i < 10; ++i) {
      const std::size_t size = sender.room(frame).size();
      std::ranges::fill(sender.room(frame), std::uint8_t{0x55});
      const Bytes packet = sender.wrap(frame, size, true, nonce);
      const auto at = static_cast<std::size_t>(packet.data() - frame.data());
      const auto plain =
          receiver.unwrap(MutableBytes{frame}.subspan(at, packet.size()), scratch, reporter);
      ASSERT_TRUE(plain && plain->size() == size);
      // A forgery costs no more.
      ASSERT_FALSE(receiver.unwrap(MutableBytes{frame}.first(50), scratch, reporter) &&
                   receiver.must_be_sealed());
      if (i == 0) after_the_first = allocations();  // scratch has grown
    }
    EXPECT_EQ(allocations(), after_the_first);
  }
}

}  // namespace
}  // namespace gossipod::envelope
