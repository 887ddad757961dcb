#include "sweep/slurm/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "disk/atomic_file.hpp"
#include "sweep/slurm/slurm.hpp"
#include "sweep/status.hpp"

namespace sparsio {
namespace {

constexpr std::string_view open_mark = "{{";
constexpr std::string_view close_mark = "}}";

std::string filled_line(const std::string& line, const std::map<std::string, std::string>& values,
                        const std::string& place) {
  std::string out;
  size_t at = 0;
  while (true) {
    const size_t begin = line.find(open_mark, at);
    const size_t end = begin == std::string::npos ? begin : line.find(close_mark, begin);
    if (end == std::string::npos) return out + line.substr(at);
    const std::string name = line.substr(begin + 2, end - begin - 2);
    const auto value = values.find(name);
    if (value == values.end()) {
      std::vector<std::string> names;
      for (const auto& [known, ignored] : values) names.push_back(known);
      throw BadInput(place, "no value for {{" + name + "}}", suggest(name, names));
    }
    out += line.substr(at, begin - at) + value->second;
    at = end + close_mark.size();
  }
}

bool is_lone_placeholder(const std::string& line) {
  return line.starts_with(open_mark) && line.find(close_mark) == line.size() - close_mark.size();
}

/// The highest number of a submission's folder; 0 if there is none.
uint64_t latest_submission(const std::string& out) {
  uint64_t highest = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(tasks_folder(out), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.size() < 10 && name.find_first_not_of("0123456789") == std::string::npos)
      highest = std::max<uint64_t>(highest, std::stoull(name));
  }
  return highest;
}

}  // namespace

std::string filled(const std::string& text, const std::map<std::string, std::string>& values,
                   const std::string& place) {
  std::string out;
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string done = filled_line(line, values, fmt::format("{}:{}", place, ++number));
    if (done.empty() && is_lone_placeholder(line)) continue;
    out += done;
    if (!done.ends_with('\n')) out += '\n';
  }
  return out;
}

std::string directive_lines(const std::vector<std::string>& directives) {
  std::string lines;
  for (const std::string& directive : directives) {
    if (!directive.starts_with("-") || directive.find('\n') != std::string::npos)
      throw BadInput("--directive", "'" + directive + "' is not an option of sbatch", "write --directive=--mem=4G");
    lines += "#SBATCH " + directive + "\n";
  }
  return lines;
}

std::string next_submission(const std::string& out) {
  return fmt::format("{}/{}", tasks_folder(out), latest_submission(out) + 1);
}

std::string latest_config(const std::string& out) {
  const std::string name = std::filesystem::path(out).stem().string() + ".toml";
  const std::string config = fmt::format("{}/{}/{}", tasks_folder(out), latest_submission(out), name);
  return std::filesystem::exists(config) ? config : "";
}

std::set<std::string> runs_in_queue(const std::string& out) {
  std::set<std::string> runs;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(tasks_folder(out), ignored)) {
    std::string job;
    if (!(std::ifstream(entry.path() / "job") >> job)) continue;
    for (const uint64_t task : tasks_in_queue(job)) {
      std::ifstream list(entry.path() / fmt::format("task-{}.cases", task));
      for (std::string run; list >> run;) runs.insert(run);
    }
  }
  return runs;
}

void write_task_list(const std::string& submission, size_t task, const std::vector<std::string>& runs) {
  std::string text;
  for (const std::string& run : runs) text += run + "\n";
  write_file(fmt::format("{}/task-{}.cases", submission, task), text);
}

}  // namespace sparsio
