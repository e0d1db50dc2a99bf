#include "wire/lzw.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

namespace gossipod::wire {
namespace {

constexpr std::uint32_t clear_code = 256;
constexpr std::uint32_t end_code = 257;
constexpr unsigned width_min = 9;
constexpr unsigned width_max = 12;
constexpr std::uint32_t code_max = (1u << width_max) - 1;

void resize(std::vector<std::uint8_t>& out, std::size_t size) { out.resize(size); }
void resize(LargeBytes& out, std::size_t size) {
  reserve(out, size);
  out.resize(size);
}

// Codes of changing width, least significant bit first, appended to a vector up to a limit.
template <class Octets>
class BitWriter {
 public:
  BitWriter(Octets& out, std::size_t limit) : out_{out}, base_{out.size()}, limit_{limit} {}

  void put(std::uint32_t code, unsigned width) {
    bits_ |= std::uint64_t{code} << count_;
    count_ += width;
    if (count_ >= 32) flush(4);
  }
  [[nodiscard]] bool over() const { return size_ > limit_; }
  // Appends what is left, or takes everything back.
  bool finish() {
    flush((count_ + 7) / 8);
    out_.resize(over() ? base_ : base_ + size_);
    return !over();
  }

 private:
  void flush(unsigned bytes) {
    if (over()) return;
    if (out_.size() < base_ + size_ + 4) resize(out_, base_ + std::max(2 * size_, least_room));
    std::uint8_t* to = out_.data() + base_ + size_;
    for (unsigned i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(bits_ >> (8 * i));
    size_ += bytes;
    bits_ >>= 8 * bytes;
    count_ -= std::min(count_, 8 * bytes);
  }

  static constexpr std::size_t least_room = 2048;
  Octets& out_;
  std::size_t base_;
  std::size_t limit_;
  std::size_t size_ = 0;  // written after base_
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
};

// Which code stands for (code, byte). Open addressing, never more than half full, and for a short
// input only as large as that input needs, since it has to be cleared first.
class PairTable {
 public:
  explicit PairTable(std::size_t input) {
    const std::size_t entries = std::min<std::size_t>(input, code_max);
    bits_ = static_cast<unsigned>(std::bit_width(std::max<std::size_t>(2 * entries, 64) - 1));
    clear();
  }
  void clear() { std::memset(slots_.data(), 0, sizeof(slots_[0]) << bits_); }

  // The slot of the pair, or the free one where it belongs.
  std::uint32_t& find(std::uint32_t code, std::uint8_t byte) {
    const std::uint32_t pair = code << 8 | byte;
    const std::uint32_t mask = (1u << bits_) - 1;
    std::uint32_t at = (pair * 2654435769u) >> (32 - bits_);
    while (slots_[at] != 0 && slots_[at] >> width_max != pair) at = (at + 1) & mask;
    return slots_[at];
  }
  static std::uint32_t code_of(std::uint32_t slot) { return slot & code_max; }  // 0: none
  static std::uint32_t slot_of(std::uint32_t code, std::uint8_t byte, std::uint32_t number) {
    return (code << 8 | byte) << width_max | number;
  }

 private:
  unsigned bits_;
  std::array<std::uint32_t, 2 * (code_max + 1)> slots_;  // (code, byte), and its number
};

// Go's bookkeeping: `high` is the last number given out, `width` fits the next code.
class Numbering {
 public:
  // After each data code. False: the table is full, and a clear code is due at this width.
  bool advance() {
    ++high_;
    if (high_ == 1u << width_) ++width_;
    return high_ != code_max;
  }
  void reset() { *this = {}; }
  [[nodiscard]] std::uint32_t high() const { return high_; }
  [[nodiscard]] unsigned width() const { return width_; }

 private:
  std::uint32_t high_ = end_code;
  unsigned width_ = width_min;
};

// What a code stands for is a piece of the output so far: where it is, and how long.
struct Piece {
  std::uint32_t at;
  std::uint32_t size;
};

template <class Octets>
class Unpacker {
 public:
  Unpacker(Bytes packed, Octets& out, std::size_t limit)
      : packed_{packed},
        out_{out},
        base_{out.size()},
        limit_{std::min<std::size_t>(limit, std::numeric_limits<std::uint32_t>::max())} {}

  LzwError run() {
    const LzwError error = codes();
    out_.resize(base_ + size_);
    return error;
  }

