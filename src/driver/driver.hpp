// driver: how the ranks that a case asks for make one engine.
// `single` is the engine itself, in one process. A driver over several ranks gives an engine that is made of engines,
// one a rank (`data`), or of the rows that each rank computes with an engine's kernel (`model`): all ranks prepare and
// run it together, and each opens the case's network and inputs itself.
#pragma once

#include <functional>

#include "exec/engine.hpp"
#include "mpi/communicator.hpp"
#include "part/shared/exchange_plan.hpp"

namespace sparsio {

enum class RanksTaken { one, several };

/// An engine for this rank alone, not yet prepared. It may throw.
using MakeEngine = std::function<std::unique_ptr<Engine>()>;

struct DriverKind {
  static constexpr std::string_view kind_name = "driver";
  std::string_view summary;
  Options options;
  RanksTaken ranks;
  /// Collective over `ranks`, which must outlive the engine, and so are the engine's prepare(), run() and end: the same
  /// plan and inputs on all ranks, and what fails on one rank is thrown on all. The outcome counts on rank 0. The other
  /// functions of the engine answer on each rank without the others.
  std::unique_ptr<Engine> (*make)(Communicator& ranks, const MakeEngine& local, const Params& params);
  bool takes_partition = false;  // of the plan; others are refused it
  /// Of that partition, on so many ranks; null: one a rank.
  uint32_t (*parts)(int ranks, const Params& params) = nullptr;
  /// What the parts send each other; null: values, straight.
  ExchangePlan (*exchange)(const Params& params) = nullptr;
};

}  // namespace sparsio
