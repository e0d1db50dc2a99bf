#include "options.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace gossipod::bench {
namespace {

constexpr std::string_view usage =
    "usage: measure cluster|load|reliable|decode|seal|packet|view|crowd [--name value]...\n"
    "  all:      --body asio|io_uring --loops N --keys 0|1 --push-pull SECONDS --patience SECONDS\n"
    "  cluster:  --nodes N --at-once N --apart SECONDS --idle SECONDS --hold 0|1\n"
    "            --changes N --broadcasts N --joins N --kill N\n"
    "  reliable: --messages N --bytes N --compress 0|1\n"
    "  decode:   --packet FILE --seconds SECONDS        seal: --seconds SECONDS\n"
    "  packet:   --packet FILE\n"
    "  view:     --crowd CONTROL_PORT --port PORT --members N --idle SECONDS\n"
    "            --exchanges N --every SECONDS\n"
    "  load:     --crowd CONTROL_PORT --nodes N\n"
    "  crowd:    --members N --port PORT --seconds OF_A_FLOOD\n";

constexpr std::array names{"body",      "keys",    "push-pull", "patience",   "nodes",   "at-once",
                           "idle",      "hold",    "changes",   "broadcasts", "joins",   "kill",
                           "messages",  "bytes",   "compress",  "packet",     "seconds", "crowd",
                           "exchanges", "members", "port",      "every",      "loops",   "apart"};

}  // namespace

std::optional<Options> Options::parse(int argc, char** argv) {
  Options options;
  if (argc >= 2) options.what_ = argv[1];
  bool good = argc >= 2 && argc % 2 == 0;
  for (int i = 2; good && i + 1 < argc; i += 2) {
    const std::string_view name{argv[i]};
    good = name.starts_with("--") &&
           std::find(names.begin(), names.end(), name.substr(2)) != names.end();
    if (good) options.values_.emplace(name.substr(2), argv[i + 1]);
  }
  const std::string body = options.text("body", "asio");
  if (good && (body == "asio" || body == "io_uring")) return options;
  std::fputs(usage.data(), stderr);
  return std::nullopt;
}

bool Options::given(std::string_view name) const { return values_.find(name) != values_.end(); }

std::string Options::text(std::string_view name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string{otherwise} : found->second;
}

double Options::number(std::string_view name, double otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? otherwise : std::strtod(found->second.c_str(), nullptr);
}

std::size_t Options::count(std::string_view name, std::size_t otherwise) const {
  return static_cast<std::size_t>(number(name, static_cast<double>(otherwise)));
}

Duration Options::seconds(std::string_view name, double otherwise) const {
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(number(name, otherwise)));
}

Body Options::body() const {
  return text("body", "asio") == "io_uring" ? Body::io_uring : Body::asio;
}

ConfigBuilder Options::config(std::string_view name) const {
  using namespace std::chrono_literals;
  ConfigBuilder builder;
  builder.with_name(name).with_addr("127.0.0.1").with_port(0).with_body(body());
  builder.with_push_pull_interval(given("push-pull") ? seconds("push-pull", 30) : Duration{1h});
  if (count("keys", 0) > 0) builder.with_key("000102030405060708090a0b0c0d0e0f");
  if (count("compress", 1) == 0) builder.with_compression(false);
  return builder;
}

}  // namespace gossipod::bench
