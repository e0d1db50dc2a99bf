#include "cli/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "cli/signal_watch.h"

namespace gossipod::cli {
namespace {

constexpr std::size_t line_bytes_max = 1 << 20;
constexpr off_t complaint_bytes_max = 2000;
constexpr int cannot_run = 127;  // a shell's code for it

struct Pipe {
  int read = -1;
  int write = -1;
  bool open() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
};

void close_open(int& descriptor) {
  if (descriptor >= 0) close(descriptor);
  descriptor = -1;
}

Error system_error(const char* what) { return {Errc::system, what, std::strerror(errno)}; }

// Between fork and exec: only calls that are safe there.
[[noreturn]] void become(char* const* argv, const Pipe& input, const Pipe& output, int errors,
                         pid_t parent) {
  setpgid(0, 0);  // Ctrl-C is for the parent, which ends us
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(cannot_run);
  ::signal(SIGPIPE, SIG_DFL);
  unblock_stop_signals();
  // The copies are not closed by exec, everything else is.
  dup2(input.read, STDIN_FILENO);
  dup2(output.write, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  execv(argv[0], argv);
  _exit(cannot_run);
}

}  // namespace

Result<ChildProcess> ChildProcess::spawn(const std::vector<std::string>& argv) {
  std::vector<char*> raw;
  for (const std::string& argument : argv) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);

  Pipe input;
  Pipe output;
  int errors = memfd_create("stderr", MFD_CLOEXEC);
  pid_t pid = -1;
  if (errors >= 0 && input.open() && output.open()) {
    const pid_t parent = getpid();
    pid = fork();
    if (pid == 0) become(raw.data(), input, output, errors, parent);
  }
  const Error why = system_error("starting a process");
  close_open(input.read);
  close_open(output.write);
  if (pid < 0) {
    close_open(input.write);
    close_open(output.read);
    close_open(errors);
    return why;
  }
  fcntl(output.read, F_SETFL, O_NONBLOCK);
  return ChildProcess{pid, input.write, output.read, errors};
}

ChildProcess::ChildProcess(pid_t pid, int input, int output, int errors)
    : pid_{pid}, input_{input}, output_{output}, errors_{errors}, lines_{line_bytes_max} {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)},
      input_{std::exchange(other.input_, -1)},
      output_{std::exchange(other.output_, -1)},
      errors_{std::exchange(other.errors_, -1)},
      exit_code_{other.exit_code_},
      lines_{std::move(other.lines_)} {}

ChildProcess::~ChildProcess() {
  close_open(input_);
  close_open(output_);
  close_open(errors_);
  if (pid_ < 0 || exit_code_) return;
  kill(pid_, SIGKILL);  // a stopped process dies of it too
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::read_available() {
  std::array<char, 65536> bytes;
  for (;;) {
    const ssize_t count = read(output_, bytes.data(), bytes.size());
    if (count > 0) {
      lines_.add({bytes.data(), static_cast<std::size_t>(count)});
    } else if (count < 0 && errno == EINTR) {
      continue;
    } else {
      if (count == 0) close_open(output_);
      return;
    }
  }
}

void ChildProcess::write_line(std::string_view line) {
  const std::string text = std::string{line} + "\n";
  // Short lines: a pipe takes them whole. If nobody reads, the story's deadline will tell.
  [[maybe_unused]] const ssize_t written = write(input_, text.data(), text.size());
}

void ChildProcess::signal(int number) {
  if (!exit_code()) kill(pid_, number);
}

std::optional<int> ChildProcess::exit_code() {
  int status = 0;
  if (!exit_code_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return exit_code_;
}

std::string ChildProcess::complaints() const {
  const off_t size = lseek(errors_, 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - complaint_bytes_max);
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, size - from)), '\0');
  const ssize_t count = pread(errors_, text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  return text;
}

}  // namespace gossipod::cli
