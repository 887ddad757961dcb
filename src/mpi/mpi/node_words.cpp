// needs: mpi
#include "mpi/mpi/node_words.hpp"

#include "mpi/shared/host.hpp"

namespace sparsio {

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

NodeWords::NodeWords(MPI_Comm node) {
  constexpr MPI_Aint line = 64;  // two ranks do not write to one line
  void* word = nullptr;
  MPI_Win_allocate_shared(line, sizeof(int64_t), MPI_INFO_NULL, node, &word, &window_);
  std::atomic_ref(*static_cast<int64_t*>(word)).store(0);
  int size = 0;
  MPI_Comm_size(node, &size);
  for (int rank = 0; rank < size; ++rank) {
    MPI_Aint bytes = 0;
    int unit = 0;
    MPI_Win_shared_query(window_, rank, &bytes, &unit, &word);
    words_.push_back(static_cast<int64_t*>(word));
  }
}

}  // namespace sparsio
