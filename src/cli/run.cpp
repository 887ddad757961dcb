// run: the sweep.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <unordered_map>

#include "cli/command.hpp"
#include "cli/sweep_arguments.hpp"
#include "run/run_sweep.hpp"

namespace sparsio {
namespace {

std::atomic<bool> interrupted{false};

/// The first Ctrl-C, SIGTERM or SIGUSR1 (a batch system's warning before the time limit) ends the sweep after the case
/// in flight; a second Ctrl-C or SIGTERM ends the program, which loses that case alone.
void on_interrupt(int signal) {
  interrupted = true;
  constexpr std::string_view said = "\nends after the case in flight; once more to drop it\n";
  if (signal == SIGINT) [[maybe_unused]]
    const ssize_t ignored = write(STDERR_FILENO, said.data(), said.size());
  if (signal != SIGUSR1) std::signal(signal, SIG_DFL);
}

/// Leaves the cases whose run ids are listed in a file, a line each.
void keep_only(std::vector<Case>& cases, const std::string& list) {
  std::ifstream file(list);
  if (!file) throw BadInput(list, "cannot be read", "give a file with a run id a line, as `run --dry-run` prints them");
  std::unordered_map<std::string, int> wanted;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number)
    if (const std::string run = line.substr(0, line.find_first_of(" \t\r")); !run.empty()) wanted.emplace(run, number);
  std::vector<Case> kept;
  for (Case& one : cases)
    if (wanted.erase(run_id(one)) > 0) kept.push_back(std::move(one));
  if (!wanted.empty()) {
    const auto& [run, number] = *wanted.begin();
    throw BadInput(fmt::format("{}:{}", list, number), fmt::format("the config has no case {}", run),
                   "the config or a file it names has changed since the list was made; make the list again");
  }
  if (kept.empty()) throw BadInput(list, "names no case", "give a run id a line, as `run --dry-run` prints them");
  cases = std::move(kept);
}

/// The end of the closing line: what to do next.
std::string next_step(const SweepSummary& done, const std::string& out) {
  if (done.was_interrupted)
    return fmt::format("; interrupted, {} left: the same command goes on", done.cases - done.ran - done.skipped);
  if (done.not_ok > 0)
    return fmt::format("; sparsio summary {} says why, the same command tries what failed again", out);
  return fmt::format("; next: sparsio summary {}", out);
}

int run(const Arguments& arguments) {
  const std::string config = arguments.text("CONFIG");
  Sweep sweep = sweep_from(config, arguments);
  if (arguments.has("--only")) keep_only(sweep.cases, arguments.text("--only"));
  std::cerr << fmt::format("{}{}{} case{}\n", sweep.title, sweep.title.empty() ? "" : ": ", sweep.cases.size(),
                           sweep.cases.size() == 1 ? "" : "s");
  if (arguments.has("--dry-run")) {
    for (const Case& one : sweep.cases)
      std::cout << fmt::format("{} {} order={} policy={} memory={} engine={} track={} tile={}\n", run_id(one),
                               one.text("network"), one.text("order"), one.text("policy"), one.text("memory"),
                               one.text("engine"), one.text("track"), one.integer("tile"));
    return exit_ok;
  }
  SweepRequest request;
  request.config = config;
  request.out = arguments.has("--out") ? arguments.text("--out") : default_results_path(config);
  if (!arguments.has("--out")) std::filesystem::create_directories("results");
  request.finished = arguments.has("--rerun") ? Finished::rerun : Finished::skip;
  request.command = arguments.command_line;
  request.interrupted = &interrupted;
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, on_interrupt);
  const SweepSummary done = run_sweep(sweep, request, std::cerr);
  std::cerr << fmt::format("{}: {} cases, {} run now, {} there before, {} not ok{}\n", request.out, done.cases,
                           done.ran, done.skipped, done.not_ok, next_step(done, request.out));
  std::cout << request.out << '\n';
  return done.not_ok > 0 || done.was_interrupted ? exit_not_ok : exit_ok;
}

const Register<CommandKind> registered{
    {"run the sweep of a config; finished rows are skipped",
     {{"CONFIG", Arity::required, "FILE", "config, TOML (configs/README.md has all keys)"},
      {"--out", Arity::one, "FILE", "results; left out: results/<stem of CONFIG>.h5"},
      {"--set", Arity::many, "KEY=VALUE", "override a key everywhere; may be repeated"},
      {"--only", Arity::one, "FILE", "just the cases whose run ids FILE lists, a line each"},
      {"--dry-run", Arity::flag, "", "print the cases, run nothing"},
      {"--rerun", Arity::flag, "", "also run what is finished"}},
     run}};

}  // namespace
}  // namespace sparsio
