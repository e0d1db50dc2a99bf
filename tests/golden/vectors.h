// Reads the golden vectors: the notation of README.md in this folder, turned into bytes. Whatever
// does not match its checksum, or is not notation, throws: the vectors are wrong, not the code.
#pragma once

#include <gossipod/bytes.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gossipod::golden {

using Json = nlohmann::json;
using Octets = std::vector<std::uint8_t>;

// A file of this folder: load("messages.json").
[[nodiscard]] Json load(std::string_view file);

// A text (its bytes), null (none), a generator, or a list of them (concatenated).
[[nodiscard]] Octets bytes(const Json& described);

// The bytes of a case, from `hex` or `parts`, checked against `length` and `sha256` if it has
// them. With the prefix "dialer_": `dialer_hex`, ...
[[nodiscard]] Octets octets(const Json& one, std::string_view prefix = "");
// Whether the case has them.
[[nodiscard]] bool has_octets(const Json& one, std::string_view prefix = "");

[[nodiscard]] Octets unhex(std::string_view text);
[[nodiscard]] std::string to_hex(Bytes bytes);
[[nodiscard]] std::string sha256(Bytes bytes);  // in hex

}  // namespace gossipod::golden
