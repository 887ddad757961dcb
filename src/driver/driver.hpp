// driver: how one case is executed by the ranks it asks for.
// `single` is one process, whatever its threads. A driver over several ranks is handed a communicator of just the
// case's ranks; all of them have opened the case's network and inputs themselves, and wait for nothing else.
#pragma once

#include "base/deadline.hpp"
#include "driver/shared/execute.hpp"
#include "mpi/communicator.hpp"

namespace sparsio {

enum class RanksTaken { one, several };

struct DriverKind {
  static constexpr std::string_view kind_name = "driver";
  std::string_view summary;
  Options options;
  RanksTaken ranks;
  /// Collective over `ranks`; what it gives counts on rank 0 alone. It throws what execute() throws, and if it throws
  /// on one rank it throws on all.
  Execution (*execute)(const ExecutionRequest& request, const Inputs& inputs, const Deadline& deadline,
                       Communicator& ranks, const Params& params);
};

}  // namespace sparsio
