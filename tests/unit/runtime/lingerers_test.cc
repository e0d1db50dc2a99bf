// Lingerers: how many may linger, and who goes first.
#include "runtime/posix/lingerers.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace gossipod::runtime {
namespace {

// Its peer takes nothing and says nothing.
class StuckStream final : public Stream {
 public:
  explicit StuckStream(Owner& keeper) : Stream{StreamId{1}, Endpoint{}, keeper} {
    unsent_.push_back(std::make_shared<const LargeBytes>(1));
  }
  void flush() override {}
  Bytes read(MutableBytes) override { return {}; }
  void wait() override {}
  void drop() override { dropped = true; }
  bool dropped = false;

 protected:
  bool begin() override { return true; }
};

struct Lingering {
  Lingerers lingerers{[] {}};
  std::vector<std::shared_ptr<StuckStream>> streams;
  bool add(std::size_t nodes) {
    streams.push_back(std::make_shared<StuckStream>(lingerers));
    return lingerers.add(TimePoint{}, streams.back(), nodes);
  }
  [[nodiscard]] std::size_t dropped() const {
    std::size_t count = 0;
    for (const auto& stream : streams) count += stream->dropped ? 1 : 0;
    return count;
  }
};

TEST(Lingerers, OfTooManyTheOldestGoes) {
  Lingering all;
  for (std::size_t i = 0; i < limits::streams_lingering_max + 1; ++i) EXPECT_TRUE(all.add(1));
  EXPECT_EQ(all.dropped(), 0u);
  EXPECT_FALSE(all.add(1));
  EXPECT_EQ(all.dropped(), 1u);
  EXPECT_TRUE(all.streams.front()->dropped);
}

// Hundreds of nodes on one loop used to have room for as many as one, and answers were cut off.
TEST(Lingerers, ManyNodesHaveRoomForMore) {
  Lingering all;
  for (std::size_t i = 0; i < limits::streams_lingering_max + 1000; ++i) {
    EXPECT_TRUE(all.add(1000));
  }
  EXPECT_EQ(all.dropped(), 0u);
}

}  // namespace
}  // namespace gossipod::runtime
