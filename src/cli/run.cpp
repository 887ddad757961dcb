// run: the sweep.
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "cli/command.hpp"
#include "run/check.hpp"
#include "run/run_sweep.hpp"

namespace sparsio {
namespace {

std::atomic<bool> interrupted{false};

/// The first Ctrl-C ends the sweep after the case in flight; the second ends the program, which loses that case alone.
void on_interrupt(int) {
  interrupted = true;
  std::signal(SIGINT, SIG_DFL);
}

void say_left_out(const LeftOut& left_out) {
  if (left_out.orders > 0)
    std::cerr << fmt::format("left out {} pairs of an engine and an order that it does not execute\n", left_out.orders);
  if (left_out.tracks > 0)
    std::cerr << fmt::format("left out {} pairs of an engine and a track that it does not have\n", left_out.tracks);
}

void check_inputs(const std::vector<Case>& cases) {
  for (const Case& one : cases)
    if (one.text("engine") != "none" && one.text("inputs").empty())
      throw BadInput(one.place, "engine " + one.text("engine") + " has no inputs",
                     "give inputs = \"images\" or a file, or engine = \"none\" for the model alone");
}

int run(const Arguments& arguments) {
  const std::string config = arguments.text("CONFIG");
  Sweep sweep = read_sweep(config, arguments.all("--set"), check_value);
  const LeftOut left_out = leave_out_impossible(sweep.cases);
  say_left_out(left_out);
  if (sweep.cases.empty())
    throw BadInput(config, "no case is left: no engine executes any of these orders in these tracks",
                   "csr and reference execute by_target, connection_list any order");
  check_inputs(sweep.cases);
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
  std::signal(SIGINT, on_interrupt);
  const SweepSummary done = run_sweep(sweep, request, std::cerr);
  std::cerr << fmt::format("{}: {} cases, {} run now, {} there before, {} not ok{}\n", request.out, done.cases,
                           done.ran, done.skipped, done.not_ok,
                           done.was_interrupted ? "; interrupted: the same command goes on" : "");
  std::cout << request.out << '\n';
  return done.not_ok > 0 || done.was_interrupted ? exit_not_ok : exit_ok;
}

const Register<CommandKind> registered{
    {"run the sweep of a config; finished rows are skipped",
     {{"CONFIG", Arity::required, "FILE", "config, TOML (configs/README.md has all keys)"},
      {"--out", Arity::one, "FILE", "results; left out: results/<stem of CONFIG>.h5"},
      {"--set", Arity::many, "KEY=VALUE", "override a key everywhere; may be repeated"},
      {"--dry-run", Arity::flag, "", "print the cases, run nothing"},
      {"--rerun", Arity::flag, "", "also run what is finished"}},
     run}};

}  // namespace
}  // namespace sparsio
