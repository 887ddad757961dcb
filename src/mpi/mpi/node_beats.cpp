// needs: mpi
#include "mpi/mpi/node_beats.hpp"

#include <atomic>

#include "mpi/shared/host.hpp"

namespace sparsio {
namespace {

constexpr uint64_t gone = UINT64_MAX;
constexpr MPI_Aint line = 64;  // two ranks do not write to one line

}  // namespace

NodeBeats::NodeBeats(MPI_Comm all) {
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(all, &rank);
  MPI_Comm_size(all, &size);
  rank_ = static_cast<size_t>(rank);
  words_.assign(static_cast<size_t>(size), nullptr);
  seen_.assign(static_cast<size_t>(size), 0);

  MPI_Comm node = ranks_of_node(all);
  int here = 0;
  MPI_Comm_size(node, &here);
  std::vector<int> ranks(static_cast<size_t>(here));
  MPI_Allgather(&rank, 1, MPI_INT, ranks.data(), 1, MPI_INT, node);
  void* base = nullptr;
  MPI_Win_allocate_shared(line, 1, MPI_INFO_NULL, node, &base, &window_);
  std::atomic_ref(*static_cast<uint64_t*>(base)).store(0);
  for (int k = 0; k < here; ++k) {
    MPI_Aint bytes = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, k, &bytes, &unit, &base);
    words_[static_cast<size_t>(ranks[static_cast<size_t>(k)])] = static_cast<uint64_t*>(base);
  }
  MPI_Barrier(node);
  MPI_Comm_free(&node);
}

NodeBeats::~NodeBeats() {
  MPI_Win_free(&window_);
}

void NodeBeats::beat() {
  std::atomic_ref(*words_[rank_]).fetch_add(1);
}

void NodeBeats::say_farewell() {
  std::atomic_ref(*words_[rank_]).store(gone);
}

bool NodeBeats::was_new(int rank) {
  const uint64_t now = std::atomic_ref(*words_[static_cast<size_t>(rank)]).load();
  uint64_t& seen = seen_[static_cast<size_t>(rank)];
  const bool is_new = now != seen;
  seen = now;
  return is_new;
}

bool NodeBeats::has_left(int rank) const {
  return std::atomic_ref(*words_[static_cast<size_t>(rank)]).load() == gone;
}

MPI_Comm ranks_of_node(MPI_Comm comm) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &node);
  const int pretended = pretended_node_size();
  if (pretended <= 0) return node;
  MPI_Comm part = MPI_COMM_NULL;
  MPI_Comm_rank(node, &rank);
  MPI_Comm_split(node, rank / pretended, rank, &part);
  MPI_Comm_free(&node);
  return part;
}

}  // namespace sparsio
