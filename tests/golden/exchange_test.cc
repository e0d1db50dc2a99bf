// Whole connections of real members, once with ours as the one that accepts and once as the one
// that dials: it says what was said then, to the byte where the order of records was not chance,
// and comes to believe the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "golden/deviations.h"
#include "golden/golden_node.h"
#include "golden/said.h"
#include "wire/stream_reader.h"

namespace gossipod::golden {
namespace {

struct Side {
  const char* name;  // of our own side, in the fields
  const char* said;  // prefix of its bytes
  const char* us;    // our name
};
constexpr Side acceptor{"acceptor", "acceptor_", "b"};
constexpr Side dialer{"dialer", "dialer_", "a"};

bool is_error(const Json& one) { return one["name"].get<std::string>().starts_with("error-"); }

const OtherWords* deviation_of(const Json& one) {
  for (const OtherWords& other : exchange_deviations) {
    if (one["name"].get<std::string>().starts_with(other.name)) return &other;
  }
  return nullptr;
}

// What ours is to say: in which bytes, or, if chance or an older dialect had a part, in which
// words.
class Recorded {
 public:
  Recorded(const Json& one, const Side& side, bool old)
      : said_{octets(one, side.said)},
        without_{deviation_of(one)},
        config_(one["fields"][side.name]) {  // braces would make a list
    const Json& table = one["fields"][std::string{side.name} + "_table_before"];
    alone_ = table.size() == 1;
    exact_ = alone_ && !old;
    for (const Json& row : table) {
      if (row.is_object() && row["Name"] == side.us) {
        config_["metadata_hex"] = to_hex(bytes(row["Meta"]));
      }
    }
  }

  // Knows what was known then: it is what was said.
  void know_all(GoldenNode& node, const Side& side) const {
    if (alone_) return;
    const Said plain = opened(GoldenNode::config_from(config_, side.us), said_);
    wire::StreamReader reader;
    ASSERT_EQ(reader.read(plain.message), wire::StreamReader::Status::message);
    const auto& known = std::get<wire::PushPull>(reader.message());
    node.user_state({known.user_state().begin(), known.user_state().end()});
    wire::Records records{known};
    while (const auto record = records.next()) {
      if (record->name != side.us) node.know(*record);
    }
  }

  void expect_equal(const Octets& ours, const Side& side) const {
    if (exact_) {
      EXPECT_EQ(sha256(ours), sha256(said_)) << to_hex(ours).substr(0, 400);
    } else {
      const Config config = GoldenNode::config_from(config_, side.us);
      std::vector<std::string> recorded = words(config, said_);
      std::erase_if(recorded, [&](const std::string& word) {
        return without_ != nullptr && word.find(without_->recorded) != std::string::npos;
      });
      EXPECT_EQ(words(config, ours), recorded);
    }
  }

  // After the label and the head of the frame, if it is one.
  void use_nonce(GoldenNode& node) const {
    std::size_t at = 0;
    if (!said_.empty() && said_[0] == 0xf4) at = std::size_t{2} + said_[1];
    if (said_.size() > at + 18 && said_[at] == 0x0a) node.nonce(Bytes{said_}.subspan(at + 6, 12));
  }

  [[nodiscard]] const Octets& said() const { return said_; }
  [[nodiscard]] const Json& config() const { return config_; }
  void compares_every(int seconds) { config_["push_pull_seconds"] = seconds; }

