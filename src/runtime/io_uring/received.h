// ReceivedDatagrams: what the kernel has put into the buffers of a loop, until the links it is for
// have their turn: a list for each, linked by the numbers of the buffers.
//
// Threads: the loop's. Allocates once.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/link.h>
#include <sys/socket.h>

#include <time.h>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/io_uring/buffer_pool.h"
#include "runtime/io_uring/ring_options.h"

namespace gossipod::runtime {

class ReceivedDatagrams {
 public:
  static constexpr std::uint16_t none = 0xffff;

  struct Item {
    Endpoint from;
    std::optional<timespec> stamp;  // the kernel's, by the wall clock
    MutableBytes bytes;
    bool truncated = false;
    std::uint16_t next = none;
  };
  // One link's, in the order of arrival.
  struct List {
    std::uint16_t first = none;
    std::uint16_t last = none;
    std::size_t size = 0;
  };

  explicit ReceivedDatagrams(const RingOptions& options);

  [[nodiscard]] BufferPool& buffers() { return buffers_; }
  // What a request for many datagrams has to say about names and control messages.
  [[nodiscard]] msghdr& shape() { return shape_; }

  // What a request for many put into the buffer. False: it makes no sense, and was given back.
  bool add(List& list, std::uint16_t buffer, int result);
  // What a request for one did: the rest of it stands in the header.
  void add(List& list, std::uint16_t buffer, int result, const msghdr& header);

  [[nodiscard]] const Item& front(const List& list) const { return items_[list.first]; }
  // Takes the first one out; the buffer is to be given back.
  std::uint16_t pop(List& list);
  void give_back(std::uint16_t buffer);
  void drop_all(List& list);

 private:
  void append(List& list, std::uint16_t buffer);

  BufferPool buffers_;
  msghdr shape_{};
  std::vector<Item> items_;  // by buffer
};

}  // namespace gossipod::runtime
