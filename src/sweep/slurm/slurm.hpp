// slurm: the batch system, by its own commands. Only what it says is believed.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace sparsio {

struct CommandOutput {
  int code = 0;  // 127: there is no such program
  std::string out;
  std::string err;
};

/// Runs a program found on PATH, without a shell, and waits for it.
CommandOutput output_of(const std::vector<std::string>& command);

/// BadInput with sbatch's own words if it would refuse the script.
void check_script(const std::string& script);

/// Submits it; the job id. `after`: a job that must have ended before, well or not; empty for none.
std::string submit_script(const std::string& script, const std::string& after);

/// Tasks of a job array that are waiting or running. Empty for a job that the batch system no longer knows.
std::set<uint64_t> tasks_in_queue(const std::string& job);

}  // namespace sparsio
