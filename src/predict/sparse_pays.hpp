// sparse_pays: at which density does leaving zeros out stop being faster than multiplying by them, on this machine?
// A sparse kernel does fewer multiplications and finds out where they are; `dense` does them all at full speed. Which
// wins is the density's affair, and where it turns depends on the machine and on the layer's shape. Both sides are
// predicted, by what calibrate found their work to cost here: the layer itself as it is, and random layers of its shape
// at a few densities, between which the crossing lies. Each is looked at as a network of its own, one pass over one
// panel of 0/1 inputs. A large layer is represented by its first targets, both sides alike.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "net/layer.hpp"
#include "predict/calibration.hpp"

namespace sparsio {

/// Where nothing is calibrated: up to this density the fastest sparse engine (row_pairs) beat OpenBLAS on another
/// machine, one core of a Zen 4, 1024 x 1024, each at its best panel: by 1.2 where every connection is there.
constexpr double crossing_elsewhere = 1;

struct LayerForecast {
  std::string sparse;         // the fastest engine that leaves zeros out
  double sparse_seconds = 0;  // of one pass over one panel
  double dense_seconds = 0;   // likewise, by `dense`
  double crossing = 0;        // sparse pays below this density, in layers of this shape; 0: at none, 1: at every
  uint32_t targets = 0;       // that were looked at, the first ones

  bool sparse_pays() const { return sparse_seconds < dense_seconds; }
  /// How many times faster the better one is.
  double factor() const;
};

class SparsePays {
 public:
  /// At most so many weights of a layer, zeros too, are looked at, but one target at least.
  static constexpr uint64_t most_weights = uint64_t{1} << 18;

  /// `levels`: the caches of one thread.
  SparsePays(const Calibration& calibration, std::vector<CacheGeometry> levels, uint32_t panel);

  /// Why nothing can be predicted, "" where it can.
  const std::string& reason() const { return reason_; }
  LayerForecast forecast(const Layer& layer);

 private:
  double seconds(const EngineRate& rate, const Layer& layer) const;
  /// Of the fastest sparse engine on random layers of that shape, over that of dense.
  double ratio(uint32_t sources, uint32_t targets, double density) const;
  double crossing(uint32_t sources, uint32_t targets) const;

  std::vector<CacheGeometry> levels_;
  uint32_t panel_;
  EngineRate dense_;
  std::vector<EngineRate> sparse_;
  std::string reason_;
  std::map<std::pair<uint32_t, uint32_t>, double> crossings_;  // by shape
};

}  // namespace sparsio
