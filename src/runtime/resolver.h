// Resolver: from a host's name to its addresses. First the hosts file has the word, then DNS, all
// records A and AAAA; waiting is the loop's, so there is no thread and nothing blocks but the
// reading of two small files of the system's (hosts, resolv.conf), anew for each question.
//
// One object is one question. Destroyed, it is taken back: its answer is not told any more.
//
// Threads: the loop's. Ownership: the loop outlives it.
#pragma once

#include <gossipod/endpoint.h>
#include <gossipod/error.h>
#include <gossipod/loop.h>
#include <gossipod/time.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gossipod::runtime {

struct Question {
  std::string host;
  std::uint16_t port = 0;         // goes into the answers
  bool v4_first = true;           // else v6; then alternately
  Duration longest{};             // then the answer is timed_out
  std::vector<Endpoint> servers;  // whom to ask; none: those of the system
};

class Resolver {
 public:
  // At least one address, at most limits::addresses_per_name_max, each once. Errors: unresolved
  // (there is none, or nobody knows), timed_out, unsupported, system; the field is the host.
  using Answer = Result<std::vector<Endpoint>>;
  // Called once, on the loop's thread, never from inside any call; it may destroy the resolver.
  using Done = std::function<void(Answer)>;

  virtual ~Resolver() = default;
};

// Never null.
[[nodiscard]] std::unique_ptr<Resolver> resolve(Loop& loop, const Question& question,
                                                Resolver::Done done);

}  // namespace gossipod::runtime
