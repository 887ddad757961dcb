// node_beats: ranks of one node that see each other live, without a word of MPI between them.
// Each rank has a word of memory that all ranks of the node share; its watch adds to it as long as the rank lives. MPI
// makes the memory at the start and takes it back at the end.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <vector>

namespace sparsio {

/// Ranks are those of the communicator it is made of.
class NodeBeats {
 public:
  /// Collective.
  explicit NodeBeats(MPI_Comm all);
  NodeBeats(const NodeBeats&) = delete;
  NodeBeats& operator=(const NodeBeats&) = delete;
  /// Collective.
  ~NodeBeats();

  bool is_here(int rank) const { return words_[static_cast<size_t>(rank)] != nullptr; }
  void beat();
  void say_farewell();
  /// A beat or farewell since the last look, of a rank that is here.
  bool was_new(int rank);
  bool has_left(int rank) const;

 private:
  MPI_Win window_ = MPI_WIN_NULL;
  size_t rank_;
  std::vector<uint64_t*> words_;  // by rank; null on other nodes
  std::vector<uint64_t> seen_;    // by rank
};

/// The ranks of `comm` on this rank's node, or on what is taken for a node (`pretended_node_size`).
MPI_Comm ranks_of_node(MPI_Comm comm);

}  // namespace sparsio
