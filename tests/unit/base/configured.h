// Configurations for tests: built by what is named, under a name of their own.
#pragma once

#include <gossipod/config.h>
#include <gtest/gtest.h>

#include <functional>

namespace gossipod::test {

using Fill = std::function<void(ConfigBuilder&)>;

inline Result<Config> build(const Fill& fill) {
  ConfigBuilder builder;
  builder.with_name("a");
  fill(builder);
  return builder.build();
}

inline Config built(const Fill& fill) {
  auto config = build(fill);
  EXPECT_TRUE(config) << to_string(config.error());
  return config ? *config : Config{};
}
}  // namespace gossipod::test
