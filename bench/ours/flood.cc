#include "flood.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "datagram.h"
#include "process.h"
#include "wire/codec.h"

namespace gossipod::bench {
namespace {

constexpr std::size_t pings_under_way = 4;  // to each node; their answers fit the socket's buffer
constexpr std::size_t at_once = 64;
constexpr std::size_t answer_bytes_max = 1500;
constexpr int lost_ms = 200;

// One ping, sent in batches; answers are not looked at but for where they come from.
class Volley {
 public:
  Volley() : socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
    const int bytes = 1 << 22;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    for (std::size_t i = 0; i < at_once; ++i) {
      ins_[i] = {answers_[i].data(), answers_[i].size()};
      outs_[i] = {ping_.data(), ping_.size()};
      answered_[i].msg_hdr.msg_iov = &ins_[i];
      pings_[i].msg_hdr.msg_iov = &outs_[i];
      for (msghdr* header : {&answered_[i].msg_hdr, &pings_[i].msg_hdr}) {
        header->msg_iovlen = 1;
        header->msg_name = &names_[i];
        header->msg_namelen = sizeof names_[i];
      }
    }
  }
  ~Volley() { close(socket_); }
  Volley(const Volley&) = delete;
  Volley& operator=(const Volley&) = delete;

  void ping(const sockaddr_in& node) {
    names_[0] = node;
    sendmmsg(socket_, pings_.data(), 1, 0);
  }
  [[nodiscard]] bool wait() const {
    pollfd wait{socket_, POLLIN, 0};
    return poll(&wait, 1, lost_ms) > 0;
  }
  // Takes what was answered and sends as many more; how many that were.
  std::size_t answer() {
    const int got = recvmmsg(socket_, answered_.data(), at_once, 0, nullptr);
    if (got <= 0) return 0;
    sendmmsg(socket_, pings_.data(), static_cast<unsigned>(got), 0);
    return static_cast<std::size_t>(got);
  }

 private:
  int socket_;
  std::vector<std::uint8_t> ping_ = packet_of(wire::Ping{.sequence = SequenceNumber{1}});
  std::array<std::array<char, answer_bytes_max>, at_once> answers_{};
  std::array<sockaddr_in, at_once> names_{};
  std::array<iovec, at_once> ins_{};
  std::array<iovec, at_once> outs_{};
  std::array<mmsghdr, at_once> answered_{};
  std::array<mmsghdr, at_once> pings_{};
};

}  // namespace

void Flood::aim(const Endpoint& node) { nodes_.push_back(socket_address(node)); }

bool Flood::run(Duration window) {
  Volley volley;
  std::size_t answered = 0;
  bool silent = true;  // all pings are lost, or there were none yet
  for (const auto until = Clock::now() + window; Clock::now() < until;) {
    for (std::size_t i = 0; silent && i < pings_under_way * nodes_.size(); ++i) {
      volley.ping(nodes_[i % nodes_.size()]);
    }
    silent = !volley.wait();
    if (!silent) answered += volley.answer();
  }
  return answered > 0;
}

}  // namespace gossipod::bench
