// Error and Result: what a caller could not have known and must look at.
//
// Three kinds of wrong, three answers: such a failure is a Result; bytes from a stranger are
// counted and dropped; our own mistake is an assertion. No exception crosses this library's border.
#pragma once

#include <gossipod/export.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace gossipod::inline v0 {

// The numbers are stable: they may be logged, compared and stored. Never reuse one.
enum class Errc : std::uint16_t {
  invalid_config = 1,     // nothing was started
  invalid_address = 2,    // not "host", "host:port" or "[v6]:port"
  address_in_use = 3,     // nothing was started
  no_seed_answered = 4,   // join(): the node runs on, alone
  stopped = 5,            // the node no longer runs
  timed_out = 6,          // the time to wait is over; the operation may still complete
  unknown_member = 7,     // no live member has that name
  too_large = 8,          // nothing was sent or stored
  connection_failed = 9,  // could not connect, or the peer went away in the middle
  protocol = 10,          // the peer said something that makes no sense here
  remote = 11,            // the peer said why it refused
  vetoed = 12,            // a delegate of ours said no
  key_absent = 13,        // keyring: no such key
  key_in_use = 14,        // keyring: the primary key cannot be removed
  unsupported = 15,       // not on this kernel, or not in this build
  system = 16,            // the operating system refused; detail says why
  cancelled = 17,         // the caller gave up; what had begun may still complete
  unresolved = 18,        // a host name has no address, or nobody could tell
  busy = 19,              // the peer cut us off unheard: it may have too much to do
};

struct Error {
  Errc code{};
  std::string field;   // which input: "ack_timeout", "--bind"; or empty
  std::string detail;  // for people: the value, and what is wrong with it
};

// "field: detail", for people.
[[nodiscard]] GOSSIPOD_EXPORT std::string to_string(const Error& error);
[[nodiscard]] GOSSIPOD_EXPORT const char* to_string(Errc code);

// One line to stderr; returns 1, so that main() can `return report(error)`.
GOSSIPOD_EXPORT int report(const Error& error);

// A T, or why there is none. Becomes std::expected when this project moves to C++23. Looking at the
// one that is not there is a mistake of the caller's: it ends the program.
template <class T>
class [[nodiscard]] Result {
  using Value = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

 public:
  Result() requires std::is_void_v<T>
  = default;
  Result(Value value) : state_{std::in_place_index<0>, std::move(value)} {}
  Result(Error error) : state_{std::in_place_index<1>, std::move(error)} {}

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] Value& operator*() & { return std::get<0>(state_); }
  [[nodiscard]] const Value& operator*() const& { return std::get<0>(state_); }
  [[nodiscard]] Value&& operator*() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] Value* operator->() { return &std::get<0>(state_); }
  [[nodiscard]] const Value* operator->() const { return &std::get<0>(state_); }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<Value, Error> state_;
};

}  // namespace gossipod::inline v0
