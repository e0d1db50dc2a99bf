// Metadata of a type of the user's.
#include <gossipod/metadata.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "unit/cluster/village.h"

namespace gossipod {
namespace {

using namespace std::chrono_literals;
using test::Village;

// "role:" and a name.
struct Role {
  std::string name;
  [[nodiscard]] std::string encode() const { return "role:" + name; }
  static std::optional<Role> decode(std::string_view bytes) {
    if (!bytes.starts_with("role:")) return std::nullopt;
    return Role{std::string{bytes.substr(5)}};
  }
};
struct NoDecode {
  [[nodiscard]] std::string encode() const { return {}; }
};
static_assert(NodeMetadata<Role>);
static_assert(!NodeMetadata<NoDecode>);
static_assert(!NodeMetadata<std::string>);

Config config(const char* name, int last) {
  return *ConfigBuilder{}
              .with_name(name)
              .with_addr("10.0.0." + std::to_string(last))
              .with_network_type(NetworkType::local)
              .build();
}

TEST(TypedMetadata, GetsAroundAndChanges) {
  Village village;
  Parts parts;
  parts.loop = village.loop;
  auto a = start(config("a", 1), Role{"web"}, parts);
  ASSERT_TRUE(a) << to_string(a.error());
  auto b = start(config("b", 2), Role{"db"}, parts);
  ASSERT_TRUE(b) << to_string(b.error());
  EXPECT_EQ((*a).metadata()->name, "web");
  ASSERT_TRUE((**b).join({"10.0.0.1"}, 5s));
  const Members seen = b->members();
  ASSERT_NE(seen.find("a"), nullptr);
  EXPECT_EQ(metadata_of<Role>(*seen.find("a"))->name, "web");

  ASSERT_TRUE(a->set_metadata(Role{"proxy"}, 5s));
  EXPECT_EQ(a->metadata()->name, "proxy");
  const auto updated = Village::await(**b, Event::Kind::update, "a");
  ASSERT_TRUE(updated);
  EXPECT_EQ(metadata_of<Role>(updated->member)->name, "proxy");
}

TEST(TypedMetadata, OfOthersMayBeAnything) {
  Village village;
  Parts parts;
  parts.loop = village.loop;
  Gossipod stranger = village.start("stranger", 1);
  auto a = start(config("a", 2), Role{"web"}, parts);
  ASSERT_TRUE(a);
  ASSERT_TRUE((**a).join({"10.0.0.1"}, 5s));
  EXPECT_FALSE(metadata_of<Role>(*a->members().find("stranger")));
}

TEST(TypedMetadata, FitsOrIsRefused) {
  Village village;
  Parts parts;
  parts.loop = village.loop;
  const auto refused = start(config("a", 1), Role{std::string(508, 'x')}, parts);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_config);
  EXPECT_EQ(to_string(refused.error()), "metadata: 513 bytes; at most 512");

  auto a = start(config("a", 1), Role{std::string(507, 'x')}, parts);
  ASSERT_TRUE(a);
  const auto larger = a->set_metadata(Role{std::string(508, 'y')}, 5s);
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().code, Errc::too_large);
  EXPECT_EQ(a->metadata()->name, std::string(507, 'x'));
}

}  // namespace
}  // namespace gossipod
