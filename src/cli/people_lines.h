// PeopleLines: the same for somebody who watches: a clock, the kind of news, whom it is about, in
// columns; coloured on a terminal.
#pragma once

#include <fmt/color.h>

#include "cli/presenter.h"

namespace gossipod::cli {

// A table of members, one a row; used by the demo too.
[[nodiscard]] std::string members_table(std::span<const Member> members, bool coloured);

class PeopleLines final : public Presenter {
 public:
  explicit PeopleLines(bool coloured) : coloured_{coloured} {}
  [[nodiscard]] std::string ready(const Member& self) const override;
  [[nodiscard]] std::string event(const Event& event) const override;
  [[nodiscard]] std::string joined(const Result<JoinReport>& report) const override;
  [[nodiscard]] std::string members(std::span<const Member> members) const override;
  [[nodiscard]] std::string sent(const Result<void>& result) const override;
  [[nodiscard]] std::string pinged(std::string_view node,
                                   const Result<Duration>& round_trip) const override;
  [[nodiscard]] std::string left(const Result<void>& result) const override;
  [[nodiscard]] std::string stats(const Stats& stats) const override;
  [[nodiscard]] std::string keys(std::span<const std::vector<std::uint8_t>> keys) const override;
  [[nodiscard]] std::string removed(std::string_view node,
                                    const Result<void>& result) const override;
  [[nodiscard]] std::string trace(const Fact& fact) const override;
  [[nodiscard]] std::string failed(std::string_view command, std::string_view why) const override;

 private:
  [[nodiscard]] std::string news(std::string_view kind, fmt::terminal_color colour,
                                 std::string_view rest) const;
  [[nodiscard]] std::string problem(std::string_view what, const Error& error) const;
  bool coloured_;
};

}  // namespace gossipod::cli
