// Without sockets: a packet of 1,400 bytes with 20 claims taken apart, and 1,400 bytes sealed and
// opened. The other side reads the same packet from the same file.
#include <gossipod/entropy.h>
#include <gossipod/limits.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/reporter.h"
#include "envelope/cipher.h"
#include "figures.h"
#include "process.h"
#include "runs.h"
#include "wire/packet_builder.h"
#include "wire/walk.h"

namespace gossipod::bench {
namespace {

constexpr std::size_t claims_in_packet = 20;

// Claims with as much metadata as fills the packet; the last one has what is left.
std::vector<std::uint8_t> packet_of_claims() {
  constexpr std::array<std::uint8_t, 6> versions{1, 5, 2, 0, 0, 0};
  const std::vector<std::uint8_t> metadata(limits::packet_bytes, 'm');
  const auto packet_with = [&](std::size_t each, std::size_t last) {
    std::vector<std::uint8_t> out(2 * limits::packet_bytes);
    wire::PacketBuilder builder{out};
    bool fits = true;
    for (std::size_t i = 0; i < claims_in_packet; ++i) {
      const std::string name = "node-" + std::to_string(i);
      const std::array<std::uint8_t, 4> address{10, 0, 0, static_cast<std::uint8_t>(i + 1)};
      const std::size_t size = i + 1 < claims_in_packet ? each : last;
      fits = fits && builder.add(wire::Alive{.incarnation = Incarnation{7},
                                             .node = name,
                                             .address = address,
                                             .port = 7946,
                                             .metadata = Bytes{metadata}.first(size),
                                             .versions = versions});
    }
    out.resize(fits ? builder.finish() : 2 * limits::packet_bytes);
    return out;
  };
  std::size_t each = 0;
  while (packet_with(each + 1, each + 1).size() <= limits::packet_bytes) ++each;
  std::size_t last = each;
  while (packet_with(each, last + 1).size() <= limits::packet_bytes) ++last;
  return packet_with(each, last);
}

// Calls `once` again and again for so long; nanoseconds and heap calls per call.
template <class Once>
void time_it(Figures& figures, const std::string& name, double seconds, const Once& once) {
  for (int i = 0; i < 1000; ++i) once();
  const std::uint64_t calls = heap_calls();
  const double cpu = processor_seconds();
  const auto begin = Clock::now();
  double count = 0;
  do {
    for (int i = 0; i < 1000; ++i) once();
    count += 1000;
  } while (seconds_since(begin) < seconds);
  figures.set(name + "_ns", 1e9 * (processor_seconds() - cpu) / count);
  figures.set(name + "_heap_calls", static_cast<double>(heap_calls() - calls) / count);
}

}  // namespace

void run_packet(const Options& options) {
  const auto packet = packet_of_claims();
  std::ofstream file{options.text("packet", "packet"), std::ios::binary};
  file.write(reinterpret_cast<const char*>(packet.data()),
             static_cast<std::streamsize>(packet.size()));
  if (!file.flush()) give_up("failed", "cannot write the packet");
  Figures figures;
  figures.set("bytes", static_cast<double>(packet.size()));
  figures.print();
}

void run_decode(const Options& options) {
  std::ifstream file{options.text("packet", "packet"), std::ios::binary};
  const std::vector<std::uint8_t> packet{std::istreambuf_iterator<char>{file}, {}};
  std::vector<std::uint8_t> scratch;
  Counters counters;
  Reporter reporter{nullptr, &counters};
  std::size_t claims = 0;
  std::size_t metadata = 0;  // looked at, so that nothing can be left out
  Figures figures;
  figures.set("bytes", static_cast<double>(packet.size()));
  time_it(figures, "decode", options.number("seconds", 1), [&] {
    wire::Walk walk{packet, scratch, reporter};
    claims = 0;
    while (const auto message = walk.next()) {
      const auto* alive = std::get_if<wire::Alive>(&*message);
      if (alive == nullptr) continue;
      ++claims;
      metadata += alive->metadata.size() + alive->node.size();
    }
  });
  if (claims != claims_in_packet || metadata == 0) give_up("failed", "the packet is not whole");
  figures.set("claims", static_cast<double>(claims));
  figures.print();
}

void run_seal(const Options& options) {
  constexpr auto version = envelope::SealVersion::plain;
  constexpr std::size_t bytes = limits::packet_bytes;
  const double seconds = options.number("seconds", 1);
  envelope::Cipher cipher{std::vector<std::uint8_t>(32, 0x5a)};
  const auto entropy = system_entropy();
  std::vector<std::uint8_t> frame(envelope::sealed_size(version, bytes), 'p');
  envelope::Nonce nonce{};
  std::size_t sealed = 0;
  Figures figures;
  time_it(figures, "seal", seconds, [&] {
    entropy->fill(nonce);
    sealed = cipher.seal(version, nonce, {}, {}, frame, bytes);
  });
  std::vector<std::uint8_t> plain(sealed);
  std::size_t opened = 0;
  time_it(figures, "open", seconds,
          [&] { opened = cipher.open(Bytes{frame}.first(sealed), {}, {}, plain).value_or(0); });
  if (opened != bytes) give_up("failed", "what was sealed does not open");
  figures.set("sealed_bytes", static_cast<double>(sealed));
  figures.print();
}

}  // namespace gossipod::bench
