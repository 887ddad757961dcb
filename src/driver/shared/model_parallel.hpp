// model_parallel: ranks that compute one network together, each the rows that a partition gives it.
// Row-wise as in Demirci and Ferhatosmanoglu 2021 (SpFF): before a layer, ranks send each other the values that the
// other's rows read; then each computes its rows. A rank holds its rows' weights alone, and the kernel is that of the
// engine which the case names. On every rank a sum goes through its sources in the order of their ids, so that with a
// kernel whose sum of a row depends on nothing else, answers have the same bits on any number of ranks.
// All ranks go through all exchanges, come what may: one that has failed, or is late, sends what it has and computes no
// more, and between two panels they agree to stop.
// Ranks may send partial sums besides, compute their own part while values travel, and store and forward
// (model_options).
#pragma once

#include <memory>

#include "driver/shared/model_options.hpp"
#include "exec/engine.hpp"
#include "mpi/communicator.hpp"

namespace sparsio {

/// The ranks as one engine over the kernel of `local`, which runs nothing itself. Collective are its prepare() and
/// run(); its plan needs a partition with a part for each rank. The outcome is whole on rank 0, edges and traffic on
/// all.
std::unique_ptr<Engine> model_parallel(Communicator& ranks, std::unique_ptr<Engine> local,
                                       const ModelOptions& options = {});

}  // namespace sparsio
