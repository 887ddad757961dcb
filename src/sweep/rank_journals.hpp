// rank_journals: where the ranks of a sweep write while it runs.
// Each rank has a journal of its own, so that none waits for another: rank 0 the journal beside the results, the others
// <out without .h5>.ranks/rank-<k>.journal. They are one thing to a reader (`read_file_and_journal` lays them over the
// results), so that what ranks finished is never lost, whoever comes next: a run with other ranks or with none,
// `status`, `export`. The folder must be one that all nodes see.
#pragma once

#include <string>
#include <vector>

namespace sparsio {

/// Of the results at `path`. Rank 0 has the journal of the results.
std::string rank_journal(const std::string& path, int rank);

/// The journals of other ranks than 0 that are there, of this run or left by one that was killed.
std::vector<std::string> rank_journals(const std::string& path);

/// Makes the folder. BadInput if that cannot be.
void make_room_for_ranks(const std::string& path);

/// BeingWritten: a rank still writes one of them, though its rank 0 has gone and let the results go.
void check_ranks_have_ended(const std::string& path);

/// Removes the journals and their folder; their rows must be in the results.
void remove_rank_journals(const std::string& path);

}  // namespace sparsio
