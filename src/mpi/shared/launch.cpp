#include "mpi/shared/launch.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

namespace sparsio {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// What the launcher says; "" where it does not.
std::string first_of(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const std::string value = variable(name); !value.empty()) return value;
  return "";
}

/// What every rank was told by agree(): it need not be said by each.
class SaidTogether {
 public:
  virtual ~SaidTogether() = default;
};

/// An exception that all ranks throw together, of the kind that one of them met.
template <class Kind>
class Agreed final : public Kind, public SaidTogether {
 public:
  using Kind::Kind;
};

/// As it travels: the kind in the first letter, then the words.
std::string letter_and_words(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Unsupported& reason) {
    return std::string("u") + reason.what();
  } catch (const TimeLimit& reason) {
    return std::string("t") + reason.what();
  } catch (const std::bad_alloc&) {
    return "eout of memory; start fewer ranks a node";
  } catch (const std::exception& reason) {
    return std::string("e") + reason.what();
  }
}

/// Rank 0: the failures of all ranks as one, in the kind of the first; who has none says "".
std::string joined(const std::vector<std::string>& failures) {
  std::string all;
  for (size_t rank = 0; rank < failures.size(); ++rank) {
    const std::string& failure = failures[rank];
    if (failure.empty()) continue;
    if (rank == 0 && failures == std::vector<std::string>(failures.size(), failure)) return failure;
    all += all.empty() ? failure.substr(0, 1) : "\n";
    all += fmt::format("rank {}: {}", rank, failure.substr(1));
  }
  return all;
}

/// Null on a rank that leaves the talking, and there is nothing else to do, to rank 0.
const Registry<CommunicatorKind>::Entry* way_to_be() {
  const auto& ways = Registry<CommunicatorKind>::instance();
  const auto* alone = &ways.find("alone", "launch");
  if (!is_launched()) return alone;
  if (const auto* mpi = ways.look_up("mpi")) return mpi;
  // A launcher also starts single programs; only several of them would do the same work several times over.
  const std::string size = first_of({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"});
  if (size == "1") return alone;
  if (first_of({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) != "0") return nullptr;
  throw BadInput(
      "launch",
      fmt::format("started as {} ranks, and this sparsio was built without MPI", size.empty() ? "several" : size),
      "install libopenmpi-dev and build with SPARSIO_MPI=ON, or start it without mpirun");
}

/// A launcher and an MPI that do not know each other: each process takes itself for the only one, does all the work and
/// writes to the same file. One of them says it.
void warn_of_strangers(const Communicator& ranks) {
  const std::string size = first_of({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"});
  const std::string rank = first_of({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"});
  if (ranks.size() > 1 || size.empty() || size == "1" || (!rank.empty() && rank != "0")) return;
  std::cerr << fmt::format(
      "warning: started as one of {} ranks, and MPI sees 1: each would do all the work; use the launcher of the MPI "
      "that sparsio was built with, or start it once\n",
      size);
}

}  // namespace

bool is_launched() {
  return !first_of({"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}).empty();
}

int as_ranks(const std::function<int(Communicator&)>& program) {
  const Registry<CommunicatorKind>::Entry* entry = way_to_be();
  if (entry == nullptr) return 0;
  std::unique_ptr<Communicator> ranks = entry->kind.join();
  warn_of_strangers(*ranks);
  std::exception_ptr error;
  try {
    return program(*ranks);
  } catch (const std::bad_alloc&) {
    error = std::current_exception();
    if (ranks->size() > 1) ranks->abort("out of memory; start fewer ranks a node, or take a smaller network");
  } catch (const std::exception& reason) {
    if (dynamic_cast<const SaidTogether*>(&reason) != nullptr) {
      if (ranks->rank() == 0) std::cerr << "sparsio: " << reason.what() << std::endl;
      return 1;
    }
    error = std::current_exception();
    if (ranks->size() > 1) ranks->abort(reason.what());
  }
  ranks.reset();  // left in order, before the error goes on
  std::rethrow_exception(error);
}

std::exception_ptr failure_of(const std::function<void()>& step) {
  try {
    step();
  } catch (...) {
    return std::current_exception();
  }
  return nullptr;
}

void agree(Communicator& ranks, const std::exception_ptr& failure) {
  if (ranks.size() == 1) {
    if (failure) std::rethrow_exception(failure);
    return;
  }
  if (ranks.sum(failure ? 1 : 0) == 0) return;
  const std::string mine = failure ? letter_and_words(failure) : "";
  const std::string all = ranks.broadcast(joined(ranks.gather(mine, 0)), 0);
  if (all[0] == 'u') throw Agreed<Unsupported>(all.substr(1));
  if (all[0] == 't') throw Agreed<TimeLimit>(all.substr(1));
  throw Agreed<std::runtime_error>(all.substr(1));
}

void together(Communicator& ranks, const std::function<void()>& step) {
  agree(ranks, failure_of(step));
}

void expect_same(Communicator& ranks, const std::string& text, const std::string& what, const std::string& remedy) {
  const std::string first = ranks.broadcast(text, 0);
  together(ranks, [&] {
    if (text != first) throw BadInput(what, fmt::format("'{}' here and '{}' on rank 0", text, first), remedy);
  });
}

}  // namespace sparsio
