#include "record/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

namespace sparsio {

bool Sample::operator==(const Sample& other) const {
  const auto whole = [](const Sample& one) {
    return std::tie(one.run, one.repetition, one.rank, one.thread, one.round);
  };
  const auto same = [](double a, double b) { return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b); };
  return whole(*this) == whole(other) && same(seconds, other.seconds) && same(began, other.began) &&
         same(baseline_seconds, other.baseline_seconds);
}

namespace {

/// The least thread of each repetition and rank, for those ranks that `is_meant`.
template <class IsMeant>
std::vector<Sample> least_threads(const std::vector<Sample>& samples, const IsMeant& is_meant) {
  std::map<std::pair<int64_t, int64_t>, Sample> least;
  for (const Sample& sample : samples) {
    if (!is_meant(sample)) continue;
    const auto [at, is_new] = least.try_emplace({sample.repetition, sample.rank}, sample);
    if (!is_new && sample.thread < at->second.thread) at->second = sample;
  }
  std::vector<Sample> chosen;
  for (auto& [key, sample] : least) chosen.push_back(std::move(sample));
  return chosen;
}

}  // namespace

std::vector<Sample> whole_samples(const std::vector<Sample>& samples) {
  std::map<int64_t, int64_t> least_rank;  // of each repetition
  for (const Sample& sample : samples) {
    const auto [at, is_new] = least_rank.try_emplace(sample.repetition, sample.rank);
    at->second = std::min(at->second, sample.rank);
  }
  return least_threads(samples, [&](const Sample& one) { return one.rank == least_rank.at(one.repetition); });
}

std::vector<Sample> rank_samples(const std::vector<Sample>& samples) {
  return least_threads(samples, [](const Sample& one) { return one.rank != all_ranks; });
}

std::string newer_schema_warning(const std::string& path, int64_t version) {
  if (version <= schema_version) return "";
  return fmt::format(
      "{}: written by a newer program (schema version {}, this one has {}); columns it does not know are "
      "kept as they are",
      path, version, schema_version);
}

const Schema& sample_schema() {
  static const Schema schema = {{"run", Type::text, 32, "", "run id, as in /runs"},
                                {"repetition", Type::integer, 0, "", "counted from 0"},
                                {"rank", Type::integer, 0, "", "MPI rank, counted from 0; -1: all"},
                                {"thread", Type::integer, 0, "", "thread of the rank, counted from 0; -1: all of them"},
                                {"seconds", Type::real, 0, "seconds", "time of this repetition", Nature::measured},
                                {"round", Type::integer, 0, "", "of the sweep's rounds, counted from 0"},
                                {"began", Type::real, 0, "seconds", "Unix time", Nature::measured},
                                {"baseline_seconds", Type::real, 0, "seconds",
                                 "time of the baseline, run just before this repetition", Nature::measured}};
  return schema;
}

}  // namespace sparsio
