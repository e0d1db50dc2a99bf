// What is typed at the command: options, and lines while a node runs, in whatever pieces a pipe
// gives them; the node is a real one, alone in virtual time. Nothing typed ends it but `quit`, and
// each line is answered in one line of JSON, or one that a terminal can show.
#include <fcntl.h>
#include <gossipod/assert.h>
#include <gossipod/gossipod.h>
#include <gossipod/virtual.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/json_lines.h"
#include "cli/line_buffer.h"
#include "cli/node_console.h"
#include "cli/node_options.h"
#include "cli/text.h"
#include "fuzz/input.h"

namespace {

using namespace gossipod;
using namespace gossipod::cli;

constexpr std::size_t line_bytes_max = 256;

std::vector<std::string> lines_of(Bytes bytes, std::size_t piece) {
  LineBuffer buffer{line_bytes_max};
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const Bytes some = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(some.size());
    buffer.add(as_text(some));
    while (auto line = buffer.next()) lines.push_back(std::move(*line));
  }
  if (auto line = buffer.rest()) lines.push_back(std::move(*line));
  for (const std::string& line : lines) GOSSIPOD_ASSERT(line.size() <= line_bytes_max);
  return lines;
}

void check_text(const std::string& line) {
  const std::string shown = escaped(line);
  GOSSIPOD_ASSERT(is_utf8(shown) && shown.find('\x1b') == std::string::npos);
  if (const auto time = parse_duration(line, "field")) {
    GOSSIPOD_ASSERT(*time >= Duration{0});
  } else {
    GOSSIPOD_ASSERT(time.error().field == "field" && !time.error().detail.empty());
  }
  const auto [word, rest] = split_word(line);
  GOSSIPOD_ASSERT(word.size() + rest.size() <= line.size());
  (void)parse_key(line);
}

void check_options(const std::vector<std::string>& words) {
  CLI::App app;
  NodeArguments arguments;
  arguments.declare(app);
  std::vector<const char*> given{"node"};
  for (const std::string& word : words) given.push_back(word.c_str());
  try {
    app.parse(static_cast<int>(given.size()), given.data());
  } catch (const CLI::ParseError&) {
    return;  // said by CLI11
  }
  const auto options = arguments.options();
  GOSSIPOD_ASSERT(options || options.error().field.starts_with("--"));
}

// Keeps what would go to a terminal from doing so.
Output& nowhere() {
  static Output output{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  return output;
}

void check_console(const std::vector<std::string>& lines) {
  auto config = ConfigBuilder{}.with_name("a").with_bind("10.0.0.1:7946").build();
  GOSSIPOD_ASSERT(config);
  Parts parts;
  const auto loop = std::make_shared<VirtualLoop>();
  parts.loop = loop;
  auto node = Gossipod::start(*config, std::move(parts));
  GOSSIPOD_ASSERT(node);
  const JsonLines presenter;
  NodeConsole console{*node, presenter, nowhere()};
  for (const std::string& line : lines) {
    if (!console.obey(line)) break;
    GOSSIPOD_ASSERT(node->members().size() <= 1);  // none: it has left
    const std::string answer = presenter.failed(line, line);
    GOSSIPOD_ASSERT(is_utf8(answer) && answer.find('\n') == answer.size() - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input{data, size};
  const std::size_t piece = std::size_t{1} + input.byte();
  const bool options = (input.byte() & 1) != 0;
  const auto bytes = input.bytes(4096);
  const std::vector<std::string> lines = lines_of(bytes, SIZE_MAX);
  GOSSIPOD_ASSERT(lines == lines_of(bytes, piece));
  for (const std::string& line : lines) check_text(line);
  if (options) {
    check_options(lines);
  } else {
    check_console(
        {lines.begin(),
         lines.begin() + std::min<std::ptrdiff_t>(8, static_cast<std::ptrdiff_t>(lines.size()))});
  }
  return 0;
}
