// What the datagrams of one idle node cost by themselves: one ping to a member of the crowd each
// second, one ping answered, by a thread that does nothing else, with poll, recvfrom and sendto. No
// protocol can be cheaper there than that, however it is written.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "control.h"
#include "datagram.h"
#include "figures.h"
#include "process.h"
#include "runs.h"

namespace gossipod::bench {

void run_bare(const Options& options) {
  const double window = options.number("idle", 10);
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  if (bind(socket, reinterpret_cast<const sockaddr*>(&own), size) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0) {
    give_up("failed", "no socket");
  }
  const auto here = Endpoint::from_ip("127.0.0.1", ntohs(own.sin_port));
  const auto member =
      Endpoint::from_ip("127.1.0.1", static_cast<std::uint16_t>(options.count("port", 0)));
  const sockaddr_in to = socket_address(*member);
  const auto ping = packet_of(wire::Ping{.sequence = SequenceNumber{70'000}, .source_node = "a"});
  const auto ack = packet_of(wire::Ack{.sequence = SequenceNumber{70'000}});
  Control control{static_cast<std::uint16_t>(options.count("crowd", 0))};
  control.ask("ping", *here);

  using std::chrono::milliseconds;
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(window));
  const double cpu = processor_seconds();
  std::size_t heard = 0;
  for (auto next = begin; next < end;) {
    const auto now = Clock::now();
    if (now >= next) {
      next += std::chrono::seconds{1};
      sendto(socket, ping.data(), ping.size(), 0, reinterpret_cast<const sockaddr*>(&to),
             sizeof to);
    }
    const auto wait = std::chrono::ceil<milliseconds>(next - now);
    pollfd ready{.fd = socket, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, static_cast<int>(wait.count())) <= 0) continue;
    std::array<std::uint8_t, 1500> bytes{};
    sockaddr_in from{};
    size = sizeof from;
    const ssize_t got =
        recvfrom(socket, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) continue;
    ++heard;
    if (bytes[0] != ping[0]) continue;
    sendto(socket, ack.data(), ack.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
  }
  const double used = processor_seconds() - cpu;
  close(socket);
  if (static_cast<double>(heard) < window) give_up("failed", "the crowd does not answer");
  Figures figures;
  figures.set("bare_ms", 1000 * used / window);
  figures.print();
}

}  // namespace gossipod::bench
