// The resolver on c-ares. The two families are two questions, so that a server that is silent about
// one of them (they exist) costs a moment and not the whole answer.
#include "runtime/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sys/time.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "runtime/address_list.h"
#include "runtime/alarm.h"
#include "runtime/resolver_common.h"

namespace gossipod::runtime {
namespace {

using std::chrono::milliseconds;

// How long an answer of the one family waits for the other's.
constexpr Duration other_family_longest = milliseconds{300};
// Asked again after that, and then after twice that and so on; sooner if there is little time.
constexpr Duration ask_again = std::chrono::seconds{2};
constexpr int tries = 4;

std::optional<Endpoint> to_endpoint(const sockaddr* address, std::uint16_t port) {
  const auto bytes = [&](const auto& field) {
    return Endpoint::from_address({reinterpret_cast<const std::uint8_t*>(&field), sizeof field},
                                  port);
  };
  if (address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    return bytes(v4.sin_addr);
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    return bytes(v6.sin6_addr);
  }
  return std::nullopt;
}

Error to_error(const std::string& host, int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return {Errc::unresolved, host, "there is no such host name"};
    case ARES_ENODATA:
      return {Errc::unresolved, host, "the name is known, but has no address"};
    case ARES_ETIMEOUT:
      return {Errc::timed_out, host, "no DNS server said in time where that is"};
    case ARES_ENOMEM:
      return {Errc::system, host, "out of memory while looking it up"};
    default:
      return {Errc::unresolved, host,
              std::string{"asked for its address: "} + ares_strerror(status)};
  }
}

class AresResolver final : public Resolver {
 public:
  AresResolver(Loop& loop, const Question& question, Done done)
      : loop_{loop},
        question_{question},
        telling_{std::move(done)},
        alarm_{loop, [this](TimePoint now) { on_alarm(now); }} {
    if (find_in_hosts_file() || !open("b")) return;
    ask(AF_INET);
    ask(AF_INET6);
    settle();
  }
  ~AresResolver() override { shut(); }
  AresResolver(const AresResolver&) = delete;
  AresResolver& operator=(const AresResolver&) = delete;

 private:
  // False: it is over, with an error. `sources`: f for the hosts file, b for DNS.
  bool open(const char* sources) {
    std::string lookups{sources};
    const Duration pause =
        std::clamp<Duration>(question_.longest / tries, milliseconds{50}, ask_again);
    ares_options options{};
    options.lookups = lookups.data();
    options.timeout = static_cast<int>(std::chrono::duration_cast<milliseconds>(pause).count());
    options.tries = tries;
    options.sock_state_cb = &on_socket;
    options.sock_state_cb_data = this;
    int status = ares_init_options(
        &channel_, &options,
        ARES_OPT_LOOKUPS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
    if (status != ARES_SUCCESS) channel_ = nullptr;
    if (status == ARES_SUCCESS && !question_.servers.empty()) {
      std::string list;
      for (const Endpoint& server : question_.servers) list += to_string(server) + ',';
      list.pop_back();
      status = ares_set_servers_ports_csv(channel_, list.c_str());
    }
    deadline_ = loop_.now() + question_.longest;
    if (status == ARES_SUCCESS) return true;
    tell(to_error(question_.host, status));
    return false;
  }

  void shut() {
    if (ares_channel channel = std::exchange(channel_, nullptr); channel != nullptr) {
      ares_destroy(channel);  // its sockets are unwatched on the way, its questions cancelled
    }
  }

  // True: that was it. The hosts file has the word for both families, or for none.
  bool find_in_hosts_file() {
    if (!open("f")) return true;
    ask(AF_UNSPEC);
    shut();
    if (addresses_.empty()) {
      status_.reset();
      return false;
    }
    tell(addresses_.take(question_.v4_first));
    return true;
  }

  void ask(int family) {
    ares_addrinfo_hints hints{};
    hints.ai_family = family;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;  // sorting opens a socket for each address
    ++open_questions_;
    ares_getaddrinfo(channel_, question_.host.c_str(), nullptr, &hints, &on_answer, this);
  }

  // --- Called by c-ares, in the middle of its work: nothing here calls it

  static void on_answer(void* self, int status, int, ares_addrinfo* found) {
    static_cast<AresResolver*>(self)->take(status, found);
    if (found != nullptr) ares_freeaddrinfo(found);
  }

  void take(int status, const ares_addrinfo* found) {
    --open_questions_;
    // That there is none of one family says less than what went wrong with the other.
    const bool weak = status == ARES_ENODATA || status == ARES_ENOTFOUND;
    if (status != ARES_SUCCESS && (!status_ || !weak)) status_ = status;
    for (auto* node = found != nullptr ? found->nodes : nullptr; node; node = node->ai_next) {
      const auto endpoint = to_endpoint(node->ai_addr, question_.port);
      if (endpoint) addresses_.add(*endpoint);
    }
  }

  static void on_socket(void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<AresResolver*>(self)->watch(socket, {readable != 0, writable != 0});
  }

  void watch(int socket, Loop::Interest interest) {
    if (!interest.read && !interest.write) return loop_.unwatch(socket);
    const auto watched = loop_.watch(socket, interest, [this, socket](Loop::Interest ready) {
      process(ready.read ? socket : ARES_SOCKET_BAD, ready.write ? socket : ARES_SOCKET_BAD);
    });
    if (!watched && !failed_) failed_ = watched.error();
  }

  // --- Called by the loop

  void process(int readable, int writable) {
    if (channel_ == nullptr) return;
    ares_process_fd(channel_, readable, writable);
    settle();
  }

  void on_alarm(TimePoint now) {
    if (now < deadline_) return process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    if (!addresses_.empty()) return tell(addresses_.take(question_.v4_first));
    tell(to_error(question_.host, ARES_ETIMEOUT));
  }

  void settle() {
    if (failed_) return tell(Error{failed_->code, question_.host, failed_->detail});
    if (open_questions_ > 0) return wait();
    if (!addresses_.empty()) return tell(addresses_.take(question_.v4_first));
    tell(to_error(question_.host, status_.value_or(ARES_ENODATA)));
  }

  void wait() {
    const TimePoint now = loop_.now();
    if (!addresses_.empty()) deadline_ = std::min(deadline_, now + other_family_longest);
    timeval span{};
    TimePoint next = deadline_;
    if (ares_timeout(channel_, nullptr, &span) != nullptr) {
      // One more, because c-ares has a clock of its own.
      const Duration until = std::chrono::seconds{span.tv_sec} +
                             std::chrono::microseconds{span.tv_usec} + milliseconds{1};
      next = std::min(next, now + until);
    }
    alarm_.set(next);
  }

  void tell(Answer answer) {
    shut();
    alarm_.set(never);
    if (!telling_.told()) telling_.tell_soon(loop_, std::move(answer));
  }

  Loop& loop_;
  const Question question_;
  Telling telling_;
  Alarm alarm_;
  ares_channel channel_ = nullptr;
  int open_questions_ = 0;
  AddressList addresses_;
  std::optional<int> status_;    // of what went wrong
  std::optional<Error> failed_;  // a descriptor could not be watched
  TimePoint deadline_ = never;
};

}  // namespace

std::unique_ptr<Resolver> resolve(Loop& loop, const Question& question, Resolver::Done done) {
  return std::make_unique<AresResolver>(loop, question, std::move(done));
}

}  // namespace gossipod::runtime
