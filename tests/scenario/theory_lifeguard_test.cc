// The numbers of Lifeguard (Dadgar, Phillips, Currey, 2018) and memberlist that one member shows:
// how often it tells, how long it suspects, how often it compares everything, how far its health
// stretches its probes. Exact, unless said otherwise; docs/theory.md tells what is what.
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <vector>

#include "scenario/theory.h"
#include "scenario/theory_crowd.h"

namespace gossipod::theory {
namespace {

using namespace std::chrono_literals;
using Kind = swim::Event::Kind;

double seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

Config lan() {
  Config config;
  config.stream_fallback = false;
  config.push_pull_interval = Duration{0};
  config.last_calls = false;  // ours; neither the paper nor memberlist has them
  return config;
}

std::string sized(const char* what, std::size_t members) {
  return std::string{what} + " n=" + std::to_string(members);
}

// How often the newest claim about p0 goes out in all.
std::size_t tellings(Crowd& crowd) {
  std::size_t told = 0;
  crowd.on_sent = [&](const Endpoint&, const wire::Message& message) {
    const auto* alive = std::get_if<wire::Alive>(&message);
    const auto* suspect = std::get_if<wire::Suspect>(&message);
    told += alive != nullptr && alive->node == "p0" ? 1u : 0u;
    told += suspect != nullptr && suspect->node == "p0" ? 1u : 0u;
  };
  crowd.say_everything();
  crowd.on_sent = nullptr;
  return told;
}

// From the accusation, which `confirmations` others repeat at once, to the death. To the second: a
// suspect that is pinged answers, but only a new claim of its own would save it.
Duration suspicion(std::size_t members, const Config& config, std::size_t confirmations) {
  Crowd crowd{members, config};
  std::optional<TimePoint> died;
  crowd.on_event = [&](const swim::Event& event) {
    if (event.kind == Kind::dead) died = crowd.now();
  };
  const TimePoint start = crowd.now();
  for (std::size_t i = 0; i <= confirmations; ++i) {
    crowd.suspect("p0", 1, "p" + std::to_string(1 + i));
  }
  crowd.run_until([&] { return died.has_value(); });
  return died ? *died - start : Duration{0};
}

struct Row {
  std::size_t members;
  double tellings;
  double shortest;
  double push_pull;
};
// Retransmit multiplier 4, suspicion multiplier 4, probes every second, push-pulls every 30 s.
constexpr Row table[]{{9, 4, 4, 30},          {10, 8, 4, 30},       {11, 8, 4.164, 30},
                      {32, 8, 6.02, 30},      {33, 8, 6.072, 60},   {64, 8, 7.224, 60},
                      {65, 8, 7.248, 90},     {99, 8, 7.98, 90},    {100, 12, 8, 90},
                      {128, 12, 8.428, 90},   {129, 12, 8.44, 120}, {500, 12, 10.792, 150},
                      {999, 12, 11.996, 180}, {1000, 16, 12, 180},  {10000, 20, 16, 300}};

TEST(TheoryMember, TellsSuspectsAndComparesAsOftenAsMemberlist) {
  for (const Row& row : table) {
    Crowd crowd{row.members, lan()};
    crowd.alive("p0", 2);
    compare(sized("B.1", row.members) + " tellings of a claim",
            static_cast<double>(tellings(crowd)), row.tellings, 0);
    compare(sized("B.1", row.members) + " shortest suspicion, s",
            seconds(suspicion(row.members, lan(), 2)), row.shortest, 0);
    compare(sized("B.1", row.members) + " longest suspicion, s",
            seconds(suspicion(row.members, lan(), 0)), 6 * row.shortest, 0);
  }
}

TEST(TheoryMember, ComparesEverythingAsOftenAsMemberlist) {
  for (const Row& row : table) {
    Config config = lan();
    config.push_pull_interval = 30s;
    Crowd crowd{row.members, config};
    crowd.run_for(400s);  // the first comes at a random time, and a joiner asks more often
    std::vector<TimePoint> opened;
    crowd.on_stream = [&] { opened.push_back(crowd.now()); };
    crowd.run_for(1000s);
    ASSERT_GE(opened.size(), 3u);
    compare(sized("B.1", row.members) + " between two push-pulls, s",
            seconds(opened.back() - opened.front()) / static_cast<double>(opened.size() - 1),
            row.push_pull, 0);
  }
}

TEST(TheoryMember, ConfirmationsShortenASuspicionAsInMemberlist) {
  constexpr double expected[]{24, 11.381, 4, 4};
  for (std::size_t others = 0; others < 4; ++others) {
    compare("B.2 suspicion with " + std::to_string(others) + " confirmations, s",
            seconds(suspicion(9, lan(), others)), expected[others], 0);
  }
  // With nobody to ask, the shortest from the start: as long as n < k + 2.
  compare("B.2 n=3 suspicion, s", seconds(suspicion(3, lan(), 0)), 4, 0);
  compare("B.2 n=4 suspicion, s", seconds(suspicion(4, lan(), 0)), 24, 0);
}

TEST(TheoryLifeguard, ConfirmationsShortenASuspicionAsInThePaper) {
  Config config = lan();
  config.suspicion_multiplier = 5;  // alpha; beta is 6; K is 3
  // memberlist cuts the logarithm to 3 decimals and the result to milliseconds; the paper does not.
  constexpr double paper[]{63.22, 36.88, 21.47, 10.54};
  constexpr double exact[]{63.21, 36.872, 21.466, 10.535};
  for (std::size_t others = 0; others < 4; ++others) {
    const double measured = seconds(suspicion(128, config, others));
    const std::string name = "LG-10 suspicion, C=" + std::to_string(others) + ", s";
    compare(name + ", the paper's formula", measured, paper[others], 0.001);
    compare(name + ", memberlist's", measured, exact[others], 0);
  }
}

TEST(TheoryLifeguard, SuspicionsAreToldAtMostSoOften) {
  Config config = lan();
  config.suspicion_multiplier = 5;
  Crowd crowd{128, config};
  std::size_t told = 0;
  for (int accuser = 1; accuser <= 8; ++accuser) {
    crowd.suspect("p0", 1, "p" + std::to_string(accuser));
    told += tellings(crowd);
  }
  // The first one and K = 3 confirmations, lambda log n = 12 times each; the others are no news.
  compare("LG-10 n=128 tellings of suspicions, (K+1) 12", static_cast<double>(told), 48, 0);
}

TEST(TheoryLifeguard, HealthStretchesProbesAndTheirTimeouts) {
  Crowd crowd{16, lan()};
  // Having to refute makes it worse by one each time, up to 7; each answered probe better by one.
  for (std::uint32_t score = 0; score < 10; ++score) {
    EXPECT_EQ(crowd.health(), std::min(score, 7u));
    crowd.suspect("self", 1 + score, "p1");
  }
  for (std::uint32_t i = 0; i < 15; ++i) crowd.ignore("p" + std::to_string(i));
  std::optional<TimePoint> pinged;
  std::optional<TimePoint> asked;
  std::optional<TimePoint> judged;
  crowd.on_sent = [&](const Endpoint&, const wire::Message& message) {
    const auto* suspect = std::get_if<wire::Suspect>(&message);
    if (std::holds_alternative<wire::Ping>(message) && !pinged) pinged = crowd.now();
    if (std::holds_alternative<wire::IndirectPing>(message) && !asked) asked = crowd.now();
    if (suspect != nullptr && suspect->from == "self" && !judged) judged = crowd.now();
  };
  crowd.run_until([&] { return asked.has_value(); });
  compare("LG-10 LHM=7 probe timeout, s", seconds(*asked - *pinged), 8 * 0.5, 0);
  std::optional<TimePoint> suspected;
  crowd.on_event = [&](const swim::Event& event) {
    if (event.kind == Kind::suspect && !suspected) suspected = crowd.now();
  };
  crowd.run_until([&] { return suspected.has_value(); });
  compare("LG-10 LHM=7 probe interval, s", seconds(*suspected - *pinged), 8 * 1.0, 0);
}

TEST(TheoryLifeguard, HealthFollowsWhatBecomesOfProbes) {
  Config config = lan();
  Crowd crowd{16, config};
  for (int i = 0; i < 5; ++i) crowd.suspect("self", 1u + static_cast<unsigned>(i), "p1");
  ASSERT_EQ(crowd.health(), 5u);
  for (std::uint32_t left = 5; left > 0; --left) {
    std::uint32_t pings = 0;
    crowd.on_sent = [&](const Endpoint&, const wire::Message& message) {
      pings += std::holds_alternative<wire::Ping>(message) ? 1u : 0u;
    };
    crowd.run_until([&] { return pings == 1; });
    crowd.on_sent = nullptr;
    EXPECT_EQ(crowd.health(), left - 1);  // answered
  }
  for (std::uint32_t i = 0; i < 15; ++i) crowd.ignore("p" + std::to_string(i));
  bool suspected = false;
  crowd.on_event = [&](const swim::Event& event) { suspected |= event.kind == Kind::suspect; };
  crowd.run_until([&] { return suspected; });
  compare("LG-10 LHM after a failed probe with 3 missed nacks", crowd.health(), 3, 0);
}

}  // namespace
}  // namespace gossipod::theory
