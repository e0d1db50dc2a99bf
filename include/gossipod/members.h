// Members: a snapshot of what one node believes, as of one turn. It never changes; the next one
// shares all pages in which nothing did.
//
// Threads: any; copies are cheap. Ownership: what it shows lives as long as it does, even after the
// node is gone.
#pragma once

#include <gossipod/export.h>
#include <gossipod/member.h>
#include <gossipod/swim/identity.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace gossipod::inline v0 {

// One member, seen in a snapshot; borrowed from it.
class MemberEntry {
 public:
  [[nodiscard]] std::string_view name() const { return identity_->name(); }
  [[nodiscard]] const Endpoint& endpoint() const { return identity_->endpoint(); }
  [[nodiscard]] std::string_view metadata() const { return as_text(identity_->metadata()); }
  [[nodiscard]] const Versions& versions() const { return identity_->versions(); }
  [[nodiscard]] Incarnation incarnation() const { return incarnation_; }
  [[nodiscard]] MemberState state() const { return state_; }
  [[nodiscard]] bool counts() const {  // alive or suspect
    return state_ == MemberState::alive || state_ == MemberState::suspect;
  }
  [[nodiscard]] GOSSIPOD_EXPORT Member copy() const;

 private:
  friend class MembersBuilder;
  friend class Members;
  swim::IdentityRef identity_;  // its count is touched on the loop's thread only
  Incarnation incarnation_;
  MemberState state_ = MemberState::alive;
};

class GOSSIPOD_EXPORT Members {
 public:
  static constexpr std::size_t page_entries = 64;
  using Page = std::vector<MemberEntry>;  // entries without identity are empty places
  using Pages = std::vector<std::shared_ptr<const Page>>;

  // Walks over members that count (alive, suspect), or over all that are remembered.
  class Iterator {
   public:
    using value_type = MemberEntry;
    using difference_type = std::ptrdiff_t;
    using reference = const MemberEntry&;
    using pointer = const MemberEntry*;
    using iterator_category = std::forward_iterator_tag;
    Iterator() = default;
    [[nodiscard]] reference operator*() const { return (*(*pages_)[page_])[entry_]; }
    [[nodiscard]] pointer operator->() const { return &**this; }
    Iterator& operator++();
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.page_ == b.page_ && a.entry_ == b.entry_;
    }

   private:
    friend class Members;
    void settle();  // to the next entry that is wanted, or the end
    const Pages* pages_ = nullptr;
    std::size_t page_ = 0;
    std::size_t entry_ = 0;
    bool everyone_ = false;
  };
  // Keeps what it walks over.
  class Range {
   public:
    [[nodiscard]] Iterator begin() const { return first_; }
    [[nodiscard]] Iterator end() const { return last_; }

   private:
    friend class Members;
    std::shared_ptr<const Pages> pages_;
    Iterator first_, last_;
  };

  Members() = default;
  [[nodiscard]] std::size_t size() const { return count_; }  // alive or suspect, ourselves included
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] Iterator end() const;
  [[nodiscard]] Range everyone() const;  // dead and left ones too, while they are remembered
  [[nodiscard]] const MemberEntry* find(std::string_view name) const;  // of everyone; linear
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }  // grows by one with each change

 private:
  friend class MembersBuilder;
  std::shared_ptr<const Pages> pages_;
  std::size_t count_ = 0;
  std::uint64_t epoch_ = 0;
};

}  // namespace gossipod::inline v0
