// StreamReader takes the plaintext of a stream in whatever pieces it comes and says when a message
// is whole. It reads no further than the message needs, allocates nothing by an announced length,
// and refuses what announces more than the limits allow.
//
// The caller owns the buffer: it appends what arrives and shows all of it again, so that the
// message is a view into it.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/limits.h>
#include <gossipod/wire/message.h>

#include <cstddef>
#include <cstdint>

#include "wire/codec.h"
#include "wire/value_scanner.h"

namespace gossipod::wire {

class StreamReader {
 public:
  enum class Status : std::uint8_t {
    more,       // not whole yet
    message,    // message() is good as long as the buffer is
    malformed,  // does not decode
    limit,      // announces more records, user state or bytes than allowed
    type,       // a type that streams do not carry
  };

  // `buffer`: everything of the message so far, type byte first. Cheap if only a little was added.
  // What it says depends on the bytes alone, not on the pieces they came in. Anything but `more` is
  // its last word.
  [[nodiscard]] Status read(Bytes buffer);
  [[nodiscard]] const StreamMessage& message() const { return message_; }
  [[nodiscard]] std::size_t consumed() const { return at_; }  // bytes of the whole message

 private:
  enum class Stage : std::uint8_t { type, body, records, tail };

  // Each reads one stage: `message` if that stage is done, and with it the message or not.
  Status read_stage(Bytes buffer);
  Status read_type(Bytes buffer);
  Status read_header(Bytes buffer);
  Status read_records(Bytes buffer);
  Status read_tail(Bytes buffer);
  template <class M>
  Status read_body(Bytes buffer);
  template <class T>
  Status read_value(Bytes buffer, T& value);

  bool done_ = false;
  Status status_ = Status::more;
  Stage stage_ = Stage::type;
  Type type_ = Type::ping;
  std::size_t at_ = 0;  // what was understood already
  std::size_t records_at_ = 0;
  std::size_t records_left_ = 0;
  std::size_t tail_size_ = 0;
  PushPullHeader push_pull_;
  ValueScanner scanner_{limits::msgpack_depth_max + 1};  // in a value that is not whole yet
  StreamMessage message_;
};

}  // namespace gossipod::wire
