// Typed metadata: a struct of yours instead of a string of bytes. Whatever has encode() and
// decode() will do:
//
//   struct Role {
//     std::string name;
//     std::string encode() const { return name; }
//     static std::optional<Role> decode(std::string_view bytes) { return Role{std::string{bytes}};
//     }
//   };
//   auto node = gossipod::start(*config, Role{"web"});
//   for (const auto& member : node->members()) {
//     if (auto role = gossipod::metadata_of<Role>(member)) ...
//   }
//
// Only this header knows your type; the node itself carries bytes, at most
// limits::metadata_bytes_max, to everybody. So keep it small, and decode() tolerant: other members
// may be of another version, or of another program.
//
// Threads, ownership: as for Gossipod.
#pragma once

#include <gossipod/gossipod.h>
#include <gossipod/limits.h>

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gossipod::inline v0 {

template <class T>
concept NodeMetadata = std::copyable<T> && requires(const T& value, std::string_view bytes) {
  { value.encode() } -> std::convertible_to<std::string>;
  { T::decode(bytes) } -> std::same_as<std::optional<T>>;  // none: that is no T
};

// Of a Member or a MemberEntry; none: it has said something else, or nothing.
template <NodeMetadata T>
[[nodiscard]] std::optional<T> metadata_of(const Member& member) {
  return T::decode(member.metadata);
}
template <NodeMetadata T>
[[nodiscard]] std::optional<T> metadata_of(const MemberEntry& member) {
  return T::decode(member.metadata());
}

// A node whose own metadata is a T. Everything else is the node's: typed->join(...), *typed.
template <NodeMetadata T>
class TypedGossipod {
 public:
  // As Gossipod::start. invalid_config, field "metadata": its bytes are too many.
  [[nodiscard]] static Result<TypedGossipod> start(const Config& config, const T& metadata,
                                                   Parts parts = {}) {
    auto bytes = encoded(metadata, Errc::invalid_config);
    if (!bytes) return bytes.error();
    Config with = config;
    with.metadata = *std::move(bytes);
    auto node = Gossipod::start(with, std::move(parts));
    if (!node) return node.error();
    return TypedGossipod{*std::move(node)};
  }

  // As Gossipod::set_metadata. too_large: nothing was changed.
  Result<void> set_metadata(const T& metadata, Duration longest) {
    const auto bytes = encoded(metadata, Errc::too_large);
    if (!bytes) return bytes.error();
    return node_.set_metadata(*bytes, longest);
  }
  // What the others know of us; none only if decode() refuses what encode() made.
  [[nodiscard]] std::optional<T> metadata() const { return metadata_of<T>(node_.local_member()); }

  [[nodiscard]] Members members() const { return node_.members(); }
  [[nodiscard]] Gossipod& operator*() { return node_; }
  [[nodiscard]] Gossipod* operator->() { return &node_; }
  [[nodiscard]] const Gossipod* operator->() const { return &node_; }

 private:
  explicit TypedGossipod(Gossipod node) : node_{std::move(node)} {}

  static Result<std::string> encoded(const T& metadata, Errc too_long) {
    std::string bytes = metadata.encode();
    if (bytes.size() <= limits::metadata_bytes_max) return bytes;
    return Error{too_long, "metadata",
                 std::to_string(bytes.size()) + " bytes; at most " +
                     std::to_string(limits::metadata_bytes_max)};
  }

  Gossipod node_;
};

template <NodeMetadata T>
[[nodiscard]] Result<TypedGossipod<T>> start(const Config& config, const T& metadata,
                                             Parts parts = {}) {
  return TypedGossipod<T>::start(config, metadata, std::move(parts));
}

}  // namespace gossipod::inline v0
