// What both builds of the resolver need: to tell an outcome soon, unless it is taken back.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "runtime/resolver.h"

namespace gossipod::runtime {

// Threads: the loop's.
class Telling final {
 public:
  explicit Telling(Resolver::Done done)
      : done_{std::make_shared<Resolver::Done>(std::move(done))} {}

  // Once.
  void tell_soon(Loop& loop, Resolver::Answer answer) {
    told_ = true;
    loop.post([weak = std::weak_ptr{done_}, answer = std::move(answer)] {
      // The function lives on while it runs, even if it destroys whoever had it.
      if (const auto done = weak.lock()) (*done)(answer);
    });
  }
  [[nodiscard]] bool told() const { return told_; }

 private:
  std::shared_ptr<Resolver::Done> done_;
  bool told_ = false;
};

}  // namespace gossipod::runtime
