// An observer that says nothing: warnings on a terminal are no part of what is measured.
#pragma once

#include <gossipod/observer.h>

namespace gossipod::bench {

class Silent final : public Observer {
 public:
  [[nodiscard]] Fact::Level level() const noexcept override { return Fact::Level::error; }
  void on_fact(const Fact& /*fact*/) noexcept override {}
};

}  // namespace gossipod::bench
