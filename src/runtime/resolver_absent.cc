// The resolver of a library that was built without c-ares.
#include "runtime/resolver.h"
#include "runtime/resolver_common.h"

namespace gossipod::runtime {
namespace {

class NoResolver final : public Resolver {
 public:
  NoResolver(Loop& loop, const Question& question, Done done) : telling_{std::move(done)} {
    telling_.tell_soon(loop, Error{Errc::unsupported, question.host,
                                   "this library was built without c-ares, so host names are not "
                                   "looked up: give an IP address"});
  }

 private:
  Telling telling_;
};

}  // namespace

std::unique_ptr<Resolver> resolve(Loop& loop, const Question& question, Resolver::Done done) {
  return std::make_unique<NoResolver>(loop, question, std::move(done));
}

}  // namespace gossipod::runtime
