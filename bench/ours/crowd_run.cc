// The crowd as a process: says its ports, then obeys one connection after another, a line at a
// time, each answered with one: "drain HOST:PORT", "ping HOST:PORT", "exchange HOST:PORT"; "aim
// HOST:PORT" for each node to be flooded, then "flood HOST:PORT" with the last. Ends with its
// input.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "crowd.h"
#include "figures.h"
#include "flood.h"
#include "runs.h"

namespace gossipod::bench {
namespace {

bool obey(Crowd& crowd, Flood& flood, Duration window, std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == line.npos) return false;
  const auto address = parse_host_port(line.substr(space + 1));
  if (!address) return false;
  const auto node = Endpoint::from_ip(address->host, address->port.value_or(0));
  if (!node) return false;
  const std::string_view command = line.substr(0, space);
  if (command == "drain") return crowd.drain(*node);
  if (command == "exchange") return crowd.exchange(*node);
  if (command == "aim" || command == "flood") {
    flood.aim(*node);
    return command == "aim" || flood.run(window);
  }
  if (command != "ping") return false;
  crowd.ping_every_second(*node);
  return true;
}

void serve(Crowd& crowd, Duration window, int connection) {
  Flood flood;
  std::string line;
  char letter = 0;
  while (recv(connection, &letter, 1, 0) == 1) {
    if (letter != '\n') {
      line += letter;
      continue;
    }
    const std::string answer = obey(crowd, flood, window, line) ? "ok\n" : "no\n";
    if (send(connection, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
    line.clear();
  }
}

}  // namespace

void run_crowd(const Options& options) {
  Crowd crowd{options.count("members", 10'000),
              static_cast<std::uint16_t>(options.count("port", 0))};
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener, 8) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    give_up("failed", "the crowd cannot listen for commands");
  }
  Figures figures;
  figures.set("port", crowd.port());
  figures.set("control", ntohs(address.sin_port));
  figures.print();
  pollfd waits[] = {{listener, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(waits, 2, -1) > 0 && waits[1].revents == 0) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(crowd, options.seconds("seconds", 3), connection);
    close(connection);
  }
  close(listener);
}

}  // namespace gossipod::bench
