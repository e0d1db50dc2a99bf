// AES-GCM with OpenSSL. What costs time is done once per key: looking the algorithm up, and the key
// schedule. Per packet only the nonce is set.
#include "envelope/cipher.h"

#include <gossipod/assert.h>
#include <gossipod/limits.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/key_text.h"

namespace gossipod::envelope {
namespace {

constexpr std::size_t head = limits::seal_head;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t block = 16;

struct Free {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

const char* algorithm(std::size_t key_bytes) {
  if (key_bytes == 16) return "AES-128-GCM";
  return key_bytes == 24 ? "AES-192-GCM" : "AES-256-GCM";
}

int length(Bytes bytes) {
  GOSSIPOD_ASSERT(bytes.size() <= std::size_t{std::numeric_limits<int>::max()});
  return static_cast<int>(bytes.size());
}

std::size_t padding_for(SealVersion version, std::size_t plain) {
  return version == SealVersion::padded ? block - plain % block : 0;
}

// Which version it was is not authenticated, so these bytes may be anybody's: every one is checked.
std::optional<std::size_t> without_padding(Bytes padded) {
  const std::size_t count = padded.back();
  if (count < 1 || count > block || count > padded.size()) return std::nullopt;
  const Bytes padding = padded.last(count);
  if (!std::ranges::all_of(padding, [count](std::uint8_t byte) { return byte == count; })) {
    return std::nullopt;
  }
  return padded.size() - count;
}

// A forgery is no news for the error queue, which belongs to the whole thread.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

}  // namespace

struct Cipher::Contexts {
  std::array<std::uint8_t, 32> key{};
  std::size_t key_size = 0;
  std::unique_ptr<EVP_CIPHER, Free> algorithm;
  Context seal, open;

  ~Contexts() { OPENSSL_cleanse(key.data(), key.size()); }
};

std::size_t sealed_size(SealVersion version, std::size_t plain) {
  return head + plain + padding_for(version, plain) + tag_bytes;
}

Cipher::Cipher(Bytes key) : contexts_{std::make_unique<Contexts>()} {
  GOSSIPOD_ASSERT(is_key_size(key.size()));
  Contexts& c = *contexts_;
  std::ranges::copy(key, c.key.begin());
  c.key_size = key.size();
  c.algorithm.reset(EVP_CIPHER_fetch(nullptr, algorithm(key.size()), nullptr));
  c.seal.reset(EVP_CIPHER_CTX_new());
  c.open.reset(EVP_CIPHER_CTX_new());
  GOSSIPOD_ASSERT(c.algorithm && c.seal && c.open);
  GOSSIPOD_ASSERT(
      EVP_EncryptInit_ex2(c.seal.get(), c.algorithm.get(), c.key.data(), nullptr, nullptr) == 1);
  GOSSIPOD_ASSERT(
      EVP_DecryptInit_ex2(c.open.get(), c.algorithm.get(), c.key.data(), nullptr, nullptr) == 1);
}

Cipher::~Cipher() = default;

Bytes Cipher::key() const { return Bytes{contexts_->key}.first(contexts_->key_size); }

std::size_t Cipher::seal(SealVersion version, const Nonce& nonce, Bytes aad, Bytes more_aad,
                         MutableBytes frame, std::size_t size) {
  const std::size_t sealed = sealed_size(version, size);
  GOSSIPOD_ASSERT(sealed <= frame.size());
  const std::size_t padding = padding_for(version, size);
  frame[0] = static_cast<std::uint8_t>(version);
  std::memcpy(frame.data() + 1, nonce.data(), nonce.size());
  std::ranges::fill(frame.subspan(head + size, padding), static_cast<std::uint8_t>(padding));

  EVP_CIPHER_CTX* context = contexts_->seal.get();
  const MutableBytes text = frame.subspan(head, size + padding);
  int written = 0;
  bool fine = EVP_EncryptInit_ex2(context, nullptr, nullptr, nonce.data(), nullptr) == 1;
  for (const Bytes part : {aad, more_aad}) {
    if (part.empty()) continue;
    fine = fine && EVP_EncryptUpdate(context, nullptr, &written, part.data(), length(part)) == 1;
  }
  if (!text.empty()) {
    fine =
        fine && EVP_EncryptUpdate(context, text.data(), &written, text.data(), length(text)) == 1;
  }
  std::uint8_t* const tag = text.data() + text.size();
  fine = fine && EVP_EncryptFinal_ex(context, tag, &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, int{tag_bytes}, tag) == 1;
  GOSSIPOD_ASSERT(fine);
  ++seals_;
  return sealed;
}

std::optional<std::size_t> Cipher::open(Bytes sealed, Bytes aad, Bytes more_aad,
                                        MutableBytes plain) {
  if (sealed.empty() || sealed[0] > static_cast<std::uint8_t>(SealVersion::plain)) {
    return std::nullopt;
  }
  const bool padded = sealed[0] == static_cast<std::uint8_t>(SealVersion::padded);
  if (sealed.size() < head + tag_bytes + (padded ? block : 0)) return std::nullopt;
  const Bytes text = sealed.subspan(head, sealed.size() - head - tag_bytes);
  if (padded && text.size() % block != 0) return std::nullopt;
  GOSSIPOD_ASSERT(plain.size() >= text.size());

  // The tag is copied: OpenSSL wants it writable, and `sealed` may lie in memory that is not.
  std::array<std::uint8_t, tag_bytes> tag{};
  std::memcpy(tag.data(), sealed.last(tag_bytes).data(), tag_bytes);

  const QuietErrors quiet;
  EVP_CIPHER_CTX* context = contexts_->open.get();
  int written = 0;
  bool fine = EVP_DecryptInit_ex2(context, nullptr, nullptr, sealed.data() + 1, nullptr) == 1;
  for (const Bytes part : {aad, more_aad}) {
    if (part.empty()) continue;
    fine = fine && EVP_DecryptUpdate(context, nullptr, &written, part.data(), length(part)) == 1;
  }
  if (!text.empty()) {
    fine =
        fine && EVP_DecryptUpdate(context, plain.data(), &written, text.data(), length(text)) == 1;
  }
  std::uint8_t nothing = 0;  // where GCM has nothing more to write
  fine = fine &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, int{tag_bytes}, tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context, &nothing, &written) == 1;
  if (!fine) return std::nullopt;
  return padded ? without_padding(plain.first(text.size())) : text.size();
}

}  // namespace gossipod::envelope
