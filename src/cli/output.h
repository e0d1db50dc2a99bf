// Output: complete lines to a descriptor, one writer at a time, so that events and answers do not
// mix. Threads: any.
#pragma once

#include <mutex>
#include <string_view>

namespace gossipod::cli {

class Output {
 public:
  explicit Output(int descriptor) : descriptor_{descriptor} {}
  // False once the reader has gone away (SIGPIPE must be ignored).
  bool write(std::string_view lines);

 private:
  std::mutex mutex_;
  int descriptor_;
  bool broken_ = false;
};

}  // namespace gossipod::cli
