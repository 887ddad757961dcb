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

/// What every rank was told by together(): it need not be said by each.
class SaidTogether : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

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

}  // namespace

bool is_launched() {
  return !first_of({"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"}).empty();
}

int as_ranks(const std::function<int(Communicator&)>& program) {
  const Registry<CommunicatorKind>::Entry* entry = way_to_be();
  if (entry == nullptr) return 0;
  std::unique_ptr<Communicator> ranks = entry->kind.join();
  std::exception_ptr error;
  try {
    return program(*ranks);
  } catch (const SaidTogether& said) {
    if (ranks->rank() == 0) std::cerr << "sparsio: " << said.what() << std::endl;
    return 1;
  } catch (const std::bad_alloc&) {
    error = std::current_exception();
    if (ranks->size() > 1) ranks->abort("out of memory; start fewer ranks a node, or take a smaller network");
  } catch (const std::exception& reason) {
    error = std::current_exception();
    if (ranks->size() > 1) ranks->abort(reason.what());
  }
  ranks.reset();  // left in order, before the error goes on
  std::rethrow_exception(error);
}

void together(Communicator& ranks, const std::function<void()>& step) {
  if (ranks.size() == 1) {
    step();
    return;
  }
  std::string error;
  try {
    step();
  } catch (const std::exception& reason) {
    error = reason.what();
    if (error.empty()) error = "failed, and does not say why";
  }
  std::string all;
  const std::vector<std::string> errors = ranks.gather(error, 0);
  for (size_t rank = 0; rank < errors.size(); ++rank) {
    if (errors[rank].empty()) continue;
    const bool is_of_all = rank == 0 && errors == std::vector<std::string>(errors.size(), errors[0]);
    all += is_of_all ? errors[rank] : fmt::format("{}rank {}: {}", all.empty() ? "" : "\n", rank, errors[rank]);
    if (is_of_all) break;
  }
  all = ranks.broadcast(all, 0);
  if (!all.empty()) throw SaidTogether(all);
}

void expect_same(Communicator& ranks, const std::string& text, const std::string& what, const std::string& remedy) {
  const std::string first = ranks.broadcast(text, 0);
  together(ranks, [&] {
    if (text != first) throw BadInput(what, fmt::format("'{}' here and '{}' on rank 0", text, first), remedy);
  });
}

}  // namespace sparsio
