#include "golden/said.h"

#include <algorithm>

#include "envelope/envelope.h"
#include "golden/fields.h"
#include "session/key_face.h"
#include "wire/lzw.h"
#include "wire/stream_reader.h"

namespace gossipod::golden {

Said opened(const Config& config, const Octets& said) {
  envelope::Envelope envelope{envelope::settings_from(config, false),
                              session::keyring_from(config)};
  Said found{"", said};
  if (found.message.at(0) == static_cast<std::uint8_t>(Type::label)) {
    found.message.erase(found.message.begin(), found.message.begin() + 2 + found.message.at(1));
    found.form += "labelled ";
  }
  if (found.message.at(0) == static_cast<std::uint8_t>(Type::encrypted)) {
    const Bytes sealed{found.message};
    LargeBytes plain;
    EXPECT_TRUE(envelope.open_stream(sealed.first(5), sealed.subspan(5), plain));
    found.message.assign(plain.begin(), plain.end());
    found.form += "sealed ";
  }
  if (found.message.at(0) == static_cast<std::uint8_t>(Type::compressed)) {
    Reader reader{Bytes{found.message}.subspan(1)};
    Compressed compressed;
    EXPECT_TRUE(decode(reader, compressed));
    Octets plain;
    EXPECT_EQ(lzw_unpack(compressed.packed, plain, 1 << 20), LzwError::none);
    found.message = plain;
    found.form += "compressed ";
  }
  found.form += std::to_string(found.message.at(0));
  return found;
}

std::vector<std::string> words(const Config& config, const Octets& said) {
  const Said found = opened(config, said);
  StreamReader reader;
  EXPECT_EQ(reader.read(found.message), StreamReader::Status::message);
  std::vector<std::string> list;
  if (const auto* push_pull = std::get_if<PushPull>(&reader.message())) {
    Records records{*push_pull};
    while (const auto record = records.next()) {
      list.push_back(to_hex(encoded(*record, 1024).value()));
    }
    std::ranges::sort(list);
    list.push_back("state " + to_hex(push_pull->user_state()));
    list.push_back(push_pull->join() ? "joins" : "compares");
  } else if (const auto* user = std::get_if<User>(&reader.message())) {
    list.push_back(to_hex(user->payload));
  } else {
    list.push_back(to_hex(found.message));
  }
  list.push_back(found.form);
  return list;
}

}  // namespace gossipod::golden
