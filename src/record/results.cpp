#include "record/results.hpp"

#include <fmt/format.h>

#include <bit>
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
                                {"thread", Type::integer, 0, "", "thread of the rank, counted from 0"},
                                {"seconds", Type::real, 0, "seconds", "time of this repetition", Nature::measured},
                                {"round", Type::integer, 0, "", "of the sweep's rounds, counted from 0"},
                                {"began", Type::real, 0, "seconds", "Unix time", Nature::measured},
                                {"baseline_seconds", Type::real, 0, "seconds",
                                 "time of the baseline, run just before this repetition", Nature::measured}};
  return schema;
}

}  // namespace sparsio
