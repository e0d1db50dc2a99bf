// How many rounds of gossip until a change is known: synchronous push, fan-out 1 to 4, no loss. The
// production machine's gossip tick, everybody's at the same time; docs/theory.md tells what is
// what.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "scenario/theory.h"
#include "support/ring.h"

namespace gossipod::theory {
namespace {

using namespace std::chrono_literals;
using test::Ring;

constexpr Duration interval = 200ms;

// Only the gossip tick: nobody probes, nobody compares everything.
Config gossip_only(std::uint32_t fan_out, std::uint32_t multiplier) {
  Config config;
  config.probing_interval = 1000h;
  config.gossip_interval = interval;
  config.gossip_nodes = fan_out;
  config.retransmit_multiplier = multiplier;
  config.push_pull_interval = Duration{0};
  return config;
}

struct Rounds {
  double half = 0;
  double most = 0;  // 99 %
  double all = 0;
  std::size_t missed = 0;  // runs in which somebody never heard of it
};

// Means over so many changes, each made by another member.
Rounds spread(std::size_t members, std::uint32_t fan_out, std::uint32_t multiplier,
              std::size_t runs) {
  Ring ring{members, gossip_only(fan_out, multiplier), 11};
  ring.run_for(interval);
  Rounds sum;
  for (std::size_t run = 0; run < runs; ++run) {
    const std::size_t source = run % members;
    ring.set_metadata(source, "run " + std::to_string(run));
    const Incarnation told = ring.incarnation(source, source);
    std::size_t knowing = 1;
    std::vector<bool> knows(members);
    knows[source] = true;
    bool half = false;
    bool most = false;
    int round = 0;
    // More rounds than anybody goes on telling: by then it is over.
    for (; knowing < members && round < 100; ++round) {
      ring.round(interval);
      for (std::size_t who = 0; who < members; ++who) {
        if (knows[who] || ring.incarnation(who, source) != told) continue;
        knows[who] = true;
        ++knowing;
      }
      if (!half && 2 * knowing >= members) half = true, sum.half += round + 1;
      if (!most && 100 * knowing >= 99 * members) most = true, sum.most += round + 1;
    }
    if (knowing == members) {
      sum.all += round;
    } else {
      ++sum.missed;
    }
    ring.forget_what_is_told();
  }
  const auto count = static_cast<double>(runs);
  return {sum.half / count, sum.most / count, sum.all / static_cast<double>(runs - sum.missed),
          sum.missed};
}

struct Row {
  std::size_t members;
  std::uint32_t fan_out;
  double half, most, all;
  std::size_t runs;
  std::uint32_t multiplier = 8;  // the table knows no limit of tellings
};

TEST(TheoryGossip, AChangeSpreadsAsFastAsPushCan) {
  for (const Row& row :
       {Row{32, 1, 5.0, 9.4, 9.4, 500}, Row{32, 2, 3.1, 5.6, 5.6, 500},
        Row{32, 3, 3.0, 4.3, 4.3, 500}, Row{32, 4, 2.0, 3.7, 3.7, 500},
        Row{128, 1, 7.1, 12.0, 13.1, 200}, Row{128, 2, 4.9, 7.2, 7.8, 200},
        Row{128, 3, 4.0, 5.6, 6.0, 200}, Row{128, 4, 3.0, 4.9, 5.0, 200},
        Row{1000, 1, 10.0, 15.1, 18.0, 30, 4}, Row{1000, 3, 5.0, 7.0, 8.1, 30, 4}}) {
    if (row.members == 1000 && row.fan_out == 1 && effort() < 2) continue;  // long, and no news
    const auto runs = static_cast<std::size_t>(static_cast<double>(row.runs) * effort());
    const Rounds rounds =
        spread(row.members, row.fan_out, row.multiplier, std::max<std::size_t>(runs, 10));
    const std::string name = "GS-1 n=" + std::to_string(row.members) +
                             " f=" + std::to_string(row.fan_out) + " rounds to ";
    compare(name + "half", rounds.half, row.half, 0.03);
    compare(name + "99 %", rounds.most, row.most, 0.03);
    compare(name + "all", rounds.all, row.all, 0.03);
    if (rounds.missed > 0) std::printf("  %zu runs left somebody out\n", rounds.missed);
  }
}

}  // namespace
}  // namespace gossipod::theory
