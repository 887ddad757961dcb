// rank_stages: what one rank does of each layer: the exchange before it, and the kernel of its rows.
// All values stand in one matrix of two areas, in which levels take turns; in an area, the rank's own values, the
// partial sums that it sends, the ghosts (mpi/shared/route), and its rows' sums over own values where these are
// computed first. A kernel is told where its sources and targets lie, and its sums go through sources in the order of
// their ids. One that takes rows in their order only gets the sources as they lie, and sums them so.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/shared/rank_layers.hpp"
#include "exec/kernel/kernel.hpp"
#include "net/plan.hpp"

namespace sparsio {

/// Whether a rank computes while values travel: partial sums of its rows over its own values, to which it adds the
/// others when they are there.
enum class Overlap : uint8_t { off, on };

/// Rows that are computed at one time, where they are not the layer's.
struct StagePart {
  std::unique_ptr<RowKernel> kernel;  // null: there are none
  uint64_t x_begin = 0;
  uint64_t y_begin = 0;
};

struct RankStage {
  std::vector<ExchangePattern> exchanges;  // before the layer, one after the other
  StagePart sums;                          // that the rank sends, before the exchanges
  StagePart own;                           // while the first exchange is under way
  std::unique_ptr<RowKernel> kernel;       // null: the rank has no row of the layer
  uint64_t source_begin = 0;               // first row of the area with the sources, and of the one with the targets
  uint64_t target_begin = 0;
  uint64_t x_begin = 0;  // row from which the kernel counts its sources' rows, and its targets'
  uint64_t y_begin = 0;
  uint32_t targets = 0;
  uint64_t connections = 0;
  Activation activation;
};

struct RankStages {
  std::vector<RankStage> stage;  // of each layer
  uint64_t rows = 0;             // of the matrix
  uint64_t connections = 0;      // of the whole network
  uint64_t pairs = 0;            // ranks that this one ever sends to
  uint64_t index_bytes = 0;
  bool are_sums_ordered = true;  // by the sources' ids
  std::string simd;
  std::string note;
};

/// Two walks of the network. Unsupported where the kernel, or what it is made for, is.
RankStages rank_stages(RankLayers& layers, const Plan& plan, const KernelChoice& choice,
                       Overlap overlap = Overlap::off);

}  // namespace sparsio
