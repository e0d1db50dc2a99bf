// StreamInput takes off what is wrapped around the one message a stream carries, in whatever pieces
// its bytes come:
//
//   accepted   f4 n label, then as dialed
//   dialed     0a length sealed( inner ), or inner as it is
//   inner      09 map( LZW of a message ), or the message
//
// One layer of encryption and one of compression, no more. What follows the message is ignored.
//
// Memory: one buffer; it grows with what has arrived, never by what is announced, and is charged to
// the node's budget. The message is a view into it, good until release().
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/limits.h>
#include <gossipod/stats.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "envelope/envelope.h"
#include "session/budget.h"
#include "wire/stream_reader.h"
#include "wire/value_scanner.h"

namespace gossipod::session {

// Why a stream is given up. `answer`: what an accepted one is told before it is closed; empty:
// nothing. A text says no more than the peer could find out anyway.
struct StreamFault {
  Counter reason{};
  std::string_view what;
  bool answer = false;
};

class StreamInput {
 public:
  enum class Status : std::uint8_t { more, message, failed };

  // Who dialed sends no label on what it answers, and other messages.
  StreamInput(bool accepted, envelope::Envelope& envelope, Budget& budget)
      : envelope_{envelope},
        charge_{budget},
        stage_{accepted ? Stage::label : Stage::frame},
        accepted_{accepted} {}

  // More bytes came, or with `last` none will. Not to be called after message or failed.
  [[nodiscard]] Status feed(Bytes bytes, bool last);

  [[nodiscard]] bool empty() const { return !received_; }  // nothing came at all
  [[nodiscard]] const wire::StreamMessage& message() const { return reader_.message(); }
  [[nodiscard]] const StreamFault& fault() const { return fault_; }
  void release();  // the message is done with

 private:
  enum class Stage : std::uint8_t { label, frame, sealed, inner, packed, message, done };

  [[nodiscard]] std::size_t bytes_max() const;
  bool append(Bytes bytes);
  Status advance();  // as far as the buffer allows
  // Each does one stage; true goes on with the next one.
  bool take_label();
  bool take_frame_head();
  bool open_frame();
  bool look_inside();
  bool unpack();
  bool read_message();

  bool wait();  // for more bytes; without them the stream was cut
  bool fail(Counter reason, std::string_view what, bool answer = false);
  // The layer is off: `plain` is all there is, and all that will come.
  bool replace(LargeBytes&& plain);

  envelope::Envelope& envelope_;
  Charge charge_;
  LargeBytes buffer_;
  std::size_t announced_ = 0;  // head and frame, once known
  wire::StreamReader reader_;
  wire::ValueScanner scanner_{limits::msgpack_depth_max + 1, limits::msgpack_items_max};
  StreamFault fault_;
  Stage stage_;
  Status status_ = Status::more;
  bool accepted_;
  bool received_ = false;
  bool whole_ = false;     // nothing more can come
  bool unpacked_ = false;  // compression was taken off
};

}  // namespace gossipod::session
