#include "wire/stream_reader.h"

namespace gossipod::wire {
namespace {

bool within(std::int64_t value, std::size_t limit) {
  return value >= 0 && static_cast<std::uint64_t>(value) <= limit;
}

}  // namespace

StreamReader::Status StreamReader::read(Bytes buffer) {
  while (status_ == Status::more) {
    const Status stage = read_stage(buffer);
    if (stage == Status::more) return Status::more;
    if (stage != Status::message || done_) status_ = stage;
  }
  return status_;
}

StreamReader::Status StreamReader::read_stage(Bytes buffer) {
  switch (stage_) {
    case Stage::type:
      return read_type(buffer);
    case Stage::body:
      switch (type_) {
        case Type::ping:
          return read_body<Ping>(buffer);
        case Type::ack:
          return read_body<Ack>(buffer);
        case Type::error:
          return read_body<ErrorReply>(buffer);
        default:
          return read_header(buffer);
      }
    case Stage::records:
      return read_records(buffer);
    case Stage::tail:
      return read_tail(buffer);
  }
  return Status::malformed;
}

StreamReader::Status StreamReader::read_type(Bytes buffer) {
  if (buffer.empty()) return Status::more;
  type_ = static_cast<Type>(buffer[0]);
  switch (type_) {
    case Type::ping:
    case Type::ack:
    case Type::push_pull:
    case Type::user:
    case Type::error:
      at_ = 1;
      stage_ = Stage::body;
      return Status::message;
    default:
      return Status::type;
  }
}

template <class M>
StreamReader::Status StreamReader::read_body(Bytes buffer) {
  const Status status = read_value(buffer, message_.emplace<M>());
  done_ = status == Status::message;
  return status;
}

StreamReader::Status StreamReader::read_header(Bytes buffer) {
  if (type_ == Type::user) {
    UserHeader header;
    const Status status = read_value(buffer, header);
    if (status != Status::message) return status;
    if (!within(header.length, limits::user_message_max)) return Status::limit;
    tail_size_ = static_cast<std::size_t>(header.length);
    stage_ = Stage::tail;
    return Status::message;
  }
  const Status status = read_value(buffer, push_pull_);
  if (status != Status::message) return status;
  if (!within(push_pull_.nodes, limits::records_max) ||
      !within(push_pull_.user_state_length, limits::user_state_max)) {
    return Status::limit;
  }
  records_at_ = at_;
  records_left_ = static_cast<std::size_t>(push_pull_.nodes);
  tail_size_ = static_cast<std::size_t>(push_pull_.user_state_length);
  stage_ = Stage::records;
  return Status::message;
}

StreamReader::Status StreamReader::read_records(Bytes buffer) {
  for (; records_left_ > 0; --records_left_) {
    Record record;  // only to see that it decodes; Records decodes it again
    const Status status = read_value(buffer, record);
    if (status != Status::message) return status;
  }
  stage_ = Stage::tail;
  return Status::message;
}

StreamReader::Status StreamReader::read_tail(Bytes buffer) {
  if (buffer.size() - at_ < tail_size_) return Status::more;
  const Bytes tail = buffer.subspan(at_, tail_size_);
  if (type_ == Type::user) {
    message_ = User{tail};
  } else {
    message_ = PushPull{push_pull_.join, static_cast<std::size_t>(push_pull_.nodes),
                        buffer.subspan(records_at_, at_ - records_at_), tail};
  }
  at_ += tail_size_;
  done_ = true;
  return Status::message;
}

// A value that is there is decoded at once. One that is not is scanned as it arrives, so that none
// of its bytes is looked at more than three times, and decoded when it is whole.
template <class T>
StreamReader::Status StreamReader::read_value(Bytes buffer, T& value) {
  const Bytes rest = buffer.subspan(at_);
  if (!scanner_.started()) {
    Reader in{rest};
    if (decode(in, value)) {
      at_ += in.consumed();
      return Status::message;
    }
  }
  switch (scanner_.scan(rest)) {
    case ValueScanner::Status::more:
      return Status::more;
    case ValueScanner::Status::malformed:
      return Status::malformed;
    case ValueScanner::Status::whole:
      break;
  }
  scanner_.restart();
  Reader in{rest};
  if (!decode(in, value)) return Status::malformed;
  at_ += in.consumed();
  return Status::message;
}

}  // namespace gossipod::wire
