// Presenter: how everything the command has to say is put into words; for programs (JsonLines) or
// for people (PeopleLines).
//
// Each function gives complete lines, with their ends. Threads: any, nothing is changed.
#pragma once

#include <gossipod/gossipod.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::cli {

inline constexpr std::size_t shown_message_bytes = 4096;  // to people; of a longer one its size

class Presenter {
 public:
  virtual ~Presenter() = default;
  [[nodiscard]] virtual std::string ready(const Member& self) const = 0;
  [[nodiscard]] virtual std::string event(const Event& event) const = 0;
  [[nodiscard]] virtual std::string joined(const Result<JoinReport>& report) const = 0;
  [[nodiscard]] virtual std::string members(std::span<const Member> members) const = 0;
  [[nodiscard]] virtual std::string sent(const Result<void>& result) const = 0;
  [[nodiscard]] virtual std::string pinged(std::string_view node,
                                           const Result<Duration>& round_trip) const = 0;
  [[nodiscard]] virtual std::string left(const Result<void>& result) const = 0;
  [[nodiscard]] virtual std::string stats(const Stats& stats) const = 0;
  [[nodiscard]] virtual std::string keys(std::span<const std::vector<std::uint8_t>> keys) const = 0;
  [[nodiscard]] virtual std::string removed(std::string_view node,
                                            const Result<void>& result) const = 0;
  // Of message_sent or message_received: one message of a packet.
  [[nodiscard]] virtual std::string trace(const Fact& fact) const = 0;
  [[nodiscard]] virtual std::string failed(std::string_view command,
                                           std::string_view why) const = 0;
};

}  // namespace gossipod::cli
