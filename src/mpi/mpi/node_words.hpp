// node_words: memory that the ranks of a node share, a number a rank, which they read and write without a call of MPI.
#pragma once

#include <mpi.h>

#include <atomic>
#include <cstdint>
#include <vector>

namespace sparsio {

/// The ranks of `comm` on this rank's node, or on what is taken for a node (`pretended_node_size`). Collective.
MPI_Comm ranks_of_node(MPI_Comm comm);

class NodeWords {
 public:
  /// Ranks are those of `node`, which are all on one. Collective, as its end is: a barrier comes before both.
  explicit NodeWords(MPI_Comm node);
  NodeWords(const NodeWords&) = delete;
  NodeWords& operator=(const NodeWords&) = delete;
  ~NodeWords() { MPI_Win_free(&window_); }

  /// Starts at 0; all ranks see that after a barrier.
  std::atomic_ref<int64_t> of(int rank) const { return std::atomic_ref(*words_[static_cast<size_t>(rank)]); }

 private:
  MPI_Win window_ = MPI_WIN_NULL;
  std::vector<int64_t*> words_;
};

}  // namespace sparsio
