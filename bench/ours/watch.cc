#include "watch.h"

namespace gossipod::bench {

class Watch::Handler final : public EventHandler {
 public:
  Handler(Watch& watch, std::size_t node) : watch_{watch}, node_{node} {}
  void on_event(const Event& event) override { watch_.saw(node_, event); }

 private:
  Watch& watch_;
  std::size_t node_;
};

std::shared_ptr<EventHandler> Watch::handler_of(std::size_t node) {
  return std::make_shared<Handler>(*this, node);
}

void Watch::expect(Event::Kind kind, std::string_view wanted, std::size_t author) {
  const std::lock_guard lock{mutex_};
  wanted_ = wanted;
  author_ = author;
  heard_.clear();
  delays_.clear();
  since_ = Clock::now();
  kind_ = static_cast<int>(kind);
}

void Watch::saw(std::size_t node, const Event& event) {
  if (static_cast<int>(event.kind) != kind_.load()) return;
  const std::lock_guard lock{mutex_};
  if (node == author_) return;
  const bool is_it = event.kind == Event::Kind::message  ? event.data == wanted_
                     : event.kind == Event::Kind::update ? event.member.metadata == wanted_
                                                         : event.member.name == wanted_;
  if (!is_it) return;
  if (heard_.size() <= node) heard_.resize(node + 1);
  if (heard_[node]) return;
  heard_[node] = true;
  delays_.push_back(seconds_since(since_));
  changed_.notify_all();
}

std::vector<double> Watch::wait(std::size_t nodes, Duration patience) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, patience, [&] { return delays_.size() >= nodes; });
  kind_ = -1;
  return delays_;
}

}  // namespace gossipod::bench
