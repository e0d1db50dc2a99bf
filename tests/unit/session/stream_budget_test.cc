// A stream whose layers come off while there is not room for both forms of it.
#include <gtest/gtest.h>

#include "envelope/envelope.h"
#include "session/stream_input.h"
#include "unit/session/fake_machine.h"
#include "wire/lzw.h"

namespace gossipod::session {
namespace {

// What becomes of an accepted stream of these bytes, if all streams may hold so many together.
Counter outcome(const Config& config, Bytes bytes, std::size_t budget_bytes) {
  envelope::Envelope envelope{envelope::settings_from(config, false), keyring_from(config)};
  Budget budget{budget_bytes};
  StreamInput input{true, envelope, budget};
  const auto status = input.feed(bytes, true);
  EXPECT_NE(status, StreamInput::Status::more);
  const Counter why = status == StreamInput::Status::failed ? input.fault().reason : Counter{};
  input.release();
  EXPECT_EQ(budget.used(), 0u);
  return why;
}

// With any smaller budget it is dropped for that, and with this one it arrives.
std::size_t least(const Config& config, Bytes bytes) {
  for (std::size_t budget = 1; budget < 1 << 16; ++budget) {
    const Counter why = outcome(config, bytes, budget);
    if (why == Counter{}) return budget;
    EXPECT_EQ(why, Counter::stream_drop_bytes) << budget;
  }
  ADD_FAILURE() << "it never arrived";
  return 0;
}

TEST(StreamBudget, EveryLayerIsChargedFor) {
  const Octets message = user(std::string(3000, 'x'));
  Octets packed;
  ASSERT_TRUE(wire::lzw_pack(message, packed));
  const Octets compressed = encoded(wire::Compressed{.algorithm = 0, .packed = packed});
  const Config plain = plain_config();
  Config keyed = plain_config();
  keyed.keys = {key_a};
  envelope::Envelope envelope{envelope::settings_from(keyed, false), keyring_from(keyed)};
  const auto sealed = envelope.wrap_stream(message, true, {1, 2, 3});
  const auto both = envelope.wrap_stream(compressed, true, {1, 2, 3});

  EXPECT_GE(least(plain, message), message.size());
  EXPECT_GE(least(plain, compressed), message.size());
  EXPECT_GE(least(keyed, sealed), sealed.size() + message.size());
  EXPECT_GE(least(keyed, both), message.size());
}

}  // namespace
}  // namespace gossipod::session
