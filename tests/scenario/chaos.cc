#include "scenario/chaos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

namespace gossipod::sim::test {
namespace {

using Kind = Fault::Kind;
using std::chrono::milliseconds;

class Run {
 public:
  Run(const Story& story, const Telling& telling)
      : story_{story},
        telling_{telling},
        world_{telling.seed,
               {.members = story.members,
                .configure =
                    [configure = story.configure](std::size_t, Config& config) {
                      if (configure) configure(config);
                    },
                .check_every = 5000}},
        versions_(story.members, 0) {}

  Ending tell() {
    world_.start_all_joined();
    if (!settles(std::chrono::seconds{90})) return fail("they never met");
    world_.forget_heard();
    start_ = world_.now();
    std::set<milliseconds> moments;
    for (const Fault& fault : telling_.faults) moments.insert({fault.begin, fault.end()});
    for (const milliseconds moment : moments) {
      world_.run_for(start_ + moment - world_.now());
      if (!step(moment)) return ending_;
    }
    if (!moments.empty()) ending_.faults_lasted = *moments.rbegin();
    const TimePoint over = world_.now();
    const bool healed = settles(story_.heals_within);
    ending_.healed_after = std::chrono::duration_cast<milliseconds>(world_.now() - over);
    count_removals();
    if (!healed) return fail("not all agree on the truth, so long after it was over");
    if (ending_.false_removals > story_.false_removals_most) {
      return fail(std::to_string(ending_.false_removals) + " false removals: " + removals_);
    }
    return ending_;
  }

 private:
  Ending fail(std::string why) {
    ending_.failure = std::move(why);
    return ending_;
  }

  [[nodiscard]] bool is_member(std::uint32_t number) const { return number < world_.size(); }
  [[nodiscard]] TimePoint at(milliseconds moment) const { return start_ + moment; }

  // What begins or ends at that moment.
  bool step(milliseconds moment) {
    bool network = false;
    for (const Fault& fault : telling_.faults) {
      const bool one = fault.kind == Kind::kill || fault.kind == Kind::restart ||
                       fault.kind == Kind::pause || fault.kind == Kind::deaf;
      if (one && !is_member(fault.first)) continue;
      if (fault.begin == moment) begin(fault);
      const bool woken = fault.kind == Kind::pause && fault.end() == moment;
      if (woken && story_.paused_go && world_.runs(fault.first) &&
          !world_.gone_everywhere(fault.first)) {
        fail(World::name_of(fault.first) + " was stopped so long, and not removed");
        return false;
      }
      network = true;
    }
    if (network) set_network(moment);
    return true;
  }

  void begin(const Fault& fault) {
    if (fault.kind == Kind::kill && world_.runs(fault.first)) world_.kill(fault.first);
    if (fault.kind == Kind::pause && world_.runs(fault.first)) {
      world_.stall(fault.first, fault.length);
    }
    if (fault.kind == Kind::restart) {
      world_.restart(fault.first, "version " + std::to_string(++versions_[fault.first]));
      for (std::uint32_t seed = 0; seed < world_.size(); ++seed) {
        if (seed == fault.first || !world_.runs(seed)) continue;
        world_.join(fault.first, seed);
        break;
      }
    }
  }

  void set_network(milliseconds moment) {
    VirtualConditions weather;
    world_.heal();
    for (const Fault& fault : telling_.faults) {
      if (fault.begin > moment || fault.end() <= moment) continue;
      if (fault.kind == Kind::loss) weather.loss_per_thousand = fault.first;
      if (fault.kind == Kind::twice) weather.duplicate_per_thousand = fault.first;
      if (fault.kind == Kind::flip) weather.flip_per_thousand = fault.first;
      if (fault.kind == Kind::delay) {
        weather.latency_min = milliseconds{fault.first};
        weather.latency_max = milliseconds{fault.second};
      }
      if (fault.kind == Kind::split) world_.split(fault.first);
      if (fault.kind == Kind::deaf && is_member(fault.first)) {
        for (std::size_t other = (fault.first + 1) % 2; other < world_.size(); other += 2) {
          if (other != fault.first) world_.cut(other, fault.first);
        }
      }
    }
    world_.set_weather(weather);
  }

