#include "crowd.h"

#include <gossipod/limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/reporter.h"
#include "datagram.h"
#include "figures.h"
#include "wire/codec.h"
#include "wire/lzw.h"
#include "wire/walk.h"

namespace gossipod::bench {
namespace {

using namespace std::chrono_literals;

constexpr int patience_ms = 200;  // between two looks at whether to stop

// 127.1.0.1, 127.1.0.2, ...: 200 in each last byte.
std::uint32_t ip_of(std::size_t member) {
  const auto number = static_cast<std::uint32_t>(member);
  return 0x7f010000u + ((number / 200) << 8) + number % 200 + 1;
}

std::string name_of_member(std::size_t member) { return "crowd-" + std::to_string(member); }

int bound(int type, std::uint16_t port) {
  const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  const sockaddr_in address = socket_address(INADDR_ANY, port);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
  close(socket);
  return -1;
}

std::uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

bool readable(int socket, int longest_ms) {
  pollfd wait{socket, POLLIN, 0};
  return poll(&wait, 1, longest_ms) > 0;
}

std::vector<std::uint8_t> state_of(std::size_t members, std::uint16_t port) {
  constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};
  std::vector<std::uint8_t> plain(100 + members * 150);
  wire::Writer writer{plain};
  encode(writer, wire::PushPullHeader{.nodes = static_cast<std::int64_t>(members)});
  for (std::size_t i = 0; i < members; ++i) {
    const std::string name = name_of_member(i);
    const std::uint32_t ip = htonl(ip_of(i));
    std::array<std::uint8_t, 4> address{};
    std::memcpy(address.data(), &ip, sizeof ip);
    encode(writer, wire::Record{.name = name,
                                .address = address,
                                .port = port,
                                .incarnation = Incarnation{1},
                                .versions = versions});
  }
  std::vector<std::uint8_t> packed;
  if (!writer.ok() || !wire::lzw_pack(Bytes{plain}.first(writer.size()), packed)) {
    give_up("failed", "the crowd's state does not fit");
  }
  const wire::Compressed message{.packed = packed};
  std::vector<std::uint8_t> out(encoded_size(message));
  wire::Writer outer{out};
  encode(outer, message);
  return out;
}

// Sends a packet to `to`, from `from` if that is not nullptr.
void send_from(int socket, Bytes packet, const sockaddr_in& to, const in_addr* from) {
  iovec part{const_cast<std::uint8_t*>(packet.data()), packet.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in_pktinfo))> control{};
  msghdr message{};
  message.msg_name = const_cast<sockaddr_in*>(&to);
  message.msg_namelen = sizeof to;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = IPPROTO_IP;
  header->cmsg_type = IP_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  if (from != nullptr) info.ipi_spec_dst = *from;
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
  sendmsg(socket, &message, 0);
}

struct Received {
  Bytes packet;  // without a checksum in front
  sockaddr_in from{};
  in_addr at{};
};

std::optional<Received> receive(int socket, MutableBytes buffer) {
  Received received;
  iovec part{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<char, 256> control{};
  msghdr message{};
  message.msg_name = &received.from;
  message.msg_namelen = sizeof received.from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(socket, &message, MSG_DONTWAIT);
  if (size <= 0) return std::nullopt;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    in_pktinfo info{};
    if (header->cmsg_type != IP_PKTINFO) continue;
    std::memcpy(&info, CMSG_DATA(header), sizeof info);
    received.at = info.ipi_addr;
  }
  received.packet = Bytes{buffer}.first(static_cast<std::size_t>(size));
  const bool checked = received.packet.front() == static_cast<std::uint8_t>(wire::Type::crc);
  if (checked && received.packet.size() > limits::crc_bytes) {
    received.packet = received.packet.subspan(limits::crc_bytes);
  }
  return received;
}

