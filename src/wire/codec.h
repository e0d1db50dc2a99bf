// The codec: each message to and from bytes. Encoding is memberlist's to the byte: maps with keys
// in ascending order, old-spec strings, shortest integers. Decoding takes what its peers have ever
// sent.
//
// Threads: none of these touch anything but their arguments. Allocation: none.
#pragma once

#include <gossipod/wire/message.h>

#include <cstddef>
#include <cstdint>
#include <optional>

#include "wire/reader.h"
#include "wire/writer.h"

namespace gossipod::wire {

// Each writes the type byte and the body. If it does not fit, writer.ok() is false and nothing
// that was written counts.
void encode(Writer& out, const Ping& message);
void encode(Writer& out, const IndirectPing& message);
void encode(Writer& out, const Ack& message);
void encode(Writer& out, const Nack& message);
void encode(Writer& out, const Suspect& message);
void encode(Writer& out, const Alive& message);
void encode(Writer& out, const Dead& message);
void encode(Writer& out, const User& message);  // the packet form: type byte, raw bytes
void encode(Writer& out, const ErrorReply& message);
void encode(Writer& out, const Message& message);

// Streams. Counts above 127 are written signed, as memberlist >= 0.5.1 does.
struct PushPullHeader {
  bool join = false;
  std::int64_t nodes = 0;
  std::int64_t user_state_length = 0;
};
struct UserHeader {
  std::int64_t length = 0;
};
void encode(Writer& out, const PushPullHeader& header);  // with its type byte
void encode(Writer& out, const Record& record);          // has no type byte
void encode(Writer& out, const UserHeader& header);      // with its type byte; raw bytes follow

// Type 9 around LZW bytes.
struct Compressed {
  std::uint8_t algorithm = 0;  // 0: LZW
  Bytes packed{};
};
void encode(Writer& out, const Compressed& message);

// How many bytes encode() will write.
[[nodiscard]] std::size_t encoded_size(const Alive& message);
[[nodiscard]] std::size_t encoded_size(const Suspect& message);
[[nodiscard]] std::size_t encoded_size(const Dead& message);
[[nodiscard]] std::size_t encoded_size(const Record& record);
[[nodiscard]] std::size_t encoded_size(const Compressed& message);

// Bodies, after the type byte. On false the message is not to be used; if reader.incomplete(), more
// bytes might have helped.
[[nodiscard]] bool decode(Reader& in, Ping& message);
[[nodiscard]] bool decode(Reader& in, IndirectPing& message);
[[nodiscard]] bool decode(Reader& in, Ack& message);
[[nodiscard]] bool decode(Reader& in, Nack& message);
[[nodiscard]] bool decode(Reader& in, Suspect& message);
[[nodiscard]] bool decode(Reader& in, Alive& message);
[[nodiscard]] bool decode(Reader& in, Dead& message);
[[nodiscard]] bool decode(Reader& in, ErrorReply& message);
[[nodiscard]] bool decode(Reader& in, PushPullHeader& header);
[[nodiscard]] bool decode(Reader& in, Record& record);
[[nodiscard]] bool decode(Reader& in, UserHeader& header);
[[nodiscard]] bool decode(Reader& in, Compressed& message);

// The records of a push-pull, one after another.
class Records {
 public:
  explicit Records(const PushPull& message)
      : in_{message.encoded_records()}, left_{message.size()} {}
  [[nodiscard]] std::optional<Record> next();

 private:
  Reader in_;
  std::size_t left_;
};

}  // namespace gossipod::wire
