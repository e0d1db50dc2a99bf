// Push-pulls as a peer would send them, and what is in ours.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "unit/swim/machine_bench.h"
#include "wire/codec.h"
#include "wire/stream_reader.h"

namespace gossipod::swim::test {

inline constexpr StreamId incoming{StreamId::incoming_bit | 1};

struct Said {
  std::string name;
  MemberState state = MemberState::alive;
  std::uint32_t incarnation = 1;
  std::vector<std::uint8_t> versions{1, 5, 2, 0, 0, 0};
};

inline std::vector<std::uint8_t> encode(bool join, const std::vector<Said>& all) {
  std::vector<std::uint8_t> out(256 + 128 * all.size());
  wire::Writer writer{out};
  wire::encode(writer,
               wire::PushPullHeader{.join = join, .nodes = static_cast<std::int64_t>(all.size())});
  std::uint8_t last = 20;
  for (const Said& one : all) {
    const Endpoint endpoint = endpoint_of(last++);
    wire::encode(writer, wire::Record{.name = one.name,
                                      .address = endpoint.address(),
                                      .port = 7946,
                                      .metadata = {},
                                      .incarnation = Incarnation{one.incarnation},
                                      .state = static_cast<std::int64_t>(one.state),
                                      .versions = one.versions});
  }
  out.resize(writer.size());
  return out;
}

inline void hear(MachineBench& bench, StreamId stream, Bytes bytes) {
  wire::StreamReader reader;
  ASSERT_EQ(reader.read(bytes), wire::StreamReader::Status::message);
  bench.node.on_stream_message(bench.now, stream, endpoint_of(9), reader.message());
  bench.node.check_invariants();
}

inline std::string names_in(const SharedBytes& bytes) {
  wire::StreamReader reader;
  EXPECT_EQ(reader.read(*bytes), wire::StreamReader::Status::message);
  std::string names;
  wire::Records records{std::get<wire::PushPull>(reader.message())};
  while (const auto record = records.next()) names += record->name;
  return names;
}

}  // namespace gossipod::swim::test
