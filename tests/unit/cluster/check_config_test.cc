#include "cluster/check_config.h"

#include <gossipod/limits.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace gossipod {
namespace {

TEST(CheckConfig, TakesDefaultsWithAName) {
  Config config;
  EXPECT_FALSE(cluster::check_config(config));
  config.name = "a";
  EXPECT_TRUE(cluster::check_config(config));
}

TEST(CheckConfig, NamesTheField) {
  struct Case {
    const char* field;
    std::function<void(Config&)> spoil;
  };
  const Case cases[] = {
      {"name", [](Config& c) { c.name.assign(limits::name_bytes_max + 1, 'x'); }},
      {"metadata", [](Config& c) { c.metadata.assign(limits::metadata_bytes_max + 1, 'x'); }},
      {"label", [](Config& c) { c.label.assign(limits::label_bytes_max + 1, 'x'); }},
      {"packet_bytes", [](Config& c) { c.packet_bytes = 1; }},
      {"protocol_version", [](Config& c) { c.protocol_version = 6; }},
      {"key", [](Config& c) { c.keys.emplace_back(15); }},
      {"ack_timeout", [](Config& c) { c.ack_timeout = c.probing_interval; }}};
  for (const Case& row : cases) {
    Config config;
    config.name = "a";
    row.spoil(config);
    const auto checked = cluster::check_config(config);
    ASSERT_FALSE(checked) << row.field;
    EXPECT_EQ(checked.error().code, Errc::invalid_config);
    EXPECT_EQ(checked.error().field, row.field);
  }
}

}  // namespace
}  // namespace gossipod