// Reads until the peer's push-pull is whole, if it is compressed, as by everybody's default; else
// its beginning: the rest of what is plain comes with read_rest().
bool read_state(int stream) {
  std::vector<std::uint8_t> all;
  std::vector<std::uint8_t> piece(1 << 18);
  for (;;) {
    if (!readable(stream, 10'000)) return false;
    const ssize_t size = recv(stream, piece.data(), piece.size(), 0);
    if (size <= 0) return false;
    all.insert(all.end(), piece.begin(), piece.begin() + size);
    wire::Reader reader{Bytes{all}.subspan(1)};
    wire::Compressed message;
    if (all.front() == static_cast<std::uint8_t>(wire::Type::compressed) &&
        decode(reader, message)) {
      return true;
    }
    // A joiner's state is too short to be worth compressing; that of one who knows us all is sooner
    // copied, on one machine.
    if (all.front() == static_cast<std::uint8_t>(wire::Type::push_pull)) return true;
  }
}

// To close with something unread would reset the connection.
void read_rest(int stream) {
  shutdown(stream, SHUT_WR);
  std::vector<std::uint8_t> piece(1 << 18);
  while (readable(stream, 10'000) && recv(stream, piece.data(), piece.size(), 0) > 0) {
  }
}

bool write_all(int stream, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t size = send(stream, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

Crowd::Crowd(std::size_t members, std::uint16_t port) : members_{members} {
  for (int attempt = 0; attempt < 20 && listener_ < 0; ++attempt) {
    close(datagrams_);
    datagrams_ = bound(SOCK_DGRAM, port);
    if (datagrams_ >= 0) listener_ = bound(SOCK_STREAM, port_of(datagrams_));
  }
  if (listener_ < 0 || listen(listener_, 128) != 0) give_up("failed", "the crowd cannot bind");
  port_ = port_of(datagrams_);
  state_ = state_of(members, port_);
  threads_.emplace_back([this] { answer_datagrams(); });
  threads_.emplace_back([this] { answer_streams(); });
}

Crowd::~Crowd() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  close(datagrams_);
  close(listener_);
}

void Crowd::answer_datagrams() {
  std::vector<std::uint8_t> buffer(limits::datagram_bytes_max);
  std::vector<std::uint8_t> scratch;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  while (!stopping_) {
    if (!readable(datagrams_, patience_ms)) continue;
    while (const auto received = receive(datagrams_, buffer)) {
      wire::Walk walk{received->packet, scratch, reporter};
      while (const auto message = walk.next()) {
        const auto* ping = std::get_if<wire::Ping>(&*message);
        if (ping == nullptr) continue;
        const auto ack = packet_of(wire::Ack{.sequence = ping->sequence});
        send_from(datagrams_, ack, received->from, &received->at);
      }
    }
  }
}

void Crowd::answer_streams() {
  while (!stopping_) {
    if (!readable(listener_, patience_ms)) continue;
    const int stream = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (stream < 0) continue;
    if (read_state(stream) && write_all(stream, state_)) read_rest(stream);
    close(stream);
  }
}

bool Crowd::drain(const Endpoint& node) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in to = socket_address(node);
  std::vector<std::uint8_t> buffer(limits::datagram_bytes_max);
  std::vector<std::uint8_t> scratch;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  int silent = 0;  // answers without gossip, one after another
  for (std::uint32_t sequence = 1; silent < 50 && sequence < 1'000'000; ++sequence) {
    send_from(socket, packet_of(wire::Ping{.sequence = SequenceNumber{sequence}}), to, nullptr);
    if (!readable(socket, 1000)) continue;
    while (const auto received = receive(socket, buffer)) {
      wire::Walk walk{received->packet, scratch, reporter};
      std::size_t messages = 0;
      while (walk.next()) ++messages;
      silent = messages == 1 ? silent + 1 : 0;
    }
  }
  close(socket);
  return silent >= 50;
}

void Crowd::ping(const Endpoint& node, std::uint32_t sequence) {
  const std::size_t member = sequence % members_;
  const std::string name = name_of_member(member);
  const in_addr from{htonl(ip_of(member))};
  std::array<std::uint8_t, 4> address{};
  std::memcpy(address.data(), &from, sizeof from);
  const auto packet = packet_of(wire::Ping{.sequence = SequenceNumber{sequence},
                                           .source_address = address,
                                           .source_port = port_,
                                           .source_node = name});
  send_from(datagrams_, packet, socket_address(node), &from);
}

void Crowd::ping_every_second(const Endpoint& node) {
  threads_.emplace_back([this, node] {
    for (std::uint32_t sequence = 1; !stopping_; ++sequence) {
      ping(node, sequence);
      std::this_thread::sleep_for(1s);
    }
  });
}

bool Crowd::exchange(const Endpoint& node) {
  const int stream = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in to = socket_address(node);
  const bool done = connect(stream, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
                    write_all(stream, state_) && read_state(stream);
  if (done) read_rest(stream);
  close(stream);
  return done;
}

}  // namespace gossipod::bench
