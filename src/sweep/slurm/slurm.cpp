#include "sweep/slurm/slurm.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>

#include "base/error.hpp"
#include "disk/byte_stream.hpp"

namespace sparsio {
namespace {

std::string without_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

[[noreturn]] void refuse(const std::string& place, const std::string& program, const CommandOutput& said) {
  if (said.code == 127)
    throw BadInput(place, "there is no " + program + " on this machine",
                   "submit from a login node of a Slurm cluster, or give --dry-run to see the script");
  const std::string why = without_end(said.err.empty() ? said.out : said.err);
  // More tasks than the site's MaxArraySize.
  const bool is_too_long = why.find("job array") != std::string::npos;
  throw BadInput(place, fmt::format("{} refuses: {}", program, why),
                 is_too_long ? "give a longer --wall, so that a task takes more cases, or send the config in parts "
                               "(`scontrol show config` has this site's MaxArraySize)"
                             : "the options of `submit`, or jobs/site.toml, say what is asked for");
}

/// Reads both ends until they close, neither waiting for the other.
void drain(int out, int err, CommandOutput& output) {
  std::array<pollfd, 2> ends = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  std::array<char, 4096> block{};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    for (size_t k = 0; k < ends.size(); ++k) {
      if (ends[k].fd < 0 || ends[k].revents == 0) continue;
      const ssize_t got = read(ends[k].fd, block.data(), block.size());
      if (got > 0)
        (k == 0 ? output.out : output.err).append(block.data(), static_cast<size_t>(got));
      else if (got == 0 || errno != EINTR)
        ends[k].fd = -1;
    }
  }
}

}  // namespace

CommandOutput output_of(const std::vector<std::string>& command) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe(out.data()) != 0 || pipe(err.data()) != 0) throw BadInput(command.front(), "cannot be run: " + errno_text());
  std::vector<std::string> words = command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw BadInput(command.front(), "cannot be run: " + errno_text());
  if (child == 0) {
    dup2(out[1], 1);
    dup2(err[1], 2);
    for (const int end : {out[0], out[1], err[0], err[1]}) close(end);
    execvp(argv.front(), argv.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  CommandOutput output;
  drain(out[0], err[0], output);
  close(out[0]);
  close(err[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  output.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

void check_script(const std::string& script) {
  const CommandOutput said = output_of({"sbatch", "--test-only", script});
  if (said.code != 0) refuse(script, "sbatch", said);
}

std::string submit_script(const std::string& script, const std::string& after) {
  std::vector<std::string> command = {"sbatch", "--parsable"};
  if (!after.empty()) command.push_back("--dependency=afterany:" + after);
  command.push_back(script);
  const CommandOutput said = output_of(command);
  if (said.code != 0) refuse(script, "sbatch", said);
  const std::string job = said.out.substr(0, said.out.find_first_not_of("0123456789"));  // "12;cluster" in federations
  if (job.empty()) throw BadInput(script, "sbatch names no job: " + without_end(said.out));
  return job;
}

std::set<uint64_t> tasks_in_queue(const std::string& job) {
  const CommandOutput said = output_of({"squeue", "--noheader", "--array", "--jobs=" + job, "--format=%K"});
  if (said.code != 0) {
    if (said.err.find("Invalid job id") != std::string::npos) return {};
    refuse("job " + job, "squeue", said);
  }
  std::set<uint64_t> tasks;
  std::istringstream lines(said.out);
  for (std::string line; std::getline(lines, line);)
    if (const std::string task = line.substr(0, line.find_first_not_of("0123456789")); !task.empty())
      tasks.insert(std::stoull(task));
  return tasks;
}

}  // namespace sparsio
