#include "cli/node_console.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <vector>

#include "cli/node_options.h"
#include "cli/text.h"

namespace gossipod::cli {
namespace {

constexpr Duration patience = std::chrono::seconds{10};
constexpr Duration leave_patience = std::chrono::seconds{5};

std::vector<std::string> split_seeds(std::string_view text) {
  std::vector<std::string> seeds;
  while (!text.empty()) {
    const auto end = text.find_first_of(", \t");
    if (end != 0) seeds.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return seeds;
}

}  // namespace

void NodeConsole::print_ready() { output_.write(presenter_.ready(node_.local_member())); }

void NodeConsole::join(std::span<const std::string> seeds) {
  output_.write(presenter_.joined(node_.join(seeds, patience)));
}

void NodeConsole::leave() { output_.write(presenter_.left(node_.leave(leave_patience))); }

void NodeConsole::fail(std::string_view command, std::string_view why) {
  output_.write(presenter_.failed(command, why));
}

void NodeConsole::send(std::string_view arguments, bool reliable) {
  const auto [member, data] = split_word(arguments);
  output_.write(presenter_.sent(reliable ? node_.send_reliable(member, data, patience)
                                         : node_.send(member, data)));
}

void NodeConsole::send_size(std::string_view arguments) {
  const auto [member, digits] = split_word(arguments);
  std::size_t size = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (problem != std::errc{} || end != digits.data() + digits.size()) {
    return fail("send-size", "NODE BYTES are wanted, BYTES being a number");
  }
  if (size > limits::user_message_max) return fail("send-size", "that is too large");
  const std::string data(size, '\0');
  output_.write(presenter_.sent(node_.send_reliable(member, data, patience)));
}

void NodeConsole::broadcast(std::string_view data) {
  output_.write(presenter_.sent(node_.broadcast(data)));
}

void NodeConsole::set_metadata(std::string_view metadata) {
  // Success is told by the event `update`, like any other member's.
  const auto result = node_.set_metadata(metadata, patience);
  if (!result) fail("meta", to_string(result.error()));
}

void NodeConsole::ping(std::string_view member) {
  output_.write(presenter_.pinged(member, node_.ping(member)));
}

void NodeConsole::remove(std::string_view member) {
  output_.write(presenter_.removed(member, node_.remove(member)));
}

void NodeConsole::change_key(std::string_view command, std::string_view text) {
  const auto key = parse_key(text);
  if (!key) return fail(command, to_string(key.error()));
  const auto result = command == "key-add"   ? node_.add_key(*key)
                      : command == "key-use" ? node_.use_key(*key)
                                             : node_.remove_key(*key);
  if (!result) return fail(command, to_string(result.error()));
  print_keys();
}

void NodeConsole::print_keys() { output_.write(presenter_.keys(node_.keys())); }

void NodeConsole::print_members() {
  const Members snapshot = node_.members();
  std::vector<Member> members;
  for (const MemberEntry& entry : snapshot.everyone()) members.push_back(entry.copy());
  std::sort(members.begin(), members.end(),
            [](const Member& a, const Member& b) { return a.name < b.name; });
  output_.write(presenter_.members(members));
}

bool NodeConsole::obey(std::string_view line) {
  const auto [command, arguments] = split_word(line);
  if (command.empty()) return true;
  if (command == "members") {
    print_members();
  } else if (command == "join") {
    join(split_seeds(arguments));
  } else if (command == "send") {
    send(arguments, false);
  } else if (command == "send-reliable") {
    send(arguments, true);
  } else if (command == "send-size") {
    send_size(arguments);
  } else if (command == "broadcast") {
    broadcast(arguments);
  } else if (command == "meta") {
    set_metadata(arguments);
  } else if (command == "ping") {
    ping(arguments);
  } else if (command == "remove") {
    remove(arguments);
  } else if (command == "key-add" || command == "key-use" || command == "key-remove") {
    change_key(command, arguments);
  } else if (command == "keys") {
    print_keys();
  } else if (command == "stats") {
    output_.write(presenter_.stats(node_.stats()));
  } else if (command == "leave") {
    leave();
  } else if (command == "quit") {
    leave();
    return false;
  } else {
    fail(command,
         "no such command; there are: members, join ADDR..., send NODE TEXT, send-reliable NODE "
         "TEXT, send-size NODE BYTES, broadcast TEXT, meta TEXT, ping NODE, remove NODE, keys, "
         "key-add KEY, key-use KEY, key-remove KEY, stats, leave, quit");
  }
  return true;
}

}  // namespace gossipod::cli
