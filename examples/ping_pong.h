// What ping_node and pong_node share: their flags, and the message they play with.
#pragma once

#include <gossipod/gossipod.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

// --name NODE_1 --ip 127.0.0.1 --port 7948 --join-addr 127.0.0.1:7947
struct Flags {
  std::string name{};
  std::string ip = "127.0.0.1";
  std::uint16_t port = 7948;  // 0: any that is free
  std::string join_addr{};    // empty: others join us
};

template <class Number>
bool parse(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc{} && read.ptr == end;
}

// Nothing, and a line on stderr, if they make no sense.
inline std::optional<Flags> parse_flags(int count, char** arguments, Flags flags) {
  for (int i = 1; i < count; i += 2) {
    const std::string_view flag = arguments[i];
    const std::string_view value = i + 1 < count ? arguments[i + 1] : "";
    if (flag == "--name") {
      flags.name = value;
    } else if (flag == "--ip") {
      flags.ip = value;
    } else if (flag == "--join-addr") {
      flags.join_addr = value;
    } else if (flag != "--port" || !parse(value, flags.port)) {
      std::fprintf(stderr, "%s: bad %s\n", arguments[0], arguments[i]);
      return std::nullopt;
    }
    if (!value.empty()) continue;
    std::fprintf(stderr, "%s: %s wants a value\n", arguments[0], arguments[i]);
    return std::nullopt;
  }
  return flags;
}

// "{ping, 3}": user messages are bytes, and what is in them is up to the application.
struct Ball {
  std::string word;
  std::uint64_t count = 0;

  [[nodiscard]] std::string encode() const {
    return "{" + word + ", " + std::to_string(count) + "}";
  }
  // Nothing if it is no ball: whoever has the key can send anything.
  static std::optional<Ball> decode(std::string_view text) {
    const std::size_t comma = text.find(", ");
    if (comma == text.npos || text.front() != '{' || text.back() != '}') return std::nullopt;
    const std::string_view number = text.substr(comma + 2, text.size() - comma - 3);
    Ball ball{std::string{text.substr(1, comma - 1)}, 0};
    if (!parse(number, ball.count)) return std::nullopt;
    return ball;
  }
};

// SIGINT and SIGTERM, taken in main() instead of killing us: to be made before any thread is, so
// that all threads inherit it.
inline sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

inline gossipod::Result<gossipod::Gossipod> start(const Flags& flags, gossipod::Parts parts) {
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(flags.name)
                          .with_addr(flags.ip)
                          .with_port(flags.port)
                          .with_network_type(gossipod::NetworkType::local)
                          .build();
  if (!config) return config.error();
  auto node = gossipod::Gossipod::start(*config, std::move(parts));
  if (!node) return node.error();
  std::printf("%s is at %s\n", flags.name.c_str(), to_string(node->local_endpoint()).c_str());
  if (flags.join_addr.empty()) return node;
  if (auto joined = node->join({flags.join_addr}, std::chrono::seconds{10}); !joined) {
    return joined.error();
  }
  return node;
}
