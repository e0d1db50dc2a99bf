// From what is typed to a configuration, or to the option to blame.
#include "cli/node_options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace gossipod::cli {
namespace {

using namespace std::chrono_literals;

Result<NodeOptions> parsed(std::vector<std::string> words) {
  CLI::App app;
  NodeArguments arguments;
  arguments.declare(app);
  words.insert(words.begin(), {"--name=a", "--bind=127.0.0.1:7946"});
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  app.parse(words);
  return arguments.options();
}

TEST(NodeOptions, Defaults) {
  const auto options = parsed({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config.name, "a");
  EXPECT_EQ(options->config.level, Level::suspicion);
  EXPECT_EQ(options->log, Fact::Level::warning);
  EXPECT_TRUE(options->config.compression);
  EXPECT_FALSE(options->json);
  EXPECT_FALSE(options->trace);
  EXPECT_TRUE(options->seeds.empty());
}

TEST(NodeOptions, WhatIsTypedIsWhatIsConfigured) {
  const auto options = parsed({"--join",
                               "10.0.0.1:1,10.0.0.2:2",
                               "--join=10.0.0.3:3",
                               "--key",
                               "000102030405060708090a0b0c0d0e0f",
                               "--key=AAECAwQFBgcICQoLDA0OEA==",
                               "--label",
                               "blue",
                               "--verify-incoming",
                               "off",
                               "--meta",
                               "here",
                               "--delegate-protocol=2:5:5",
                               "--no-compress",
                               "--level",
                               "basic",
                               "--trace",
                               "--log=debug",
                               "--json",
                               "--suspicious-timeout",
                               "7s"});
  ASSERT_TRUE(options);
  const Config& config = options->config;
  EXPECT_EQ(options->seeds, (std::vector<std::string>{"10.0.0.1:1", "10.0.0.2:2", "10.0.0.3:3"}));
  ASSERT_EQ(config.keys.size(), 2u);
  EXPECT_EQ(config.keys[0].back(), 15);
  EXPECT_EQ(config.keys[1].back(), 16);
  EXPECT_EQ(config.label, "blue");
  EXPECT_FALSE(config.verify_incoming);
  EXPECT_TRUE(config.verify_outgoing);
  EXPECT_EQ(config.metadata, "here");
  EXPECT_EQ(config.delegate_min, 2);
  EXPECT_EQ(config.delegate_max, 5);
  EXPECT_EQ(config.delegate_current, 5);
  EXPECT_FALSE(config.compression);
  EXPECT_EQ(config.level, Level::basic);
  EXPECT_EQ(config.suspicious_timeout, 7s);
  EXPECT_TRUE(options->trace && options->json);
  EXPECT_EQ(options->log, Fact::Level::debug);
}

TEST(NodeOptions, TheOptionToBlameIsNamed) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"--key=abc", "--key"},
      {"--meta=" + std::string(513, 'x'), "--meta"},
      {"--delegate-protocol=5:2:3", "--delegate-protocol"},
      {"--delegate-protocol=a:b:c", "--delegate-protocol"},
      {"--ack-timeout=soon", "--ack-timeout"},
      {"--advertise=nowhere", "--advertise"}};
  for (const auto& [word, blamed] : wrong) {
    const auto options = parsed({word});
    ASSERT_FALSE(options) << word;
    EXPECT_EQ(options.error().field, blamed);
  }
}

TEST(NodeOptions, KeysInBothForms) {
  EXPECT_EQ(*parse_key("000102030405060708090a0b0c0d0e0f"), *parse_key("AAECAwQFBgcICQoLDA0ODw=="));
  EXPECT_FALSE(parse_key("00"));
}

}  // namespace
}  // namespace gossipod::cli
