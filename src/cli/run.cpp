// run: the sweep.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>
#include <unordered_map>

#include "base/plural.hpp"
#include "cli/command.hpp"
#include "cli/shared/sweep_arguments.hpp"
#include "config/case.hpp"
#include "disk/digest.hpp"
#include "disk/partial_files.hpp"
#include "mpi/shared/launch.hpp"
#include "record/provenance.hpp"
#include "run/binding.hpp"
#include "sweep/run_sweep.hpp"

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
  if (signal != SIGUSR1) std::signal(signal, end_without_partial_files);
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

/// Another program, config or file on some rank would make rows that nobody can tell apart.
void expect_same_work(Communicator& ranks, const Sweep& sweep) {
  if (ranks.size() == 1) return;
  for (const auto& [name, text] : build_facts())
    if (name == "program.version" || name == "git.revision" || name == "git.dirty")
      expect_same(ranks, text, name, "start the same program on every node");
  std::string all;
  for (const std::string& run : run_ids(sweep.cases)) all += run;
  expect_same(ranks, digest(all), "digest of the cases", "give every node the same config and input files");
}

/// Timed cases have the threads of one rank, and mpirun may have given a rank one core.
void say_binding(const Sweep& sweep, const SweepRequest& request, Communicator& ranks, std::ostream& talk) {
  const bool has_timed_cases = std::any_of(sweep.cases.begin(), sweep.cases.end(), [](const Case& one) {
    return one.text("engine") != "none" && one.integer("threads") != 1;
  });
  if (!has_timed_cases) return;
  if (const std::string warning = binding_warning(ranks, request.command); !warning.empty())
    talk << "warning: " << warning << '\n';
}

/// Keys that `run --dry-run` prints of every case.
constexpr std::string_view always_printed[] = {"network", "order", "policy", "memory", "engine", "track", "panel"};

std::string key_text(const Case& one, const CaseKey& key) {
  if (key.type == Type::text) return one.text(key.name);
  return key.type == Type::integer ? fmt::format("{}", one.integer(key.name)) : fmt::format("{}", one.real(key.name));
}

/// The other keys in which cases of the sweep differ, so that no two lines say the same.
std::vector<const CaseKey*> varying_keys(const std::vector<Case>& cases) {
  std::vector<const CaseKey*> varying;
  for (const CaseKey& key : case_keys()) {
    if (std::find(std::begin(always_printed), std::end(always_printed), key.name) != std::end(always_printed)) continue;
    const auto differs = [&](const Case& one) { return key_text(one, key) != key_text(cases.front(), key); };
    if (std::any_of(cases.begin(), cases.end(), differs)) varying.push_back(&key);
  }
  return varying;
}

void print_cases(const std::vector<Case>& cases) {
  const std::vector<const CaseKey*> varying = varying_keys(cases);
  for (const Case& one : cases) {
    std::cout << fmt::format("{} {} order={} policy={} memory={} engine={} track={} panel={}", run_id(one),
                             one.text("network"), one.text("order"), one.text("policy"), one.text("memory"),
                             one.text("engine"), one.text("track"), one.integer("panel"));
    for (const CaseKey* key : varying) std::cout << fmt::format(" {}={}", key->name, key_text(one, *key));
    std::cout << '\n';
  }
}

/// The end of the closing line: what to do next.
std::string next_step(const SweepSummary& done, const std::string& out) {
  if (done.was_interrupted)
    return fmt::format("; interrupted, {} left: the same command goes on", done.cases - done.ran - done.skipped);
  if (done.not_ok > 0)
    return fmt::format("; sparsio summary {} says why, the same command tries what failed again", out);
  return fmt::format("; next: sparsio summary {}", out);
}

int run_as_rank(const Arguments& arguments, Communicator& ranks) {
  const std::string config = arguments.text("CONFIG");
  const bool is_first = ranks.rank() == 0;
  std::ostream nobody(nullptr);
  std::ostream& talk = is_first ? std::cerr : nobody;
  Sweep sweep;
  together(ranks, [&] {
    sweep = sweep_from(config, arguments, talk);
    if (arguments.has("--only")) keep_only(sweep.cases, arguments.text("--only"));
  });
  expect_same_work(ranks, sweep);
  talk << fmt::format("{}{}{}{}\n", sweep.title, sweep.title.empty() ? "" : ": ", plural(sweep.cases.size(), "case"),
                      ranks.size() > 1 ? fmt::format(" on {} ranks", ranks.size()) : "");
  if (arguments.has("--dry-run")) {
    if (is_first) print_cases(sweep.cases);
    return exit_ok;
  }
  SweepRequest request;
  request.config = config;
  request.out = arguments.has("--out") ? arguments.text("--out") : default_results_path(config);
  if (std::error_code error; !arguments.has("--out") && is_first) {
    std::filesystem::create_directories("results", error);
    if (error) throw BadInput("results", "the folder cannot be made: " + error.message(), "give --out FILE");
  }
  request.finished = arguments.has("--rerun") ? Finished::rerun : Finished::skip;
  request.command = arguments.command_line;
  request.interrupted = &interrupted;
  say_binding(sweep, request, ranks, talk);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, on_interrupt);
  const SweepSummary done = run_sweep(sweep, request, std::cerr, ranks);
  talk << fmt::format("{}: {}, {} run now, {} there before, {} not ok{}\n", request.out, plural(done.cases, "case"),
                      done.ran, done.skipped, done.not_ok, next_step(done, request.out));
  if (is_first) std::cout << request.out << std::endl;
  return done.not_ok > 0 || done.was_interrupted ? exit_not_ok : exit_ok;
}

int run(const Arguments& arguments) {
  return as_ranks([&](Communicator& ranks) { return run_as_rank(arguments, ranks); });
}

const Register<CommandKind> registered{
    {"run the sweep of a config; finished rows are skipped",
     {{"CONFIG", Arity::required, "FILE", "config, TOML (configs/README.md has all keys)"},
      {"--out", Arity::one, "FILE", "results; left out: results/<stem of CONFIG>.h5"},
      {"--set", Arity::many, "KEY=VALUE", "override a key everywhere; may be repeated"},
      {"--only", Arity::one, "FILE", "just the cases whose run ids FILE lists, a line each"},
      {"--dry-run", Arity::flag, "", "print the cases, a line each with every key in which they differ; run nothing"},
      {"--rerun", Arity::flag, "", "also run what is finished"}},
     run}};

}  // namespace
}  // namespace sparsio
