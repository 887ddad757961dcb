// rank_layers: the layers of a network as one rank has them: its own rows, and of the values before them those that it
// owns or reads.
// The network is walked and never held: of each layer the rank keeps its rows and forgets the others. Sources are
// numbered by their ids, whatever row their values lie in (mpi/shared/exchange), so that a sum goes through its
// connections in the same order on any number of ranks. A partial sum that the rank receives is a source with weight 1,
// behind all values; those that it sends are rows of a layer of their own.
#pragma once

#include <vector>

#include "mpi/shared/route.hpp"
#include "net/layer.hpp"
#include "net/partition.hpp"
#include "part/shared/exchange_plan.hpp"

namespace sparsio {

class RankLayers final : public LayerSource {
 public:
  /// Unsupported if the partition is one of another network. Both must outlive it.
  RankLayers(LayerSource& network, const Partition& partition, int rank, const ExchangePlan& plan = {});

  /// Values that the rank owns.
  const std::vector<uint32_t>& widths() const override { return widths_; }
  void restart() override;
  /// The rank's rows of the next layer, ascending.
  bool next(Layer& layer) override;

  /// Of the layer given last: what the rank has of its sources, own values first, then the sums that it sends; and the
  /// row of each source of the layer.
  const RoutedShare& share() const { return share_; }
  uint32_t own_values() const { return own_values_; }
  const std::vector<uint32_t>& source_row() const { return source_row_; }
  /// The partial sums that the rank sends before that layer: their sources are own values, in the order of these.
  Layer sums_sent() const;
  uint64_t sums_received() const { return sums_received_; }
  /// Connections of that layer in the whole network.
  uint64_t connections_of_all() const { return whole_.connections(); }
  /// Ids of the values of a level that the rank owns, ascending.
  std::vector<uint32_t> own(size_t level) const;

 private:
  void number_sources();
  void keep_own_rows(Layer& layer);

  LayerSource& network_;
  const Partition& partition_;
  int rank_;
  ExchangePlan plan_;
  Route route_;
  std::vector<uint32_t> widths_;
  size_t at_ = 0;  // layers given
  Layer whole_;
  LevelItems items_;
  RoutedShare share_;
  uint32_t own_values_ = 0;
  uint64_t sums_received_ = 0;
  std::vector<uint32_t> source_row_;
  std::vector<uint32_t> number_;  // of each item that the rank has
};

}  // namespace sparsio
