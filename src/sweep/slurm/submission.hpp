// submission: the files of one `submit`, in <out without .h5>.tasks/<n>/.
// CONFIG.toml (the config as it was, includes and overrides applied, so that later edits change nothing), array.sbatch,
// merge.sbatch, task-<k>.cases (run ids, a line each), `job` (the id that sbatch gave); the tasks add task-<k>.h5 and
// task-<k>.log.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace sparsio {

/// The template with every {{name}} replaced. A line that is only a placeholder for nothing is left out. BadInput at
/// `place`: a placeholder without a value.
std::string filled(const std::string& text, const std::map<std::string, std::string>& values, const std::string& place);

/// "#SBATCH WORDS", a line each; BadInput at the directive if it is not one option on one line.
std::string directive_lines(const std::vector<std::string>& directives);

/// The folder that the next submission of a sweep gets: the number after the highest there. Makes nothing.
std::string next_submission(const std::string& out);

/// The config as the latest submission of a sweep took it; "" if there is none.
std::string latest_config(const std::string& out);

/// Run ids that the tasks of earlier submissions still have before them or in work: the batch system is asked.
std::set<std::string> runs_in_queue(const std::string& out);

/// A run id a line.
void write_task_list(const std::string& submission, size_t task, const std::vector<std::string>& runs);

}  // namespace sparsio
