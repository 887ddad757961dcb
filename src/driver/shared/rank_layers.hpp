// rank_layers: the layers of a network as one rank has them: its own rows, and of the values before them those that it
// owns or reads.
// The network is walked and never held: of each layer the rank keeps its rows and forgets the others. Sources are
// numbered by their ids, whatever row their values lie in (mpi/shared/exchange), so that a sum goes through its
// connections in the same order on any number of ranks.
#pragma once

#include <vector>

#include "mpi/shared/exchange.hpp"
#include "net/layer.hpp"
#include "net/partition.hpp"

namespace sparsio {

class RankLayers final : public LayerSource {
 public:
  /// Unsupported if the partition is one of another network. Both must outlive it.
  RankLayers(LayerSource& network, const Partition& partition, int rank);

  /// Values that the rank owns.
  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override;
  /// The rank's rows of the next layer, ascending.
  bool next(Layer& layer) override;

  /// Of the layer given last: what the rank has of its sources, and the row of each source of the layer.
  const LevelShare& share() const { return share_; }
  const std::vector<uint32_t>& source_row() const { return source_row_; }
  /// Connections of that layer in the whole network.
  uint64_t connections_of_all() const { return whole_.connections(); }
  /// Ids of the values of a level that the rank owns, ascending.
  std::vector<uint32_t> own(size_t level) const;

 private:
  void number_sources();
  void keep_own_rows(Layer& layer) const;

  LayerSource& network_;
  const Partition& partition_;
  int rank_;
  std::vector<uint32_t> widths_;
  size_t at_ = 0;  // layers given
  Layer whole_;
  LevelShare share_;
  std::vector<uint32_t> source_row_;
  std::vector<uint32_t> number_;  // of each source of the whole layer that the rank has
};

}  // namespace sparsio
