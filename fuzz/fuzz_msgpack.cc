// One message body of any kind: whatever decodes is encoded again into the same message; it is
// known where it ends; and cut short it is incomplete, never something else.
#include <gossipod/assert.h>
#include <gossipod/limits.h>

#include <array>
#include <type_traits>
#include <vector>

#include "fuzz/input.h"
#include "wire/codec.h"
#include "wire/value_scanner.h"

namespace {

using namespace gossipod;
using namespace gossipod::wire;

// Records have no type byte, all others do.
template <class M>
constexpr std::size_t head = std::is_same_v<M, Record> ? 0 : 1;

template <class M>
std::vector<std::uint8_t> written(const M& message, std::size_t room) {
  std::vector<std::uint8_t> out(room);
  Writer writer{out};
  encode(writer, message);
  GOSSIPOD_ASSERT(writer.ok());
  out.resize(writer.size());
  return out;
}

template <class M>
void check(Bytes body) {
  M message;
  Reader in{body};
  const bool good = decode(in, message);
  ValueScanner scanner{limits::msgpack_depth_max + 1};
  const auto status = scanner.scan(body);
  if (!good) {
    // More bytes can only help where the value is not whole.
    GOSSIPOD_ASSERT(!in.incomplete() || status == ValueScanner::Status::more);
    return;
  }
  GOSSIPOD_ASSERT(status == ValueScanner::Status::whole && scanner.size() == in.consumed());

  const std::vector<std::uint8_t> cut{body.begin(),
                                      body.begin() + static_cast<std::ptrdiff_t>(in.consumed())};
  for (std::size_t size = 0; size < cut.size(); size += 1 + cut.size() / 16) {
    Reader shorter{Bytes{cut}.first(size)};
    M other;
    GOSSIPOD_ASSERT(!decode(shorter, other) && shorter.incomplete());
  }

  // The longest that the keys of a message take by themselves is well below this.
  const auto once = written(message, body.size() + 256);
  Reader again{Bytes{once}.subspan(head<M>)};
  M second;
  GOSSIPOD_ASSERT(decode(again, second) && again.consumed() + head<M> == once.size());
  GOSSIPOD_ASSERT(written(second, once.size()) == once);
}

constexpr std::array checks{check<Ping>,   check<IndirectPing>, check<Ack>,
                            check<Nack>,   check<Suspect>,      check<Alive>,
                            check<Dead>,   check<ErrorReply>,   check<PushPullHeader>,
                            check<Record>, check<UserHeader>,   check<Compressed>};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const std::uint8_t kind = input.byte();
  checks[kind % checks.size()](input.bytes(size));
  return 0;
}
