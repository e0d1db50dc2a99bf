#include "cluster/members_builder.h"

#include <gossipod/assert.h>

#include <algorithm>

namespace gossipod::inline v0 {
namespace {

struct OwnedPage final : swim::Returnable {
  Members::Page entries;
};

// The page may be the last that keeps the pool.
struct GiveBack {
  std::shared_ptr<swim::IdentityPool> pool;
  void operator()(OwnedPage* page) const noexcept {
    pool->give_back(std::unique_ptr<swim::Returnable>{page});
  }
};

}  // namespace

void MembersBuilder::begin(std::size_t slots) {
  next_ = current_.pages_ != nullptr ? std::make_shared<Members::Pages>(*current_.pages_)
                                     : std::make_shared<Members::Pages>();
  const std::size_t pages = (slots + Members::page_entries - 1) / Members::page_entries;
  GOSSIPOD_ASSERT(pages >= next_->size());
  next_->resize(pages);
}

void MembersBuilder::set_page(std::size_t page, std::span<const swim::MemberView> places) {
  GOSSIPOD_ASSERT(page < next_->size());
  std::shared_ptr<OwnedPage> made{new OwnedPage, GiveBack{pool_}};
  made->entries.resize(places.size());
  const Members::Page none;
  const Members::Page& before = (*next_)[page] != nullptr ? *(*next_)[page] : none;
  for (const MemberEntry& entry : before) current_.count_ -= entry.identity_ && entry.counts();
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i].identity == nullptr) continue;
    MemberEntry& entry = made->entries[i];
    entry.identity_ = swim::IdentityRef::to(*places[i].identity);
    entry.incarnation_ = places[i].incarnation;
    entry.state_ = places[i].state;
    current_.count_ += entry.counts();
  }
  (*next_)[page] = std::shared_ptr<const Members::Page>{made, &made->entries};
}

void MembersBuilder::finish() {
  // A page nobody told us about would be a hole in every walk.
  GOSSIPOD_ASSERT(std::ranges::none_of(*next_, [](const auto& page) { return page == nullptr; }));
  current_.pages_ = std::move(next_);
  ++current_.epoch_;
}

const MemberEntry* MembersBuilder::at(const Members& members, MemberIndex index) {
  const std::size_t page = index.value() / Members::page_entries;
  const std::size_t place = index.value() % Members::page_entries;
  if (members.pages_ == nullptr || page >= members.pages_->size()) return nullptr;
  const Members::Page& entries = *(*members.pages_)[page];
  if (place >= entries.size() || !entries[place].identity_) return nullptr;
  return &entries[place];
}

}  // namespace gossipod::inline v0
