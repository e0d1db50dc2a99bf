// ChildProcess: another program, with a pipe to its stdin and one from its stdout. It never
// outlives this object, nor the process that holds it, however that ends.
//
// Threads: one, which must also be the one that lives longest.
#pragma once

#include <gossipod/error.h>

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/line_buffer.h"

namespace gossipod::cli {

class ChildProcess {
 public:
  // argv[0] is the path of the program. system: nothing was started.
  [[nodiscard]] static Result<ChildProcess> spawn(const std::vector<std::string>& argv);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();  // kills it and waits

  // Readable when it has written something; -1 after its output ended.
  [[nodiscard]] int output() const { return output_; }
  void read_available();  // call when output() is readable
  [[nodiscard]] std::optional<std::string> next_line() { return lines_.next(); }

  void write_line(std::string_view line);
  void signal(int number);
  // Once it has ended: its exit code, 128 + n if a signal ended it.
  [[nodiscard]] std::optional<int> exit_code();
  // The last lines of what it wrote to stderr.
  [[nodiscard]] std::string complaints() const;

 private:
  ChildProcess(pid_t pid, int input, int output, int errors);
  pid_t pid_;
  int input_;
  int output_;
  int errors_;  // a file in memory
  std::optional<int> exit_code_;
  LineBuffer lines_;
};

}  // namespace gossipod::cli
