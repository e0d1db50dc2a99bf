// Whole nodes on one network in virtual time: the face as users see it, with nothing left to chance
// and without a thread. Who waits turns the loop.
#pragma once

#include <gossipod/gossipod.h>
#include <gossipod/virtual.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gossipod::test {

using namespace std::chrono_literals;

class Village {
 public:
  explicit Village(std::uint64_t seed = 1)
      : loop{std::make_shared<VirtualLoop>(VirtualOptions{.seed = seed})} {}

  // One more on the network, named as given, at 10.0.0.`last`.
  [[nodiscard]] Gossipod start(std::string_view name, int last, Parts parts = {}) {
    auto config = ConfigBuilder{}
                      .with_name(name)
                      .with_addr("10.0.0." + std::to_string(last))
                      .with_network_type(NetworkType::local)
                      .build();
    EXPECT_TRUE(config);
    parts.loop = loop;
    auto node = Gossipod::start(*config, std::move(parts));
    EXPECT_TRUE(node) << (node ? "" : to_string(node.error()));
    return *std::move(node);
  }
  // Events until one of that kind about that member; the others are passed over.
  [[nodiscard]] static std::optional<Event> await(Gossipod& node, Event::Kind kind,
                                                  std::string_view member) {
    while (auto event = node.next_event(10min)) {
      if (event->kind == kind && event->member.name == member) return event;
    }
    return std::nullopt;
  }

  std::shared_ptr<VirtualLoop> loop;
};

}  // namespace gossipod::test
