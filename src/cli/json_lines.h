// JsonLines: one JSON object a line, with "kind" and "t" (seconds since the epoch). The schema is
// in docs/command.md.
#pragma once

#include "cli/presenter.h"

namespace gossipod::cli {

class JsonLines final : public Presenter {
 public:
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
};

}  // namespace gossipod::cli
