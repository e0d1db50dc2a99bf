// events: a handler that says what happened to whom, and why. Three members in one process: one
// disappears without a word, one says goodbye.
#include <gossipod/gossipod.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <string>
#include <string_view>

using gossipod::Event;
using gossipod::Gossipod;
using gossipod::MemberState;
using namespace std::chrono_literals;

// Runs on a thread of its own: it may be slow, and may call the node. Whoever needs no causes
// overrides on_join, on_dead and so on instead; on_event gets everything.
class Chronicler final : public gossipod::EventHandler {
 public:
  void on_event(const Event& event) override {
    std::string line = std::string{to_string(event.kind)} + " " + event.member.name;
    switch (event.kind) {
      case Event::Kind::suspect:
      case Event::Kind::leave:
        line += std::string{": "} + to_string(event.cause);
        if (!event.by.empty()) line += ", says " + event.by;
        break;
      case Event::Kind::dead:
        line += std::string{": "} + to_string(event.cause);
        if (!event.accuser.empty()) line += ", begun by " + event.accuser;
        line += ", confirmations: " + std::to_string(event.confirmations);
        break;
      case Event::Kind::update:
        line += ": " + event.member.metadata;
        break;
      case Event::Kind::message:
        line = "message from " + to_string(event.from) + ": " + event.data;
        break;
      default:
        break;
    }
    std::puts(line.c_str());
    if (event.kind == Event::Kind::leave) somebody_left.set_value();
  }

  std::promise<void> somebody_left;
};

gossipod::Result<Gossipod> start(std::string_view name, gossipod::Parts parts = {}) {
  // Shorter than any network type says: a demonstration should not take long.
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(name)
                          .with_port(0)
                          .with_network_type(gossipod::NetworkType::local)
                          .with_probing_interval(300ms)
                          .with_ack_timeout(100ms)
                          .with_suspicious_timeout(500ms)
                          // Two, as on one machine, a ping and a gossip to the same member use up.
                          .with_retransmit_multiplier(4)
                          .build();
  if (!config) return config.error();
  return Gossipod::start(*config, std::move(parts));
}

bool is(const gossipod::Members& members, std::string_view name, MemberState state) {
  const auto* member = members.find(name);
  return member != nullptr && member->state() == state;
}

int main() {
  gossipod::Parts parts;
  const auto chronicler = std::make_shared<Chronicler>();
  parts.handler = chronicler;
  auto anna = start("anna", parts);
  if (!anna) return gossipod::report(anna.error());
  auto bert = start("bert");
  if (!bert) return gossipod::report(bert.error());
  auto carl = start("carl");
  if (!carl) return gossipod::report(carl.error());

  const std::string seed = to_string(anna->local_endpoint());
  for (Gossipod* other : {&*bert, &*carl}) {
    if (auto joined = other->join({seed}, 10s); !joined) return gossipod::report(joined.error());
  }
  if (auto told = bert->set_metadata("on duty", 10s); !told) return gossipod::report(told.error());
  const auto updated = anna->wait_until(
      [](const auto& members) {
        const auto* bert_entry = members.find("bert");
        return bert_entry != nullptr && bert_entry->metadata() == "on duty";
      },
      10s);
  if (!updated) return gossipod::report(updated.error());

  carl->stop();  // without a word, as if it had crashed
  const auto dead = anna->wait_until(
      [](const auto& members) { return is(members, "carl", MemberState::dead); }, 60s);
  if (!dead) return gossipod::report(dead.error());

  if (auto left = bert->leave(10s); !left) return gossipod::report(left.error());
  // What has happened is known at once; the handler is told of it a little later.
  const auto told = chronicler->somebody_left.get_future().wait_for(10s);
  return told == std::future_status::ready ? 0 : 1;
}
