// CatchUp: whether and when one who joined asks again, because others joined beside it.
//
// During a burst of joins gossip alone leaves gaps: each claim is told a limited number of times,
// and among many nodes and many claims somebody misses some. So a joiner that hears of many others
// within a second asks once more, a little later, one of those it learned of last, for who came
// later was told more; and again, until that brings nothing new. So does, once, whoever kept to
// itself what its seed had said: it cannot know who joined beside it.
//
// Of thousands that come at once, gossip would still be telling when everybody has asked. There,
// who is about to ask keeps to itself what it hears, and any word of a newcomer means that more are
// coming: it is worth waiting until it has become quiet. Answers that take long are asked for less
// often: who answers has others to answer too.
//
// Threads: none. Knows no members, only how many there are.
#pragma once

#include <gossipod/time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/rng.h"

namespace gossipod::swim {

class CatchUp {
 public:
  static constexpr std::size_t large_from = 1024;  // members

  explicit CatchUp(Rng& rng) : rng_{rng} {}

  // We began, or asked somebody to take us in: we are a joiner, for a while.
  void on_join(TimePoint now) { joined_at_ = now; }
  // What a seed said was kept to ourselves.
  void on_seed_kept(TimePoint now, std::size_t members);
  // So many were heard of so far, other than by answers to our own questions.
  void on_heard(TimePoint now, std::uint64_t heard, std::size_t members);

  [[nodiscard]] TimePoint next_deadline() const { return ask_at_; }
  // It is time, and somebody was asked: so many members were learned of so far, by all ways.
  void on_asked(TimePoint now, std::uint64_t learned);
  // True: we are content.
  [[nodiscard]] bool on_answer(TimePoint now, std::uint64_t learned, std::size_t members);
  // It is time, and there is nobody; or no answer came: so it has not brought nothing.
  void on_no_answer(TimePoint now, std::size_t members);

  // What we hear others hear too, or will be told.
  [[nodiscard]] bool keeps_to_itself(std::size_t members) const {
    return active() && members > large_from;
  }
  // So many of the latest are told of again by who is content: if somebody never heard of them, it
  // hears it now.
  [[nodiscard]] static std::size_t reminded(std::size_t members) {
    return members > large_from ? 4 : 0;
  }
  // The first of so many places, in the order in which members came, one of which is asked.
  [[nodiscard]] static std::size_t oldest_asked(std::size_t places);

 private:
  static constexpr std::uint64_t burst = 8;  // more members heard of within burst_window
  static constexpr Duration burst_window = std::chrono::seconds{1};
  static constexpr Duration shortest_pause = std::chrono::milliseconds{250};
  // For each so many members as long again. Among many longer still: whoever asks sooner keeps the
  // others busy with answers that are soon out of date.
  static constexpr std::size_t pause_share = 256;
  static constexpr std::size_t pause_share_of_many = 200;
  static constexpr int put_off_pauses = 2;              // at most, for a burst that goes on
  static constexpr std::uint32_t quiet_in_a_burst = 2;  // one may have missed the same as we
  static constexpr Duration joining = std::chrono::seconds{60};  // for so long one is a joiner

  [[nodiscard]] bool active() const { return ask_at_ != never || asking_; }
  [[nodiscard]] bool is_joiner(TimePoint now) const { return now - joined_at_ <= joining; }
  void begin(TimePoint now, std::size_t members);
  void plan(TimePoint now, std::size_t members);
  void put_off(TimePoint now, std::size_t members);
  [[nodiscard]] Duration pause(std::size_t members) const;

  Rng& rng_;
  TimePoint joined_at_{};
  TimePoint ask_at_ = never;
  TimePoint planned_at_{};
  TimePoint asked_at_{};
  Duration took_{};                  // the last answer
  std::uint64_t learned_asked_ = 0;  // when we asked last
  std::uint32_t quiet_ = 0;          // questions in a row that brought nothing
  std::uint32_t quiet_enough_ = 1;   // then we are content
  bool asking_ = false;              // the answer has not come yet
  TimePoint window_start_ = TimePoint::min();
  std::uint64_t heard_before_ = 0;  // at the start of the window
};

}  // namespace gossipod::swim