  [[nodiscard]] bool excused(const Heard& death, std::size_t whom) const {
    for (const Fault& fault : telling_.faults) {
      const bool since = death.at >= at(fault.begin);
      const bool during = since && death.at <= at(fault.end() + story_.grace);
      const bool it = fault.first == whom;
      if (fault.kind == Kind::split && during && death.by != whom) {
        if ((death.by < fault.first) != (whom < fault.first)) return true;
        // Told by somebody of the other side, right after the end.
        if (death.at > at(fault.end())) return true;
      }
      if (fault.kind == Kind::kill && it && since) return true;
      if (fault.kind == Kind::pause && it && during && !story_.paused_stay) return true;
    }
    return false;
  }

  void count_removals() {
    for (const Heard& heard : world_.heard()) {
      if (heard.kind != swim::Event::Kind::dead) continue;
      for (std::size_t whom = 0; whom < world_.size(); ++whom) {
        if (heard.about != World::name_of(whom) || excused(heard, whom)) continue;
        if (++ending_.false_removals > 5) continue;
        const auto when = std::chrono::duration_cast<milliseconds>(heard.at - start_);
        removals_ += heard.about + " by " + World::name_of(heard.by) + " at " +
                     std::to_string(when.count()) + " ms, said " + heard.accuser + "; ";
      }
    }
  }

  [[nodiscard]] bool newest() const {
    for (std::size_t whom = 0; whom < world_.size(); ++whom) {
      if (versions_[whom] == 0 || !world_.runs(whom)) continue;
      const std::string wanted = "version " + std::to_string(versions_[whom]);
      for (std::size_t who = 0; who < world_.size(); ++who) {
        if (world_.runs(who) && world_.metadata(who, whom) != wanted) return false;
      }
    }
    return true;
  }

  bool settles(milliseconds within) {
    const TimePoint end = world_.now() + within;
    while (!(world_.settled() && newest())) {
      if (world_.now() >= end) return false;
      world_.run_for(milliseconds{500});
    }
    return true;
  }

  const Story& story_;
  const Telling& telling_;
  World world_;
  TimePoint start_{};
  std::vector<std::uint32_t> versions_;
  Ending ending_;
  std::string removals_;
};

std::string replay_command(const Telling& telling) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  return "GOSSIPOD_REPLAY='" + to_text(telling) + "' " + testing::internal::GetArgvs().front() +
         " --gtest_filter=" + test->test_suite_name() + "." + test->name();
}

}  // namespace

Ending tell(const Story& story, const Telling& telling) { return Run{story, telling}.tell(); }

void tell_for_seeds(const Story& story, std::uint64_t few,
                    const std::function<void(const Ending&)>& ended) {
  if (const char* replay = std::getenv("GOSSIPOD_REPLAY")) {
    const auto telling = parse_telling(replay);
    ASSERT_TRUE(telling) << "GOSSIPOD_REPLAY is not 'seed: faults'";
    EXPECT_EQ(tell(story, *telling).failure, "");
    return;
  }
  const char* text = std::getenv("GOSSIPOD_SEEDS");
  const std::uint64_t seeds = text != nullptr ? std::strtoull(text, nullptr, 10) : few;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Ending ending = tell(story, {seed, story.faults});
    if (ended) ended(ending);
    if (ending.failure.empty()) continue;
    const auto fails = [&](const Faults& faults) {
      return !tell(story, {seed, faults}).failure.empty();
    };
    const Telling shortest{seed, shrink(story.faults, fails, 40)};
    FAIL() << "seed " << seed << ": " << ending.failure << "\nreplay the shortest with\n  "
           << replay_command(shortest);
  }
}

}  // namespace gossipod::sim::test
