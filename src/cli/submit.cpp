// submit: what is missing of a sweep as a job array on Slurm, and a job after it that merges.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <sstream>

#include "base/nearest.hpp"
#include "base/params.hpp"
#include "base/plural.hpp"
#include "cli/command.hpp"
#include "cli/shared/sweep_arguments.hpp"
#include "disk/atomic_file.hpp"
#include "disk/node.hpp"
#include "record/provenance.hpp"
#include "run/check.hpp"
#include "sweep/progress.hpp"
#include "sweep/run_sweep.hpp"
#include "sweep/slurm/array_tasks.hpp"
#include "sweep/slurm/slurm.hpp"
#include "sweep/slurm/slurm_time.hpp"
#include "sweep/slurm/submission.hpp"
#include "sweep/status.hpp"

namespace sparsio {
namespace {

namespace fs = std::filesystem;

constexpr double minutes_of_a_year = 365 * 24 * 60;

/// Options that may also stand in a site file, with - as _. Those with a directive are lines of the script.
struct SiteOption {
  std::string_view name;
  std::string_view directive;
};
constexpr SiteOption site_options[] = {{"--partition", "--partition="},
                                       {"--account", "--account="},
                                       {"--constraint", "--constraint="},
                                       {"--time", ""},
                                       {"--nodes", ""},
                                       {"--ntasks", ""},
                                       {"--cpus-per-task", ""},
                                       {"--warning", ""},
                                       {"--at-once", ""},
                                       {"--launcher", ""},
                                       {"--directive", ""},
                                       {"--setup", ""}};

std::string site_key(std::string_view option) {
  std::string key(option.substr(2));
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

/// What the command line says, over what the site file says.
class Settings {
 public:
  Settings(const Arguments& arguments, const std::string& site) : arguments_(arguments) {
    if (!site.empty()) site_ = read_document(site, "--site");
    std::vector<std::string> keys;
    for (const SiteOption& option : site_options) keys.push_back(site_key(option.name));
    for (const Node& node : site_.children) {
      if (std::find(keys.begin(), keys.end(), node.key) == keys.end())
        throw BadInput(node.key_place, "no key '" + node.key + "'", suggest(node.key, keys));
      if (!node.is_scalar() && node.kind != Node::Kind::list)
        throw BadInput(node.place, node.key + " is " + describe(node), "give a text or a list of texts");
    }
  }
  std::string text(std::string_view option, const std::string& fallback = "") const {
    const auto all = this->all(option);
    return one_line(option, all.empty() ? fallback : all.back());
  }
  std::vector<std::string> all(std::string_view option) const {
    std::vector<std::string> values;
    if (const Node* node = site_.find(site_key(option)); node != nullptr) {
      if (node->is_scalar()) values.push_back(node->text);
      for (const Node& child : node->children) values.push_back(child.text);
    }
    for (const std::string& value : arguments_.all(option)) values.push_back(one_line(option, value));
    return values;
  }

  /// Where the option is said: on the command line or in the site file.
  std::string place(std::string_view option) const {
    const Node* node = arguments_.has(option) ? nullptr : site_.find(site_key(option));
    return node == nullptr ? std::string(option) : node->place;
  }
  uint64_t count(std::string_view option, const std::string& fallback, const Allowed& allowed) const {
    return parse_count(text(option, fallback), allowed, place(option));
  }

 private:
  static std::string one_line(std::string_view option, const std::string& value) {
    if (value.find('\n') != std::string::npos) throw BadInput(std::string(option), "has several lines", "give one");
    return value;
  }
  const Arguments& arguments_;
  Node site_;
};

double number(const Arguments& arguments, std::string_view option) {
  const std::string text = arguments.text(option);
  const double value = std::stod(canonical_value(Type::real, text, std::string(option)));
  if (!(value > 0)) throw BadInput(std::string(option), text + " is not above 0");
  return value;
}

/// The site file to read; "" if there is none.
std::string site_file(const Arguments& arguments) {
  if (arguments.has("--site")) return arguments.text("--site");
  return fs::exists("jobs/site.toml") ? "jobs/site.toml" : "";
}

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw BadInput(path, "cannot be read", "give a template by --templates FOLDER");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string program_path() {
  return fs::read_symlink("/proc/self/exe").string();
}

/// Where the templates are: as said, in jobs/ beside or above this program (its build lies in the tree), or in jobs/
/// here.
std::string templates_folder(const Arguments& arguments) {
  if (arguments.has("--templates")) return arguments.text("--templates");
  for (fs::path above = fs::path(program_path()).parent_path(); above.has_relative_path(); above = above.parent_path())
    if (fs::exists(above / "jobs" / "array.sbatch.in")) return (above / "jobs").string();
  return "jobs";
}

/// What a task asks Slurm for. Slurm would refuse some of it when the script is sent, and find out some of it in the
/// queue, the night after.
struct TaskRequest {
  uint64_t nodes;
  uint64_t ntasks;
  uint64_t cpus;
  uint64_t at_once;  // 0: any number
  std::string time;
  uint64_t warning;  // seconds before the end of `time`; 0: none
};

TaskRequest task_request(const Settings& settings, double wall_minutes) {
  TaskRequest task;
  task.nodes = settings.count("--nodes", "1", at_least(1));
  task.ntasks = settings.count("--ntasks", "1", at_least(1));
  task.cpus = settings.count("--cpus-per-task", "1", at_least(1));
  task.at_once = settings.text("--at-once").empty() ? 0 : settings.count("--at-once", "", at_least(1));
  task.time = settings.text("--time", fmt::format("{}", static_cast<uint64_t>(wall_minutes * 2 + 5)));
  task.warning = settings.count("--warning", "120", between(0, 65535));  // more sbatch does not take
  const double seconds = 60 * slurm_minutes(task.time, settings.place("--time"));
  if (static_cast<double>(task.warning) >= seconds)
    throw BadInput(settings.place("--warning"),
                   fmt::format("a warning {} s before the end of a task of {} s", task.warning, seconds),
                   "give a shorter --warning or a longer --time");
  return task;
}

struct Scripts {
  std::string array;
  std::string merge;
};

Scripts scripts(const Arguments& arguments, const Settings& settings, const TaskRequest& task, const std::string& out,
                const std::string& submission, size_t tasks) {
  std::vector<std::string> directives;
  for (const SiteOption& option : site_options)
    if (const std::string value = settings.text(option.name); !option.directive.empty() && !value.empty())
      directives.push_back(std::string(option.directive) + value);
  for (const std::string& directive : settings.all("--directive")) directives.push_back(directive);
  std::string setup;
  for (const std::string& line : settings.all("--setup")) setup += line + "\n";
  const std::string launcher = settings.text("--launcher", "srun");
  // Since Slurm 22.05 srun takes no --cpus-per-task from the job; the rest is said as well, to be read.
  const bool is_srun = launcher == "srun" || launcher.starts_with("srun ");
  const std::string launch = is_srun
                                 ? fmt::format("{} -N {} -n {} -c {} ", launcher, task.nodes, task.ntasks, task.cpus)
                             : launcher == "none" ? ""
                                                  : launcher + " ";
  const std::string name = fs::path(out).stem().string();
  const std::map<std::string, std::string> values = {
      {"name", name},
      {"tasks", fmt::format("{}", tasks)},
      {"array", fmt::format("1-{}{}", tasks, task.at_once == 0 ? "" : fmt::format("%{}", task.at_once))},
      {"time", task.time},
      {"nodes", fmt::format("{}", task.nodes)},
      {"ntasks", fmt::format("{}", task.ntasks)},
      {"cpus", fmt::format("{}", task.cpus)},
      {"warning", fmt::format("{}", task.warning)},
      {"directives", directive_lines(directives)},
      {"setup", setup},
      {"launch", launch},
      {"submission", submission},
      {"folder", shell_text({fs::current_path().string()})},
      {"program", shell_text({program_path()})},
      {"config", shell_text({submission + "/" + name + ".toml"})},
      {"out", shell_text({out})}};
  const auto fill = [&](const std::string& file) {
    const std::string path = templates_folder(arguments) + "/" + file;
    return filled(file_text(path), values, path);
  };
  return {fill("array.sbatch.in"), fill("merge.sbatch.in")};
}

/// The cases to send: neither finished nor in the queue.
struct Work {
  std::vector<const Case*> cases;
  std::vector<std::string> runs;
  uint64_t finished = 0;
  uint64_t in_queue = 0;
};

Work work_of(const Sweep& sweep, const std::string& out, const Rows& there) {
  const std::set<std::string> queued = runs_in_queue(out);
  const std::vector<std::string> runs = run_ids(sweep.cases);
  Work work;
  for (size_t k = 0; k < runs.size(); ++k) {
    const Record* row = there.find(runs[k]);
    if (row != nullptr && is_final(*row)) {
      ++work.finished;
    } else if (queued.find(runs[k]) != queued.end()) {
      ++work.in_queue;
    } else {
      work.cases.push_back(&sweep.cases[k]);
      work.runs.push_back(runs[k]);
    }
  }
  return work;
}

/// The config as it is now. Read again it must be the same sweep, or the tasks would not find their cases.
void write_config(const Sweep& sweep, const std::string& path) {
  write_file(path, sweep.effective_text);
  Sweep again = read_sweep(path, {}, check_value);
  leave_out_impossible(again.cases);
  if (run_ids(again.cases) != run_ids(sweep.cases))
    throw std::logic_error(path + ": the effective config is not the same sweep");
}

int run(const Arguments& arguments) {
  const std::string config = arguments.text("CONFIG");
  const std::string out =
      fs::absolute(arguments.has("--out") ? arguments.text("--out") : default_results_path(config)).lexically_normal();
  if (out.find_first_of(" \t\n%'\"\\") != std::string::npos)
    throw BadInput("--out", "'" + out + "' has a blank, quote, backslash or %, which Slurm does not take in a path",
                   "give another folder");
  // Only the folder of the default is made; `run` says the same of a folder that is not there.
  if (const fs::path folder = fs::path(out).parent_path(); arguments.has("--out") && !fs::is_directory(folder))
    throw BadInput(out, "there is no folder " + folder.string(), "create it or give another --out");
  const Settings settings(arguments, site_file(arguments));
  const double wall = number(arguments, "--wall");
  if (wall > minutes_of_a_year) throw BadInput("--wall", "is more than a year", "give minutes");
  const double rate = number(arguments, "--rate");
  const uint64_t most = parse_count(arguments.text("--most"), at_least(1), "--most");
  const TaskRequest task = task_request(settings, wall);
  const Sweep sweep = sweep_from(config, arguments, std::cerr);
  std::vector<std::string> files = task_files(out);
  if (fs::exists(out) || fs::exists(journal_path(out))) files.push_back(out);
  const Merged there = merged_files(files, Undecided::newest);
  const Work work = work_of(sweep, out, there.contents.rows);
  std::cerr << fmt::format("{}: {} finished, {} in the queue, {} to send\n", plural(sweep.cases.size(), "case"),
                           work.finished, work.in_queue, work.cases.size());
  if (work.cases.empty()) return exit_ok;

  CostModel model(estimated_connections, rate);
  model.learn(there.contents.rows.records());
  std::vector<double> seconds;
  for (const Case* one : work.cases) seconds.push_back(model.seconds(*one));
  const auto tasks = packed(seconds, wall * 60);
  const std::string submission = next_submission(out);
  const Scripts text = scripts(arguments, settings, task, out, submission, tasks.size());
  std::cerr << fmt::format("{}, about {} of work in all\n", plural(tasks.size(), "task"),
                           duration_text(std::accumulate(seconds.begin(), seconds.end(), 0.0)));
  if (arguments.has("--dry-run")) {
    std::cout << text.array;
    return exit_ok;
  }
  if (tasks.size() > most && !arguments.has("--yes"))
    throw BadInput(config, fmt::format("{} tasks are more than {}", tasks.size(), most),
                   "give --yes if that is meant, or a longer --wall to pack more cases into a task");

  std::error_code error;
  fs::create_directories(submission, error);
  if (error) throw BadInput(submission, "the folder cannot be made: " + error.message(), "give another --out");
  write_config(sweep, submission + "/" + fs::path(out).stem().string() + ".toml");
  for (size_t k = 0; k < tasks.size(); ++k) {
    std::vector<std::string> runs;
    for (const size_t one : tasks[k]) runs.push_back(work.runs[one]);
    write_task_list(submission, k + 1, runs);
  }
  write_file(submission + "/array.sbatch", text.array);
  write_file(submission + "/merge.sbatch", text.merge);
  std::string job;
  try {
    check_script(submission + "/array.sbatch");
    job = submit_script(submission + "/array.sbatch", "");
  } catch (...) {
    fs::remove_all(submission);            // nothing of it was sent
    fs::remove(tasks_folder(out), error);  // only if that was all
    throw;
  }
  write_file(submission + "/job", job + "\n");
  submit_script(submission + "/merge.sbatch", job);
  std::cerr << fmt::format("job {}; then the rows of all tasks are merged into {}\nsparsio status {}\n", job, out, out);
  std::cout << job << '\n';
  return exit_ok;
}

const Register<CommandKind> registered{
    {"send what is missing of a sweep to Slurm as a job array",
     {{"CONFIG", Arity::required, "CONFIG", "the sweep, TOML"},
      {"--out", Arity::one, "FILE",
       "results; left out: results/<stem of CONFIG>.h5. Tasks work beside, in <out>.tasks/"},
      {"--set", Arity::many, "KEY=VALUE", "override a key everywhere; may be repeated"},
      {"--wall", Arity::one, "MINUTES", "how long a task should take: cases are packed by what they will cost", "60"},
      {"--rate", Arity::one, "EDGES/S", "nominal rate of an engine, until rows that took their time are there", "1e9"},
      {"--partition", Arity::one, "NAME", "partition"},
      {"--account", Arity::one, "NAME", "account"},
      {"--constraint", Arity::one, "WORDS", "features the nodes must have"},
      {"--time", Arity::one, "TIME", "time limit of a task; left out: twice --wall and 5 minutes"},
      {"--nodes", Arity::one, "N", "nodes a task; left out: 1"},
      {"--ntasks", Arity::one, "N", "processes a task; left out: 1"},
      {"--cpus-per-task", Arity::one, "N", "processors a process, and OMP_NUM_THREADS; left out: 1"},
      {"--at-once", Arity::one, "N", "most tasks that run at the same time"},
      {"--warning", Arity::one, "SECONDS", "before the time limit, to end the case in flight; left out: 120"},
      {"--launcher", Arity::one, "WORDS",
       "srun with options of yours (srun --mpi=pmix), none, or another command; left out: srun"},
      {"--directive", Arity::many, "OPTION", "any other option of sbatch, --directive=--mem=4G; may be repeated"},
      {"--setup", Arity::many, "LINE", "a line before the program, module load hdf5; may be repeated"},
      {"--site", Arity::one, "FILE", "TOML with these options for a cluster; left out: jobs/site.toml if there"},
      {"--templates", Arity::one, "FOLDER", "with array.sbatch.in and merge.sbatch.in; left out: jobs"},
      {"--most", Arity::one, "N", "tasks above which --yes is needed", "100"},
      {"--yes", Arity::flag, "", "send however many tasks there are"},
      {"--dry-run", Arity::flag, "", "print the script, write and send nothing"}},
     run}};

}  // namespace
}  // namespace sparsio
