// The plaintext of a stream: however it is cut into pieces, the outcome is the same.
#include <gossipod/assert.h>

#include <algorithm>
#include <vector>

#include "fuzz/input.h"
#include "wire/stream_reader.h"

namespace {

using namespace gossipod;
using Status = wire::StreamReader::Status;

struct Outcome {
  Status status = Status::more;
  std::size_t consumed = 0;
  std::size_t kind = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(Bytes all, std::size_t step) {
  wire::StreamReader reader;
  Outcome outcome;
  for (std::size_t shown = 0; outcome.status == Status::more; shown += step) {
    const Bytes buffer = all.first(std::min(shown, all.size()));
    outcome.status = reader.read(buffer);
    GOSSIPOD_ASSERT(reader.consumed() <= buffer.size());
    if (shown >= all.size()) break;
  }
  if (outcome.status != Status::message) return outcome;
  outcome.consumed = reader.consumed();
  outcome.kind = reader.message().index();
  if (const auto* push_pull = std::get_if<wire::PushPull>(&reader.message())) {
    wire::Records records{*push_pull};
    std::size_t count = 0;
    while (records.next()) ++count;
    GOSSIPOD_ASSERT(count == push_pull->size());
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> all = fuzz::Input{data, size}.bytes(size);
  const Outcome whole = read(all, std::max<std::size_t>(all.size(), 1));
  GOSSIPOD_ASSERT(read(all, 1 + all.size() / 7) == whole);
  if (all.size() <= 512) GOSSIPOD_ASSERT(read(all, 1) == whole);
  return 0;
}
