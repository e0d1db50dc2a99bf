// A plain packet, message by message: whatever decodes can be written again, in bytes that decode
// to the same message, no length announced leads astray, and neither what is unpacked nor how many
// messages there are goes beyond what a packet may have.
#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <gossipod/stats.h>

#include <variant>
#include <vector>

#include "base/reporter.h"
#include "fuzz/input.h"
#include "wire/codec.h"
#include "wire/walk.h"

namespace {

using namespace gossipod;

std::vector<std::uint8_t> written(const wire::Message& message, std::size_t room) {
  std::vector<std::uint8_t> out(room);
  wire::Writer writer{out};
  wire::encode(writer, message);
  GOSSIPOD_ASSERT(writer.ok());
  out.resize(writer.size());
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> packet = fuzz::Input{data, size}.bytes(size);
  std::vector<std::uint8_t> scratch;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  wire::Walk walk{packet, scratch, reporter};
  std::vector<std::uint8_t> second_scratch;
  std::uint64_t messages = 0;
  while (const auto message = walk.next()) {
    ++messages;
    GOSSIPOD_ASSERT(scratch.size() <= limits::packet_inflated_max);
    // Packed bytes may say more than the packet is long.
    const auto once = written(*message, scratch.size() + packet.size() + 256);
    wire::Walk again{once, second_scratch, reporter};
    const auto second = again.next();
    GOSSIPOD_ASSERT(second && second->index() == message->index());
    GOSSIPOD_ASSERT(written(*second, once.size()) == once);
    GOSSIPOD_ASSERT(!again.next());
  }
  GOSSIPOD_ASSERT(counters[Counter::messages_received] == 2 * messages);
  GOSSIPOD_ASSERT(messages <= limits::packet_messages_max);
  GOSSIPOD_ASSERT(scratch.size() <= limits::packet_inflated_max);
  return 0;
}
