// The order in which a real peer's queue told what it held, and how long sealed packets were. (Its
// formulas are compared in tests/unit/swim, next to ours.)
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "envelope/envelope.h"
#include "golden/deviations.h"
#include "golden/vectors.h"
#include "session/key_face.h"
#include "swim/dissemination.h"
#include "swim/formulas.h"
#include "wire/walk.h"

namespace gossipod::golden {
namespace {

using swim::Dissemination;
using swim::IdentityPool;
using swim::MemberTable;

// The recorded messages are bare texts under a name. Where a name comes twice they become claims
// about a member, made by somebody of that text; else users' messages of the same length, type byte
// included.
class Queue {
 public:
  explicit Queue(bool claims) : claims_{claims} { (void)member("ourselves"); }

  void add(const std::string& name, const std::string& message) {
    if (!claims_) {
      const std::string payload = message.substr(1);
      texts_[payload] = message;
      ASSERT_TRUE(queue_.tell_user(as_bytes(payload), 1000));
      return;
    }
    if (!members_.contains(name)) members_.emplace(name, member(name));
    operations_.push_back(message);
    queue_.tell_accusation(members_.at(name), MemberState::suspect, identity(message),
                           operations_.size());
  }
  // Takes as piggyback, behind a first message: then each costs two bytes, as in the recording.
  std::vector<std::string> take(std::size_t room, std::uint32_t limit) {
    const wire::Nack first{};
    constexpr std::size_t nack_bytes = 9;
    std::vector<std::uint8_t> out(2 + 2 + nack_bytes + room + (claims_ ? 1000 : 0));
    wire::PacketBuilder packet{out};
    EXPECT_TRUE(packet.add(first));
    queue_.take(packet, limit);
    out.resize(packet.finish());
    Reporter reporter{nullptr, nullptr};
    wire::Walk walk{out, scratch_, reporter};
    std::vector<std::string> got;
    while (const auto message = walk.next()) {
      if (const auto* s = std::get_if<wire::Suspect>(&*message)) got.emplace_back(s->from);
      if (const auto* u = std::get_if<wire::User>(&*message)) {
        got.push_back(texts_.at(std::string{as_text(u->payload)}));
      }
    }
    return got;
  }
  std::vector<std::string> finished() {
    std::vector<std::string> all;
    for (const auto operation : queue_.finished()) all.push_back(operations_[operation - 1]);
    queue_.finished().clear();
    return all;
  }
  [[nodiscard]] std::size_t size() const { return queue_.size(); }

 private:
  swim::IdentityRef identity(const std::string& name) {
    return pool_.intern({.name = name, .address = {}, .metadata = {}, .versions = {}});
  }
  MemberIndex member(const std::string& name) {
    const std::array<std::uint8_t, 4> address{10, 0, 0, 1};
    return table_.add(
        pool_.intern({.name = name, .address = address, .port = 1, .metadata = {}, .versions = {}}),
        {MemberState::alive, Incarnation{1}}, TimePoint{});
  }

  bool claims_;
  IdentityPool pool_{1};
  Rng rng_{1};
  MemberTable table_{pool_, rng_};
  Dissemination queue_{table_};
  std::map<std::string, MemberIndex> members_;
  std::map<std::string, std::string> texts_;
  std::vector<std::string> operations_;
  std::vector<std::uint8_t> scratch_;
};

bool has_name_twice(const Json& steps) {
  std::vector<std::string> names;
  for (const Json& step : steps) {
    if (!step.contains("queue")) continue;
    names.push_back(step["queue"]["name"].get<std::string>());
  }
  std::ranges::sort(names);
  return std::ranges::adjacent_find(names) != names.end();
}

void replay(const Json& one) {
  const bool claims = has_name_twice(one["steps"]);
  Queue queue{claims};
  const std::uint32_t limit =
      swim::retransmit_limit(one["mult"].get<std::uint32_t>(), one["nodes"].get<std::size_t>());
  for (const Json& step : one["steps"]) {
    SCOPED_TRACE(step.dump());
    if (step.contains("queue")) {
      queue.add(step["queue"]["name"].get<std::string>(),
                step["queue"]["message"].get<std::string>());
    } else {
      const Json& take = step["take"];
      EXPECT_EQ(take["overhead"].get<int>(), 2);
      EXPECT_EQ(queue.take(take["limit"].get<std::size_t>(), limit),
                take["got"].get<std::vector<std::string>>());
    }
    EXPECT_EQ(queue.size(), step["left"].get<std::size_t>());
    if (!claims) continue;
    EXPECT_EQ(queue.finished(), step["finished"].get<std::vector<std::string>>());
  }
}

TEST(Behaviour, TheQueueTellsInTheRecordedOrder) {
  const Json file = load("behaviour.json");
  std::size_t replayed = 0;
  for (const Json& one : file["broadcast_queue"]) {
    const std::string name = one["name"].get<std::string>();
    SCOPED_TRACE(name);
    const bool ours_differs = std::ranges::any_of(
        queue_deviations, [&](const OtherWords& other) { return name == other.name; });
    if (ours_differs) continue;
    replay(one);
    ++replayed;
  }
  EXPECT_EQ(replayed + std::size(queue_deviations), 8u);
}

TEST(Behaviour, SealedPacketsAreAsLongAsRecorded) {
  const Json file = load("behaviour.json");
  for (const Json& one : file["encrypted_length"]) {
    SCOPED_TRACE(one.dump());
    const bool padded = one["version"].get<int>() == 0;
    const std::size_t plain = one["plaintext"].get<std::size_t>();
    const auto version = padded ? envelope::SealVersion::padded : envelope::SealVersion::plain;
    EXPECT_EQ(envelope::sealed_size(version, plain), one["length"].get<std::size_t>());
    Config config;
    config.protocol_version = padded ? 1 : 2;
    config.keys.emplace_back(16, std::uint8_t{7});
    const envelope::Envelope envelope{envelope::settings_from(config, false),
                                      session::keyring_from(config)};
    EXPECT_EQ(envelope.overhead(), one["budget_overhead"].get<std::size_t>() + 5);  // and a CRC
  }
  EXPECT_EQ(file["encrypted_length"].size(), 20u);
  // Keys alone cost nothing, while we do not seal with them (Q40).
  Config config;
  config.keys.emplace_back(16, std::uint8_t{7});
  config.verify_incoming = false;
  config.verify_outgoing = false;
  const envelope::Envelope envelope{envelope::settings_from(config, false),
                                    session::keyring_from(config)};
  EXPECT_EQ(envelope.overhead(), 5u);
}

}  // namespace
}  // namespace gossipod::golden
