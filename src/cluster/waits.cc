#include "cluster/waits.h"

#include <optional>
#include <utility>

namespace gossipod::cluster {

void Waits::add(EventOnce once, EventQueue& queue) {
  events_.push_back(std::move(once));
  serve(queue);
}

void Waits::add(MembersOnce once, std::function<bool(const Members&)> holds, const Members& now) {
  Watch watch{std::move(once), std::move(holds)};
  if (!told(watch, now)) watches_.push_back(std::move(watch));
}

// An event is taken for one who still waits, and not taken away from him again.
void Waits::serve(EventQueue& queue) {
  while (!events_.empty()) {
    const EventOnce first = events_.front();
    const bool over = first->tell_if([&]() -> std::optional<Result<Event>> {
      auto event = queue.pop();
      if (!event) return std::nullopt;
      return *std::move(event);
    });
    if (!over) return;
    events_.pop_front();
  }
}

void Waits::look(const Members& members) {
  std::erase_if(watches_, [&](const Watch& watch) { return told(watch, members); });
}

bool Waits::told(const Watch& watch, const Members& members) {
  if (watch.once->over()) return true;
  if (!watch.holds(members)) return false;
  watch.once->tell(members);
  return true;
}

void Waits::sweep() {
  std::erase_if(events_, [](const EventOnce& once) { return once->over(); });
  std::erase_if(watches_, [](const Watch& watch) { return watch.once->over(); });
}

void Waits::end(const Error& why) {
  for (const auto& once : std::exchange(events_, {})) once->tell(why);
  for (const auto& watch : std::exchange(watches_, {})) watch.once->tell(why);
}

}  // namespace gossipod::cluster
