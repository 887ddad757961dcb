// joint_plan: the parts of all layers' pieces at once, and what moving one of them costs.
// A layer's partition decides who owns the values that the next layer reads, so layers should be divided together: the
// hypergraph of the whole network has a vertex a piece (rows of a layer that stay together) and a net a value, whose
// pins are the piece that computes it and those that read it; a net costs (parts among its pins - 1) words. Values with
// the same pins are one net with a weight. That is the sum of the phase models of Demirci and Ferhatosmanoglu 2021,
// where the owners of a phase are not fixed but vertices of the phase before.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "net/layer.hpp"
#include "net/partition.hpp"
#include "part/shared/inverse.hpp"
#include "part/shared/nets.hpp"

namespace sparsio {

class JointPlan {
 public:
  /// Starts layer by layer with what grow() finds. `imbalance`: most connections of a part in a layer over the mean,
  /// - 1.
  JointPlan(LayerSource& network, uint32_t parts, double imbalance);

  uint32_t pieces() const { return static_cast<uint32_t>(part_.size()); }
  uint32_t part(uint32_t piece) const { return part_[piece]; }
  uint64_t words() const { return words_; }
  /// Words a net costs for each part beyond the first, on average.
  double mean_weight() const { return mean_weight_; }
  /// Pins that a change of one piece looks at, on average.
  double mean_visits() const { return mean_visits_; }
  std::span<const uint32_t> nets(uint32_t piece) const { return nets_of_piece_.of(piece); }
  std::span<const uint32_t> pins(uint32_t net) const { return nets_.pins(net); }
  /// RowGroups of the layer of `piece` that are in `part`.
  const std::vector<uint32_t>& beside(uint32_t piece, uint32_t part) const { return held(layer_[piece], part).pieces; }
  /// May `piece` go to `part`, `instead` (or `alone`) going back where it came from?
  bool fits(uint32_t piece, uint32_t part, uint32_t instead) const;
  static constexpr uint32_t alone = ~uint32_t{0};

  /// The words that the plan moves more after that change; makes it if `accept` says so.
  template <class Accept>
  void attempt(uint32_t piece, uint32_t part, uint32_t instead, const Accept& accept) {
    const int64_t words = change(piece, part, instead);
    if (accept(words))
      keep(piece, instead);
    else
      take_back(piece, instead);
  }

  Partition partition() const;

 private:
  void add_layer(const Layer& layer, double imbalance);
  void finish();
  int64_t change(uint32_t piece, uint32_t part, uint32_t instead);
  void keep(uint32_t piece, uint32_t instead);
  void take_back(uint32_t piece, uint32_t instead);
  uint64_t cost(uint32_t net);
  void settle(uint32_t piece, uint32_t from);

  /// What a part has of a layer.
  struct Held {
    uint64_t connections = 0;
    std::vector<uint32_t> pieces;
  };
  const Held& held(uint32_t layer, uint32_t part) const {
    static const Held nothing;
    const auto found = held_.find(key(layer, part));
    return found == held_.end() ? nothing : found->second;
  }
  uint64_t key(uint32_t layer, uint32_t part) const { return layer * uint64_t{parts_} + part; }

  uint32_t parts_;
  uint64_t words_ = 0;
  double mean_weight_ = 0;
  double mean_visits_ = 0;
  std::vector<std::vector<uint32_t>> piece_of_row_;  // of each layer's rows
  std::vector<uint64_t> most_;                       // connections a part may have, of each layer
  std::vector<uint32_t> layer_;                      // of each piece: its layer, connections, part, place among those
  std::vector<uint64_t> connections_;                //   of that layer and part
  std::vector<uint32_t> part_;
  std::vector<uint32_t> place_;
  std::unordered_map<uint64_t, Held> held_;  // by layer and part, where there ever was something
  Nets nets_;                                // of all layers, the pins pieces
  std::vector<uint64_t> cost_;               // of each net
  Inverse nets_of_piece_;
  std::vector<uint64_t> seen_part_;  // the look that saw each part, or net, last
  std::vector<uint64_t> seen_net_;
  uint64_t look_ = 0;
  uint32_t from_ = 0;                                   // of the change under way: the part left
  std::vector<std::pair<uint32_t, uint64_t>> changed_;  // nets and their new costs
};

}  // namespace sparsio
