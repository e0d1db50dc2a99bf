#include <gossipod/members.h>

namespace gossipod::inline v0 {

Member MemberEntry::copy() const {
  return {std::string{name()}, endpoint(),   std::string{metadata()},
          versions(),          incarnation_, state_};
}

Members::Iterator& Members::Iterator::operator++() {
  ++entry_;
  settle();
  return *this;
}

void Members::Iterator::settle() {
  for (; page_ < pages_->size(); ++page_, entry_ = 0) {
    const Page& page = *(*pages_)[page_];
    for (; entry_ < page.size(); ++entry_) {
      if (page[entry_].identity_ && (everyone_ || page[entry_].counts())) return;
    }
  }
}

Members::Iterator Members::begin() const {
  Iterator first;
  if (pages_ == nullptr) return first;
  first.pages_ = pages_.get();
  first.settle();
  return first;
}

Members::Iterator Members::end() const {
  Iterator last;
  if (pages_ == nullptr) return last;
  last.pages_ = pages_.get();
  last.page_ = pages_->size();
  return last;
}

Members::Range Members::everyone() const {
  Range range;
  range.pages_ = pages_;
  range.last_ = end();
  if (pages_ == nullptr) return range;
  range.first_.pages_ = pages_.get();
  range.first_.everyone_ = true;
  range.first_.settle();
  return range;
}

const MemberEntry* Members::find(std::string_view name) const {
  const Range range = everyone();
  for (const MemberEntry& entry : range) {
    if (entry.name() == name) return &entry;
  }
  return nullptr;
}

}  // namespace gossipod::inline v0
