// words_and_engines: the least words of the I/O model, and who takes the network.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/grouped.hpp"
#include "bound/lower_instance.hpp"
#include "cli/info/network_parts.hpp"

namespace sparsio {
namespace {

/// The bound of this very network holds it whole and looks at all pairs of neurons that share a connection.
constexpr uint64_t most_connections_proved = 100'000;

struct WordsRow {
  std::string name;
  uint64_t reads;
  uint64_t writes;
};

std::string names_of(const std::vector<Track>& tracks, std::string_view between) {
  std::vector<std::string_view> names;
  for (const Track track : tracks) names.push_back(track_name(track));
  return fmt::format("{}", fmt::join(names, between));
}

/// Without what is said beside it: the track that it begins with, or the engine.
std::string bare_reason(const std::string& engine, const Refusal& refusal) {
  for (const std::string& prefix : {fmt::format("track {}: ", track_name(refusal.track)), engine + " "})
    if (refusal.reason.starts_with(prefix)) return refusal.reason.substr(prefix.size());
  return refusal.reason;
}

/// Who refuses the network, in which tracks and why: what several say is one line.
struct RefusedLine {
  std::vector<std::string> engines;
  std::string tracks;  // "": in all that the engine has
  std::string reason;
};

void add_refusals(const Taker& taker, std::vector<RefusedLine>& lines) {
  std::vector<std::pair<std::string, std::vector<Track>>> tracks_of;  // a reason
  for (const Refusal& refusal : taker.refusals) {
    const std::string reason = bare_reason(taker.engine, refusal);
    const auto same =
        std::find_if(tracks_of.begin(), tracks_of.end(), [&](const auto& one) { return one.first == reason; });
    if (same == tracks_of.end())
      tracks_of.push_back({reason, {refusal.track}});
    else
      same->second.push_back(refusal.track);
  }
  for (const auto& [reason, refused] : tracks_of) {
    const std::string tracks = taker.tracks.empty() ? "" : names_of(refused, ", ");
    const auto same = std::find_if(lines.begin(), lines.end(), [&, &why = reason](const RefusedLine& line) {
      return line.tracks == tracks && line.reason == why;
    });
    if (same == lines.end())
      lines.push_back({{taker.engine}, tracks, reason});
    else
      same->engines.push_back(taker.engine);
  }
}

}  // namespace

void say_words(const NetworkFacts& facts, NetworkAtHand& network, uint64_t memory, Report& report) {
  if (facts.connections == 0) {
    report.note("No connections: there is nothing to move.");
    return;
  }
  const Bounds plain = bounds(facts);
  std::vector<WordsRow> rows = {{"once", facts.connections + facts.inputs, facts.outputs},
                                {"lower", plain.lower_reads, plain.lower_writes}};
  const bool is_proved = facts.connections <= most_connections_proved;
  if (is_proved) {
    const InstanceBound proved = lower_instance(network.whole(), memory);
    rows.push_back({"lower_instance", proved.reads, proved.writes});
  }
  rows.push_back({"upper", plain.upper_reads, plain.upper_writes});
  std::vector<std::vector<std::string>> cells;
  std::vector<Fields> fields;
  for (const WordsRow& row : rows) {
    cells.push_back({row.name, grouped(row.reads), grouped(row.writes), grouped(row.reads + row.writes)});
    fields.push_back(
        {{"bound", row.name}, {"reads", row.reads}, {"writes", row.writes}, {"total", row.reads + row.writes}});
  }
  report.fields.emplace_back("memory", memory);
  report.fields.emplace_back("words", fields);
  report.table({fmt::format("words, M = {}", memory), "read", "written", "total"}, cells);
  report.note(fmt::format(
      "Once: each weight and input read, each output written. Lower: biases too; no schedule moves less. {}Upper: the "
      "2-optimal schedule never moves more.",
      is_proved ? "Lower_instance: proved for this network and M. " : ""));
  if (!is_proved)
    report.note(fmt::format("The bound of this very network is proved up to {} connections: sparsio io.",
                            grouped(most_connections_proved)));
}

void say_engines(const StandIn& stand_in, Report& report) {
  std::vector<std::vector<std::string>> rows;
  std::vector<Fields> fields;
  std::vector<RefusedLine> refused;
  for (const Taker& taker : stand_in.takers()) {
    std::vector<Fields> refusals;
    add_refusals(taker, refused);
    for (const Refusal& refusal : taker.refusals)
      refusals.push_back({{"track", track_name(refusal.track)}, {"reason", refusal.reason}});
    std::vector<std::string> names;
    for (const Track track : taker.tracks) names.emplace_back(track_name(track));
    rows.push_back({taker.engine, taker.tracks.empty() ? "no" : names_of(taker.tracks, " ")});
    fields.push_back({{"engine", taker.engine}, {"tracks", names}, {"refusals", refusals}});
  }
  report.fields.emplace_back("engines", fields);
  report.table({"engine", "takes it in the tracks"}, rows);
  for (const RefusedLine& line : refused)
    report.note(fmt::format("Not {}{}: {}.", fmt::join(line.engines, ", "),
                            line.tracks.empty() ? "" : fmt::format(" in track {}", line.tracks), line.reason));
  report.note(
      "Asked with a stand-in of the same layers, activations and kinds of biases; whether the whole fits into "
      "memory the run says.");
}

}  // namespace sparsio
