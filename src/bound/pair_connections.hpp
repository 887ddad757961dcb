// pair_connections: how many connections a sources and b targets of one layer can have between them, at most.
// The least of a b, of the degrees (the a largest, none above b; and the other way round) and of the certified norms.
// A general DAG is one pair of all its neurons with themselves.
#pragma once

#include <span>
#include <vector>

#include "bound/norm_certificate.hpp"

namespace sparsio {

class PairConnections {
 public:
  /// Connections among sources and targets each counted from 0, in any numbering.
  PairConnections(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                  std::vector<NormCertificate> norms);

  double most(uint64_t sources, uint64_t targets) const;
  /// With at least one connection.
  uint64_t sources() const { return out_.first_sums.size() - 1; }
  uint64_t targets() const { return in_.first_sums.size() - 1; }
  uint64_t connections() const { return out_.first_sums.back(); }

 private:
  struct Degrees {
    std::vector<uint64_t> first_sums;  // of the k largest degrees, k = 0 .. neurons with a connection
    std::vector<uint64_t> at_least;    // neurons of at least that degree
    uint64_t capped(uint64_t count, uint64_t cap) const;
  };
  static Degrees degrees(std::vector<uint32_t> degree);

  Degrees out_;
  Degrees in_;
  std::vector<NormCertificate> norms_;
};

}  // namespace sparsio
