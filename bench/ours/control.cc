#include "control.h"

#include <sys/socket.h>
#include <unistd.h>

#include "datagram.h"
#include "figures.h"

namespace gossipod::bench {

Control::Control(std::uint16_t port) : socket_{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
  const sockaddr_in address = socket_address(INADDR_LOOPBACK, port);
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    give_up("failed", "there is no crowd");
  }
}

Control::~Control() { close(socket_); }

void Control::ask(const std::string& what, const Endpoint& node) {
  const std::string line = what + " " + to_string(node) + "\n";
  char answer[3]{};
  if (send(socket_, line.data(), line.size(), MSG_NOSIGNAL) < 0 ||
      recv(socket_, answer, sizeof answer, MSG_WAITALL) != 3 || answer[0] != 'o') {
    give_up("failed", "the crowd could not " + what);
  }
}

}  // namespace gossipod::bench
