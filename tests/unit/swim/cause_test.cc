// Why the machine says that a member is suspected, dead or gone, and who said so.
#include <gtest/gtest.h>

#include <string>

#include "unit/swim/machine_bench.h"

namespace gossipod::swim::test {
namespace {

std::string name(const IdentityRef& who) { return who ? std::string{who->name()} : "nobody"; }

class CauseTest : public testing::Test {
 protected:
  // A machine that knows b, c and d, and has nothing left to say of that.
  void SetUp() override { know(bench); }
  static void know(MachineBench& bench) {
    bench.hear_alive("b", 2, 3);
    bench.hear_alive("c", 3, 1);
    bench.hear_alive("d", 4, 1);
    bench.story();
  }
  // "suspect b: claim by c, begun by nobody, 0 agreed", of all events since the last call.
  static std::string reasons(MachineBench& bench) {
    bench.collect();
    std::string text;
    for (const Event& event : std::exchange(bench.events, {})) {
      if (event.kind == Event::Kind::done) continue;
      text += text.empty() ? "" : "; ";
      text += name(event.who) + ": " + to_string(event.cause) + " by " + name(event.other) +
              ", begun by " + name(event.accuser) + ", " + std::to_string(event.confirmations) +
              " agreed";
    }
    return text;
  }
  MachineBench bench;
};

TEST_F(CauseTest, AnotherSaidSo) {
  bench.hear_suspect("b", 3, "c");
  EXPECT_EQ(reasons(bench), "b: claim by c, begun by nobody, 0 agreed");
  bench.hear_suspect("b", 3, "d");
  EXPECT_EQ(reasons(bench), "");  // that one agrees
  bench.hear_dead("b", 3, "d");
  EXPECT_EQ(reasons(bench), "b: claim by d, begun by c, 1 agreed");
}

TEST_F(CauseTest, TheTimeToContradictIsOver) {
  bench.hear_suspect("b", 3, "c");
  bench.hear_suspect("b", 3, "d");
  reasons(bench);
  while (bench.belief("b") == "suspect/3") bench.pass(100ms);
  const std::string all = reasons(bench);
  // d, and our own probe.
  EXPECT_NE(all.find("b: suspicion by a, begun by c, 2 agreed"), std::string::npos) << all;
}

TEST_F(CauseTest, OurOwnProbe) {
  bench.pass(3s);  // nobody answers
  const std::string first = reasons(bench);
  EXPECT_NE(first.find(": own_probe by a, begun by nobody, 0 agreed"), std::string::npos) << first;
  bench.pass(120s);
  const std::string all = reasons(bench);
  EXPECT_NE(all.find("b: suspicion by a, begun by a, 0 agreed"), std::string::npos) << all;
}

TEST_F(CauseTest, WithoutSuspicionTheProbeIsTheVerdict) {
  Config config = default_config();
  config.level = Level::infection;
  MachineBench hasty{config};
  know(hasty);
  hasty.pass(30s);
  const std::string all = reasons(hasty);
  EXPECT_NE(all.find("b: own_probe by a, begun by nobody, 0 agreed"), std::string::npos) << all;
}

TEST_F(CauseTest, GoodbyesAndRemovals) {
  bench.hear_dead("b", 3, "b");
  EXPECT_EQ(reasons(bench), "b: goodbye by b, begun by nobody, 0 agreed");
  bench.node.remove(bench.now, 1, "c");
  EXPECT_EQ(reasons(bench), "c: removal by c, begun by nobody, 0 agreed");
  bench.node.leave(bench.now, 2);
  EXPECT_EQ(reasons(bench), "a: goodbye by a, begun by nobody, 0 agreed");
}

TEST_F(CauseTest, WeAreAccused) {
  bench.hear_suspect("a", 1, "c");
  EXPECT_EQ(reasons(bench), "a: claim by c, begun by nobody, 0 agreed");
  EXPECT_EQ(bench.belief("a"), "alive/2");
}

}  // namespace
}  // namespace gossipod::swim::test