 private:
  Octets said_;
  const OtherWords* without_ = nullptr;
  Json config_;
  bool alone_ = false;
  bool exact_ = false;
};

// Of two hundred the recording tells only how many there were in the end.
void expect_members(const Happened& found, const Json& one, const std::string& side) {
  const Json& result = one["result"];
  if (result.contains(side + "_members")) {
    EXPECT_EQ(found.members, result[side + "_members"].get<std::string>());
    EXPECT_EQ(found.events, result[side + "_events"]);
  } else {
    const auto members = std::ranges::count(found.members, '=');
    const std::ptrdiff_t missing = deviation_of(one) == nullptr ? 0 : 1;
    EXPECT_EQ(members + missing, result[side + "_member_count"].get<std::ptrdiff_t>());
  }
}

void accept(const Json& one, bool old) {
  const Json& result = one["result"];
  const Recorded recorded{one, acceptor, old};
  GoldenNode b{recorded.config(), "b"};
  if (one["fields"].contains("acceptor_user_state")) {
    b.user_state(bytes(one["fields"]["acceptor_user_state"]));
  }
  recorded.know_all(b, acceptor);
  recorded.use_nonce(b);
  const Happened found = b.stream(octets(one, "dialer_"));
  expect_members(found, one, "acceptor");
  EXPECT_EQ(b.merged(), result["acceptor_merged"]);
  EXPECT_EQ(found.user_messages.size(), result["acceptor_user_messages"].size());
  if (recorded.said().empty()) {
    EXPECT_TRUE(found.replies.empty());
    return;
  }
  ASSERT_EQ(found.replies.size(), 1u);
  const bool mismatch = one["name"] == "label-missing-skip-aes";  // an error reply too
  if (is_error(one) || mismatch) {
    EXPECT_EQ(found.replies[0][0], recorded.said()[0]);  // with a shorter text (Q21)
  } else {
    recorded.expect_equal(found.replies[0], acceptor);
    EXPECT_EQ(found.stream_bytes_in, octets(one, "dialer_").size());
    EXPECT_EQ(found.stream_bytes_out, found.replies[0].size());
  }
}

void dial(const Json& one, bool old) {
  const std::string name = one["name"].get<std::string>();
  const Json& result = one["result"];
  Recorded recorded{one, dialer, old};
  const bool user = name.starts_with("user-");
  const bool sync = name == "sync-states";
  if (sync) recorded.compares_every(1);
  const Octets blob =
      one["fields"].contains("dialer_blob") ? bytes(one["fields"]["dialer_blob"]) : Octets{};
  GoldenNode a{recorded.config(), "a"};
  if (!user) a.user_state(blob);
  recorded.know_all(a, dialer);
  recorded.use_nonce(a);
  const Peer peer{*Endpoint::from_ip("10.0.0.2", 7946), {}};
  const auto want = [&](swim::Node& node, TimePoint now) {
    if (user) {
      node.send_reliable(now, 1, peer, blob);
    } else {
      node.join(now, 1, peer);
    }
  };
  const Octets answer = octets(one, "acceptor_");
  const Happened found = sync ? a.sync(answer) : a.dial(want, answer);
  ASSERT_EQ(found.replies.size(), 1u);
  recorded.expect_equal(found.replies[0], dialer);
  EXPECT_EQ(found.done, !sync);
  EXPECT_EQ(found.failed, !result["dialer_error"].get<std::string>().empty());
  expect_members(found, one, "dialer");
  EXPECT_EQ(a.merged(), result["dialer_merged"]);
}

// Where ours does better: somebody third, whom one of the two does not understand, does not keep
// them apart (Q12). The bytes are the same, what comes of them is not.
Json as_ours(Json one) {
  if (one["name"] != "version-conflict") return one;
  Json& result = one["result"];
  result["acceptor_members"] = result["dialer_members"] = "a=alive/1 b=alive/1 c=alive/1";
  result["acceptor_events"] = {"join a"};
  result["dialer_events"] = {"join c", "join b"};
  result["dialer_error"] = "";
  return one;
}

TEST(Exchange, OursAccepts) {
  const Json file = load("streams.json");
  for (const bool old : {false, true}) {
    for (const Json& one : file[old ? "old_cases" : "cases"]) {
      SCOPED_TRACE(one["name"].get<std::string>() + (old ? ", old" : ""));
      accept(as_ours(one), old);
    }
  }
  EXPECT_EQ(file["cases"].size(), 76u);
  EXPECT_EQ(file["old_cases"].size(), 13u);
}

TEST(Exchange, OursDials) {
  const Json file = load("streams.json");
  std::size_t tried = 0;
  for (const bool old : {false, true}) {
    for (const Json& one : file[old ? "old_cases" : "cases"]) {
      const std::string name = one["name"].get<std::string>();
      if (name.starts_with("ping-")) continue;  // its sequence number is not ours
      SCOPED_TRACE(name + (old ? ", old" : ""));
      ++tried;
      dial(as_ours(one), old);
    }
  }
  EXPECT_GT(tried, 70u);
}

}  // namespace
}  // namespace gossipod::golden
