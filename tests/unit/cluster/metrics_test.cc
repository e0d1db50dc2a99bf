// Every metric has the name, the unit and the kind that the document gives it.
#include <gossipod/metrics.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>

namespace gossipod {
namespace {

using Rows = std::map<std::string, std::pair<std::string, Metric::Kind>>;

std::string cell(const std::string& line, int index) {
  std::size_t from = 0;
  for (int i = 0; i <= index; ++i) from = line.find('|', from) + 1;
  std::string text = line.substr(from, line.find('|', from) - from);
  std::erase(text, ' ');
  std::erase(text, '`');
  return text;
}

// The tables between "## Counters" and "## Facts". Reasons why something was dropped have no column
// for a unit: there it is drops.
Rows documented() {
  Rows rows;
  std::ifstream document{GOSSIPOD_METRICS_DOCUMENT};
  EXPECT_TRUE(document);
  auto kind = Metric::Kind::counter;
  bool within = false;
  bool has_unit = false;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) {
      within = line != "## Facts" && (within || line == "## Counters");
      if (line == "## Gauges") kind = Metric::Kind::gauge;
    }
    if (!within || !line.starts_with("| ")) continue;
    if (line.starts_with("| `")) {
      rows[cell(line, 0)] = {has_unit ? cell(line, 1) : "drops", kind};
    } else if (!line.starts_with("| ---")) {
      has_unit = cell(line, 1) == "unit";
    }
  }
  rows.erase("body");  // a text, no number
  return rows;
}

TEST(Metrics, AreWhatTheDocumentSays) {
  Rows told;
  for_each_metric(Stats{}, [&](const Metric& metric) {
    const bool once =
        told.emplace(metric.name, std::pair{std::string{metric.unit}, metric.kind}).second;
    EXPECT_TRUE(once) << metric.name;
  });
  const Rows rows = documented();
  EXPECT_GE(rows.size(), 60u);
  for (const auto& [name, row] : rows) {
    ASSERT_TRUE(told.contains(name)) << name;
    EXPECT_EQ(told.at(name), row) << name;
  }
  EXPECT_EQ(told.size(), rows.size());
}

TEST(Metrics, CarryTheValues) {
  Stats stats;
  stats.counters[static_cast<std::size_t>(Counter::drop_crc)] = 3;
  stats.members_dead = 4;
  std::map<std::string, std::uint64_t> values;
  for_each_metric(stats,
                  [&](const Metric& metric) { values[std::string{metric.name}] = metric.value; });
  EXPECT_EQ(values.at("drop_crc"), 3u);
  EXPECT_EQ(values.at("members_dead"), 4u);
  EXPECT_EQ(values.at("members_alive"), 0u);
}

}  // namespace
}  // namespace gossipod
