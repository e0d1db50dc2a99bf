// StreamReader takes the plaintext of a stream in whatever pieces it comes and says when a message
// is whole. It reads no further than the message needs, allocates nothing by an announced length,
// and refuses what announces more than the limits allow.
//
// The caller owns the buffer: it appends what arrives and shows all of it again, so that the
// message is a view into it.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/wire/message.h>

#include <cstddef>
#include <cstdint>

#include "wire/codec.h"

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
  [[nodiscard]] Status read(Bytes buffer);
  [[nodiscard]] const StreamMessage& message() const { return message_; }
  [[nodiscard]] std::size_t consumed() const { return at_; }  // bytes of the whole message

 private:
  Status read_push_pull(Bytes buffer);
  Status read_user(Bytes buffer);

  enum class Stage : std::uint8_t { type, header, records, tail };
  Stage stage_ = Stage::type;
  Type type_ = Type::ping;
  std::size_t at_ = 0;  // what was understood already
  std::size_t records_at_ = 0;
  std::size_t records_left_ = 0;
  PushPullHeader push_pull_;
  UserHeader user_;
  StreamMessage message_;
};

}  // namespace gossipod::wire
