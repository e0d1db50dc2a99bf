// metadata: each member says what it does by a struct of the application's, and a client picks one
// that suits.
#include <gossipod/metadata.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

using namespace std::chrono_literals;

// "api 3": the members know it as bytes, and everybody is told them, so they are few.
struct Service {
  std::string kind;
  unsigned version = 0;

  [[nodiscard]] std::string encode() const { return kind + " " + std::to_string(version); }
  // Tolerant: other members may be older, newer, or another program altogether.
  static std::optional<Service> decode(std::string_view bytes) {
    const std::size_t blank = bytes.find(' ');
    if (blank == bytes.npos) return std::nullopt;
    Service service{std::string{bytes.substr(0, blank)}, 0};
    const auto read =
        std::from_chars(bytes.data() + blank + 1, bytes.data() + bytes.size(), service.version);
    if (read.ec != std::errc{}) return std::nullopt;
    return service;
  }
};

gossipod::Config named(std::string_view name) {
  const auto config = gossipod::ConfigBuilder{}
                          .with_name(name)
                          .with_port(0)
                          .with_network_type(gossipod::NetworkType::local)
                          .build();
  return *config;  // nothing in it can be wrong
}

int main() {
  auto shop = gossipod::start(named("shop"), Service{"api", 3});
  if (!shop) return gossipod::report(shop.error());
  auto store = gossipod::start(named("store"), Service{"db", 15});
  if (!store) return gossipod::report(store.error());
  auto client = gossipod::Gossipod::start(named("client"));  // says nothing of itself
  if (!client) return gossipod::report(client.error());

  const std::string seed = to_string((*shop)->local_endpoint());
  if (auto joined = (*store)->join({seed}, 10s); !joined) return gossipod::report(joined.error());
  if (auto joined = client->join({seed}, 10s); !joined) return gossipod::report(joined.error());

  for (const std::string_view name : {"client", "shop", "store"}) {
    const auto members = client->members();
    const auto* member = members.find(name);
    const auto service = member != nullptr ? gossipod::metadata_of<Service>(*member) : std::nullopt;
    std::printf("%s: %s\n", std::string{name}.c_str(),
                service ? (service->kind + ", version " + std::to_string(service->version)).c_str()
                        : "no service");
  }

  // An upgrade, seen by the client without asking.
  if (auto told = shop->set_metadata({"api", 4}, 10s); !told) return gossipod::report(told.error());
  const auto newer = client->wait_until(
      [](const gossipod::Members& members) {
        const auto* member = members.find("shop");
        const auto service =
            member != nullptr ? gossipod::metadata_of<Service>(*member) : std::nullopt;
        return service && service->version == 4;
      },
      10s);
  if (!newer) return gossipod::report(newer.error());
  std::puts("shop: upgraded to version 4");
}
