#include <gossipod/config.h>
#include <gtest/gtest.h>

#include "envelope/envelope.h"

namespace gossipod::envelope {
namespace {

TEST(Settings, ComeFromTheConfiguration) {
  Config config;
  config.label = "blah";
  config.skip_inbound_label_check = true;
  config.verify_incoming = false;
  config.verify_outgoing = false;
  const Settings settings = settings_from(config, true);
  EXPECT_EQ(settings.label, "blah");
  EXPECT_TRUE(settings.skip_inbound_label_check);
  EXPECT_FALSE(settings.verify_incoming);
  EXPECT_FALSE(settings.verify_outgoing);
  EXPECT_TRUE(settings.link_secured);
  for (const unsigned version : {1u, 2u, 3u, 4u, 5u}) {
    config.protocol_version = static_cast<std::uint8_t>(version);
    EXPECT_EQ(settings_from(config, false).seal_version,
              version == 1 ? SealVersion::padded : SealVersion::plain);
  }
}

}  // namespace
}  // namespace gossipod::envelope
