#include "scenario/chaos.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "scenario/excuses.h"

namespace gossipod::sim::test {
namespace {

using Kind = Fault::Kind;
using std::chrono::milliseconds;

// A story of a hundred takes a second or two to tell. So many are enough to find two or three
// faults among a hundred, and are over before the test's time is.
constexpr std::size_t tries_at_once = 150;
constexpr std::size_t tries_in_a_replay = 300;

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
    if (!settles(std::chrono::seconds{90})) return fail(Failure::never_met, "they never met");
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
    if (!healed) {
      return fail(Failure::not_healed, "not all agree on the truth, so long after it was over");
    }
    if (ending_.false_removals > story_.false_removals_most) {
      return fail(Failure::wrongly_removed,
                  std::to_string(ending_.false_removals) + " false removals: " + removals_);
    }
    return ending_;
  }

 private:
  Ending fail(Failure failure, std::string what) {
    ending_.failure = failure;
    ending_.what = std::move(what);
    return ending_;
  }

  [[nodiscard]] bool is_member(std::uint32_t number) const { return number < world_.size(); }

  // What begins or ends at that moment.
  bool step(milliseconds moment) {
    bool network = false;
    for (const Fault& fault : telling_.faults) {
      if (is_about_one(fault.kind) && !is_member(fault.first)) continue;
      if (fault.begin == moment) begin(fault);
      if (fault.end() == moment && !kept_its_promise(fault)) return false;
      network = true;
    }
    if (network) set_network(moment);
    return true;
  }

  // What a fault so long must have led to by its end.
  bool kept_its_promise(const Fault& fault) {
    if (fault.kind == Kind::pause && fault.length >= story_.removed_after &&
        world_.runs(fault.first) && !world_.gone_everywhere(fault.first)) {
      fail(Failure::not_removed,
           World::name_of(fault.first) + " was stopped so long, and not removed");
      return false;
    }
    if (fault.kind != Kind::split || fault.length < story_.forgotten_after) return true;
    for (std::size_t who = 0; who < world_.size(); ++who) {
      for (std::size_t whom = 0; whom < world_.size() && world_.runs(who); ++whom) {
        if ((who < fault.first) == (whom < fault.first) || !world_.sees(who, whom)) continue;
        fail(Failure::not_forgotten, World::name_of(who) + " was split from " +
                                         World::name_of(whom) + " so long, and has its row");
        return false;
      }
    }
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
      if (fault.kind == Kind::deaf && is_member(fault.first)) world_.deafen(fault.first);
      if (fault.kind == Kind::half_deaf && is_member(fault.first)) {
        for (std::size_t other = (fault.first + 1) % 2; other < world_.size(); other += 2) {
          if (other != fault.first) world_.cut(other, fault.first);
        }
      }
    }
    world_.set_weather(weather);
  }

  [[nodiscard]] Excuses excuses() const {
    auto config = ConfigBuilder{}.with_name("anybody").build();
    if (story_.configure) story_.configure(*config);
    return {.faults = telling_.faults,
            .start = start_,
            .longest_suspicion = longest_suspicion(*config, story_.members),
            .removed_after = story_.removed_after,
            .forgotten_after = story_.forgotten_after,
            .paused_stay = story_.paused_stay};
  }

  void count_removals() {
    const Excuses excuses = this->excuses();
    for (const Heard& heard : world_.heard()) {
      if (heard.kind != swim::Event::Kind::dead) continue;
      for (std::size_t whom = 0; whom < world_.size(); ++whom) {
        if (heard.about != World::name_of(whom) || excuses.excuse(heard, whom)) continue;
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

void tell_one(const Story& story, const Telling& telling, std::size_t tries,
              const std::function<void(const Ending&)>& ended) {
  const Ending ending = tell(story, telling);
  if (ended) ended(ending);
  if (ending.failure == Failure::none) return;
  // Said before it is shrunk, which takes a while.
  ADD_FAILURE() << "seed " << telling.seed << ": " << ending.what;
  const auto told = [&](const Faults& faults) { return tell(story, {telling.seed, faults}); };
  const Telling shorter{telling.seed, shortest(telling.faults, ending.failure, told, tries)};
  std::printf("replay the shortest, which is made shorter still if it can be, with\n  %s\n",
              replay_command(shorter).c_str());
}

}  // namespace

Ending tell(const Story& story, const Telling& telling) { return Run{story, telling}.tell(); }

Faults shortest(const Faults& faults, Failure failure,
                const std::function<Ending(const Faults&)>& told, std::size_t tries) {
  return shrink(
      faults, [&](const Faults& shorter) { return told(shorter).failure == failure; }, tries);
}

void tell_for_seeds(const Story& story, std::uint64_t few,
                    const std::function<void(const Ending&)>& ended) {
  if (const char* replay = std::getenv("GOSSIPOD_REPLAY")) {
    const auto telling = parse_telling(replay);
    ASSERT_TRUE(telling) << "GOSSIPOD_REPLAY is not 'seed: faults'";
    tell_one(story, *telling, tries_in_a_replay, {});
    return;
  }
  const char* text = std::getenv("GOSSIPOD_SEEDS");
  const std::uint64_t seeds = text != nullptr ? std::strtoull(text, nullptr, 10) : few;
  for (std::uint64_t seed = 1; seed <= seeds && !testing::Test::HasFailure(); ++seed) {
    tell_one(story, {seed, story.faults}, tries_at_once, ended);
  }
}

}  // namespace gossipod::sim::test
