// MembersBuilder: makes the next snapshot from the one before: pages in which something changed are
// copied, all others are shared.
//
// Threads: the loop's. Snapshots go anywhere: whoever drops the last owner of a page, on whatever
// thread, gives it back to the pool, and the loop's thread destroys it, for only there may the
// counts of identities be touched.
#pragma once

#include <gossipod/members.h>
#include <gossipod/swim/identity.h>
#include <gossipod/swim/node.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace gossipod::inline v0 {

class MembersBuilder {
 public:
  explicit MembersBuilder(std::shared_ptr<swim::IdentityPool> pool) : pool_{std::move(pool)} {}

  // Takes over what changed in the node since the last call; false: nothing did.
  template <class Node>
  bool update(Node& node) {
    auto page = node.poll_changed_page();
    if (!page) return false;
    begin(node.slots());
    std::array<swim::MemberView, Members::page_entries> places;
    do {
      const std::size_t first = *page * Members::page_entries;
      const std::size_t count = std::min(places.size(), node.slots() - first);
      for (std::size_t i = 0; i < count; ++i) {
        places[i] = node.member(MemberIndex{static_cast<std::uint32_t>(first + i)});
      }
      set_page(*page, std::span{places}.first(count));
      page = node.poll_changed_page();
    } while (page);
    finish();
    return true;
  }

  [[nodiscard]] const Members& current() const { return current_; }

  // The member at one place of a snapshot; null if there is none.
  [[nodiscard]] static const MemberEntry* at(const Members& members, MemberIndex index);

 private:
  void begin(std::size_t slots);
  void set_page(std::size_t page, std::span<const swim::MemberView> places);
  void finish();

  std::shared_ptr<swim::IdentityPool> pool_;
  Members current_;
  std::shared_ptr<Members::Pages> next_;  // between begin() and finish()
};

}  // namespace gossipod::inline v0
