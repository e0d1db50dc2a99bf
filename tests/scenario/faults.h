// Faults: what goes wrong in a story of chaos, as a list that can be printed, read again and made
// shorter. Written "begin+length kind numbers", times in milliseconds, joined by "; ":
//
//   0+120000 loss 250          a quarter of all datagrams is lost
//   0+60000 deaf 3             member 3 hears no datagrams; streams pass
//   0+60000 half_deaf 3        nothing gets to member 3 from every second other member
//   0+90000 split 50           the members from 50 on are by themselves
//   0+60000 delay 0 400        each datagram takes between 0 and 400 ms
//   0+60000 twice 100          a tenth of all datagrams comes twice
//   0+60000 flip 50            in one of 20 datagrams one bit is wrong
//   5000+0 kill 7              without a word
//   5000+0 restart 7           killed, and back with new metadata at once
//   5000+20000 pause 7         alive, but not scheduled
#pragma once

#include <gossipod/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::sim::test {

struct Fault {
  enum class Kind : std::uint8_t {
    loss,
    deaf,
    half_deaf,
    split,
    delay,
    twice,
    flip,
    kill,
    restart,
    pause
  };
  std::chrono::milliseconds begin{};
  std::chrono::milliseconds length{};
  Kind kind{};
  std::uint32_t first = 0;
  std::uint32_t second = 0;  // of delay only

  bool operator==(const Fault&) const = default;
  [[nodiscard]] std::chrono::milliseconds end() const { return begin + length; }
};
using Faults = std::vector<Fault>;

// `first` is the number of a member.
[[nodiscard]] bool is_about_one(Fault::Kind kind);

[[nodiscard]] std::string to_text(const Faults& faults);
[[nodiscard]] std::optional<Faults> parse_faults(std::string_view text);

// How a story ends: for one seed, with this list of faults.
struct Telling {
  std::uint64_t seed = 1;
  Faults faults;
};
// "seed: faults"
[[nodiscard]] std::string to_text(const Telling& telling);
[[nodiscard]] std::optional<Telling> parse_telling(std::string_view text);

// The shortest list found that still fails: no fault can be left out of it, and none can be halved
// in length. `fails` is asked at most `tries` times.
template <class Fails>
[[nodiscard]] Faults shrink(Faults faults, Fails fails, std::size_t tries = 300) {
  const auto still = [&](const Faults& shorter) { return tries > 0 && (--tries, fails(shorter)); };
  // Large parts first, then smaller ones, until no single one can go.
  for (std::size_t part = (faults.size() + 1) / 2; part > 0;) {
    bool less = false;
    for (std::size_t at = 0; at < faults.size() && faults.size() > part;) {
      Faults shorter = faults;
      const auto from = shorter.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t many = std::min(part, faults.size() - at);
      shorter.erase(from, from + static_cast<std::ptrdiff_t>(many));
      if (still(shorter)) {
        faults = shorter;
        less = true;
      } else {
        at += part;
      }
    }
    if (part == 1 && !less) break;
    part = std::max<std::size_t>(1, part / 2);
    if (tries == 0) break;
  }
  for (std::size_t at = 0; at < faults.size(); ++at) {
    for (Faults shorter = faults; shorter[at].length.count() > 1;) {
      shorter[at].length /= 2;
      if (!still(shorter)) break;
      faults = shorter;
    }
  }
  return faults;
}

}  // namespace gossipod::sim::test