 private:
  LzwError codes() {
    std::uint32_t high = end_code;
    unsigned width = width_min;
    bool previous_known = false;
    Piece previous{};
    while (true) {
      if (count_ < width && !refill(width)) return LzwError::cut;
      const std::uint32_t code = static_cast<std::uint32_t>(bits_) & ((1u << width) - 1);
      bits_ >>= width;
      count_ -= width;

      if (code == clear_code) {
        high = end_code;
        width = width_min;
        previous_known = false;
        continue;
      }
      if (code == end_code) return LzwError::none;
      // The previous string and the first byte of this one lie next to each other in the output,
      // so the new entry is known before this code is looked up: it may be that very entry.
      if (previous_known) pieces_[high] = {previous.at, previous.size + 1};
      if (code > high) return LzwError::invalid_code;
      previous = {static_cast<std::uint32_t>(size_), code < clear_code ? 1 : pieces_[code].size};
      if (!append(code)) return LzwError::too_long;
      previous_known = true;
      ++high;
      if (high == 1u << width) {
        if (width < width_max) {
          ++width;
        } else {  // full: a packer may go on for a while before it clears
          previous_known = false;
          --high;
        }
      }
    }
  }

  bool refill(unsigned width) {
    while (count_ <= 56 && at_ < packed_.size()) {
      bits_ |= std::uint64_t{packed_[at_++]} << count_;
      count_ += 8;
    }
    return count_ >= width;
  }

  // Most pieces are short, and copied in one step of this size where there is room for it.
  static constexpr std::size_t step = 16;

  bool append(std::uint32_t code) {
    const Piece piece = code < clear_code ? Piece{0, 1} : pieces_[code];
    const std::size_t fits = std::min<std::size_t>(piece.size, limit_ - size_);
    if (out_.size() - base_ - size_ < fits) grow(fits);
    const std::size_t room = out_.size() - base_ - size_;
    std::uint8_t* to = out_.data() + base_ + size_;
    const std::uint8_t* from = out_.data() + base_ + piece.at;
    const std::size_t apart = size_ - piece.at;
    size_ += fits;
    if (code < clear_code) {
      if (fits == 1) *to = static_cast<std::uint8_t>(code);
    } else if (fits <= step && step <= room && step <= apart) {
      std::memcpy(to, from, step);
    } else if (fits <= apart) {
      std::memcpy(to, from, fits);
    } else {  // a piece that ends in its own first byte
      for (std::size_t i = 0; i < fits; ++i) to[i] = from[i];
    }
    return fits == piece.size;
  }

  void grow(std::size_t more) {
    const std::size_t room = std::max({2 * size_, size_ + more, 4 * packed_.size()});
    resize(out_, base_ + std::min(room, limit_));
  }

  Bytes packed_;
  Octets& out_;
  std::size_t base_;
  std::size_t limit_;
  std::size_t at_ = 0;    // in packed_
  std::size_t size_ = 0;  // after base_
  std::uint64_t bits_ = 0;
  unsigned count_ = 0;
  std::array<Piece, code_max + 1> pieces_;  // those up to the newest one are set
};

}  // namespace

template <class Octets>
bool lzw_pack(Bytes plain, Octets& out, std::size_t limit) {
  BitWriter bits{out, limit};
  Numbering numbers;
  bits.put(clear_code, numbers.width());
  if (!plain.empty()) {
    PairTable table{plain.size()};
    std::uint32_t prefix = plain[0];
    for (const std::uint8_t byte : plain.subspan(1)) {
      std::uint32_t& slot = table.find(prefix, byte);
      if (slot != 0) {
        prefix = PairTable::code_of(slot);
        continue;
      }
      bits.put(prefix, numbers.width());
      if (bits.over()) break;
      if (numbers.advance()) {
        slot = PairTable::slot_of(prefix, byte, numbers.high());
      } else {
        bits.put(clear_code, numbers.width());
        numbers.reset();
        table.clear();
      }
      prefix = byte;
    }
    bits.put(prefix, numbers.width());
    if (!numbers.advance()) {
      bits.put(clear_code, numbers.width());
      numbers.reset();
    }
  }
  bits.put(end_code, numbers.width());
  return bits.finish();
}

template <class Octets>
LzwError lzw_unpack(Bytes packed, Octets& out, std::size_t limit) {
  return Unpacker{packed, out, limit}.run();
}

template bool lzw_pack(Bytes, std::vector<std::uint8_t>&, std::size_t);
template bool lzw_pack(Bytes, LargeBytes&, std::size_t);
template LzwError lzw_unpack(Bytes, std::vector<std::uint8_t>&, std::size_t);
template LzwError lzw_unpack(Bytes, LargeBytes&, std::size_t);

}  // namespace gossipod::wire
