// DnsServer: a small DNS server on loopback, datagrams and streams, that says what the test wants;
// also nothing, or nonsense. Names it does not know do not exist.
//
// Threads: one of its own; the functions may be called from any.
#pragma once

#include <gossipod/bytes.h>
#include <gossipod/endpoint.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gossipod::test {

class DnsServer {
 public:
  enum class Manner : std::uint8_t { answer, silence, no_v6, garbage, cut_short };

  DnsServer() {
    sockaddr_in where{};
    // A port that is free for datagrams may be somebody's for streams.
    bool both = false;
    for (int tries = 0; tries < 100 && !both; ++tries) both = bind_both(where);
    EXPECT_TRUE(both);
    EXPECT_EQ(::listen(listener_, 8), 0);
    address_ = "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
    thread_ = std::thread{[this] { serve(); }};
  }
  ~DnsServer() {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(end_, &one, sizeof one), static_cast<ssize_t>(sizeof one));
    thread_.join();
    for (const int descriptor : {datagrams_, listener_, end_}) ::close(descriptor);
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  // From now on `name` has these addresses.
  void set(const std::string& name, std::vector<std::string> ips, Manner manner = Manner::answer) {
    const std::lock_guard lock{mutex_};
    names_[name] = {std::move(ips), manner};
  }
  // How often anything was asked about `name`.
  [[nodiscard]] std::size_t asked(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = asked_.find(name);
    return found == asked_.end() ? 0 : found->second;
  }

 private:
  using Packet = std::vector<std::uint8_t>;
  struct Name {
    std::vector<std::string> ips;
    Manner manner = Manner::answer;
  };
  static constexpr std::uint16_t type_a = 1, type_aaaa = 28;
  static constexpr std::size_t header_bytes = 12, datagram_bytes_max = 512,
                               stream_bytes_max = 65'535;

  bool bind_both(sockaddr_in& where) {
    where = loopback(0);
    socklen_t size = sizeof where;
    EXPECT_EQ(::bind(datagrams_, reinterpret_cast<sockaddr*>(&where), size), 0);
    EXPECT_EQ(::getsockname(datagrams_, reinterpret_cast<sockaddr*>(&where), &size), 0);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) == 0) return true;
    ::close(datagrams_);
    datagrams_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return false;
  }
  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return where;
  }

  void serve() {
    while (true) {
      std::array<pollfd, 3> waits{
          {{end_, POLLIN, 0}, {datagrams_, POLLIN, 0}, {listener_, POLLIN, 0}}};
      ::poll(waits.data(), waits.size(), -1);
      if (waits[0].revents != 0) return;
      if (waits[1].revents != 0) serve_datagram();
      if (waits[2].revents != 0) serve_stream();
    }
  }

  void serve_datagram() {
    std::array<std::uint8_t, datagram_bytes_max> bytes{};
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    auto* who = reinterpret_cast<sockaddr*>(&from);
    const ssize_t length = ::recvfrom(datagrams_, bytes.data(), bytes.size(), 0, who, &size);
    if (length <= 0) return;
    const auto reply = answer({bytes.begin(), bytes.begin() + length}, datagram_bytes_max);
    if (!reply) return;
    ::sendto(datagrams_, reply->data(), reply->size(), 0, who, size);
  }

  // One question, and until the asker is done; it is the test's own, so it does not linger.
  void serve_stream() {
    const int stream = ::accept(listener_, nullptr, nullptr);
    while (true) {
      std::array<std::uint8_t, 2> length{};
      if (::recv(stream, length.data(), 2, MSG_WAITALL) != 2) break;
      Packet query(static_cast<std::size_t>(length[0] << 8 | length[1]));
      const auto got = ::recv(stream, query.data(), query.size(), MSG_WAITALL);
      if (got != static_cast<ssize_t>(query.size())) break;
      const auto reply = answer(query, stream_bytes_max);
      if (!reply) break;
      Packet framed;
      put16(framed, static_cast<std::uint16_t>(reply->size()));
      framed.insert(framed.end(), reply->begin(), reply->end());
      ::send(stream, framed.data(), framed.size(), MSG_NOSIGNAL);
    }
    ::close(stream);
  }

  static void put16(Packet& out, std::uint16_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  }

  std::optional<Packet> answer(const Packet& query, std::size_t longest) {
    std::string name;
    std::size_t at = header_bytes;
    while (at < query.size() && query[at] != 0) {
      if (!name.empty()) name += '.';
      name.append(reinterpret_cast<const char*>(&query[at + 1]), query[at]);
      at += 1u + query[at];
    }
    const auto type = static_cast<std::uint16_t>(query[at + 1] << 8 | query[at + 2]);
    at += 5;  // the empty label, type and class

    const std::lock_guard lock{mutex_};
    ++asked_[name];
    const auto found = names_.find(name);
    const Name known = found == names_.end() ? Name{} : found->second;
    if (known.manner == Manner::silence) return std::nullopt;
    if (known.manner == Manner::no_v6 && type == type_aaaa) return std::nullopt;
    // The header and the question as they came; then the answers.
    Packet reply{query.begin(), query.begin() + static_cast<std::ptrdiff_t>(at)};
    reply[2] = 0x81;
    reply[3] = found == names_.end() ? 0x83 : 0x80;  // no such name; no error
    std::fill(reply.begin() + 6, reply.begin() + header_bytes, std::uint8_t{0});
    std::uint16_t answers = 0;
    for (const std::string& ip : known.ips) {
      const auto endpoint = Endpoint::from_ip(ip, 0);
      if ((type == type_a) != endpoint->is_v4()) continue;
      put16(reply, 0xc00c);  // the name that was asked for
      put16(reply, type);
      for (const std::uint16_t word : std::array<std::uint16_t, 3>{1, 0, 60})
        put16(reply, word);  // class, time to live
      const Bytes address = endpoint->address();
      put16(reply, static_cast<std::uint16_t>(address.size()));
      reply.insert(reply.end(), address.begin(), address.end());
      ++answers;
    }
    if (reply.size() > longest) {
      reply.resize(at);
      reply[2] |= 0x02;  // ask by stream
      answers = 0;
    }
    reply[6] = static_cast<std::uint8_t>(answers >> 8);
    reply[7] = static_cast<std::uint8_t>(answers);
    if (known.manner == Manner::cut_short) reply.resize(reply.size() - 3);
    if (known.manner == Manner::garbage) {
      for (std::size_t i = header_bytes; i < reply.size(); ++i) reply[i] = 0xff;
    }
    return reply;
  }

  int datagrams_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int end_ = ::eventfd(0, EFD_CLOEXEC);
  std::string address_;
  mutable std::mutex mutex_;
  std::map<std::string, Name> names_;
  std::map<std::string, std::size_t> asked_;
  std::thread thread_;
};

}  // namespace gossipod::test
