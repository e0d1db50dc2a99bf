// What one run is told on its command line: `measure <what> [--name value]...`. The Go counterpart
// in bench/peer takes the same.
#pragma once

#include <gossipod/config.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gossipod::bench {

class Options {
 public:
  // Nothing, and a line on stderr, if they make no sense.
  static std::optional<Options> parse(int argc, char** argv);

  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] double number(std::string_view name, double otherwise) const;
  [[nodiscard]] std::size_t count(std::string_view name, std::size_t otherwise) const;
  [[nodiscard]] std::string text(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] bool given(std::string_view name) const;
  [[nodiscard]] Duration seconds(std::string_view name, double otherwise) const;

  [[nodiscard]] Body body() const;
  // The LAN profile on loopback: a free port, no push-pulls unless --push-pull says how often,
  // plain unless --keys.
  [[nodiscard]] ConfigBuilder config(std::string_view name) const;

 private:
  std::string what_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace gossipod::bench
