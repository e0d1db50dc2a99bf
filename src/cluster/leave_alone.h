// leave_alone: keeps what must not be destroyed in this process, because it is a fork and the other
// one still uses it. The memory is gone for good.
#pragma once

#include <type_traits>
#include <utility>

namespace gossipod::cluster {

template <class T>
void leave_alone(T&& what) {
  static_assert(!std::is_reference_v<T>);
  [[maybe_unused]] const T* const kept = new T{std::move(what)};
}

}  // namespace gossipod::cluster
