// pair_connections: how many connections a sources and b targets of one layer can have between them, at most; or, where
// connections have weights, what those between them can weigh.
// The least of a b, of the degrees (the a largest, none above b; and the other way round) and of the certified norms.
// A general DAG is one pair of all its neurons with themselves.
#pragma once

#include <span>
#include <vector>

#include "bound/lower_instance/norm_certificate.hpp"

namespace sparsio {

class PairConnections {
 public:
  /// Connections among sources and targets each counted from 0, in any numbering. `weights`, one a connection, may be
  /// empty: all 1.
  PairConnections(uint32_t sources, uint32_t targets, std::span<const Step> connections,
                  std::vector<NormCertificate> norms, std::span<const double> weights = {});

  double most(uint64_t sources, uint64_t targets) const;
  /// With at least one connection.
  uint64_t sources() const { return out_.first_sums.size() - 1; }
  uint64_t targets() const { return in_.first_sums.size() - 1; }
  /// What all connections weigh.
  double worth() const { return out_.first_sums.back(); }

 private:
  struct Degrees {
    std::vector<double> first_sums;  // of the k largest degrees, k = 0 .. neurons with a connection
    std::vector<uint64_t> at_least;  // neurons of at least that degree; empty where connections have weights
    double capped(uint64_t count, uint64_t cap) const;
  };
  Degrees degrees(std::vector<double> degree) const;

  bool is_weighted_;
  double heaviest_ = 1;  // connection

  Degrees out_;
  Degrees in_;
  std::vector<NormCertificate> norms_;
};

}  // namespace sparsio
