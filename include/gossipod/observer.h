// Observer: the one seam for logs, metrics and traces. The library states typed facts; the
// application turns them into lines, counters or spans. The command's --trace, the simulator's hash
// and a log are observers of the same facts.
#pragma once

#include <gossipod/export.h>
#include <gossipod/time.h>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gossipod::inline v0 {

struct Fact {
  enum class Level : std::uint8_t { trace, debug, info, warning, error };

  // Stable numbers. Their names are to_string(Id).
  enum class Id : std::uint16_t {
    message_sent = 1,       // trace: message, peer, ...
    message_received = 2,   // trace
    packet_dropped = 3,     // warning, rate limited: reason, from
    stream_dropped = 4,     // warning, rate limited: reason, from
    probe_failed = 5,       // info: member
    suspected = 6,          // info: member, by
    confirmed = 7,          // info: member, by
    died = 8,               // info: member, by
    member_left = 9,        // info: member
    joined = 10,            // info: member
    updated = 11,           // info: member
    alive_again = 12,       // info: member
    refuted = 13,           // warning: incarnation, by
    conflict = 14,          // warning: member, known, claimed
    push_pull_failed = 15,  // warning: peer, reason
    stream_fallback = 16,   // warning: member: datagrams do not arrive, streams do
    health_changed = 17,    // debug: score
    late_turn = 18,         // warning: lateness
    started = 19,           // info, or warning: name, address, body, features, why: see metrics.md
    stopped = 20,           // info
    send_failed = 21,       // debug, rate limited: peer, reason
    claim_refused = 22,     // warning, rate limited: member, reason
    handler_failed = 23,    // error: a handler threw
    gave_up = 24,           // warning: by: told that we are dead, and configured to leave then
    unresolved = 25,        // info: name, reason: the host name of a seed
  };
  using Value = std::variant<std::uint64_t, std::int64_t, std::string_view>;
  using Field = std::pair<std::string_view, Value>;

  Level level = Level::trace;
  Id id{};
  TimePoint at;
  std::span<const Field> fields;  // borrowed for the call
};
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(Fact::Level level);
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(Fact::Id id);
// "warning packet_dropped reason=crc from=10.0.0.9:5555", without the time; what is not printable
// is escaped.
[[nodiscard]] GOSSIPOD_EXPORT std::string to_string(const Fact& fact);

// Called on the protocol thread, inside a turn: be quick, do not call back.
class Observer {
 public:
  virtual ~Observer() = default;
  // Facts below this level are not even put together.
  [[nodiscard]] virtual Fact::Level level() const noexcept { return Fact::Level::warning; }
  virtual void on_fact(const Fact& fact) noexcept = 0;
};

// The default: a line on stderr for each warning and error.
class GOSSIPOD_EXPORT StderrObserver final : public Observer {
 public:
  explicit StderrObserver(Fact::Level level = Fact::Level::warning) : level_{level} {}
  [[nodiscard]] Fact::Level level() const noexcept override { return level_; }
  void on_fact(const Fact& fact) noexcept override;

 private:
  Fact::Level level_;
};

}  // namespace gossipod::inline v0
