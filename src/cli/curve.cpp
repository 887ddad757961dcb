// curve: the I/Os of an order for every fast memory, from one pass, as CSV.
#include <fmt/format.h>

#include <iostream>

#include "base/spec.hpp"
#include "cli/shared/case_arguments.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "run/case_cache.hpp"
#include "run/theory.hpp"
#include "topo/memory_choice.hpp"

namespace sparsio {
namespace {

struct Columns {
  std::vector<uint64_t> memory, reads, writes, total;
  std::vector<double> ratio;
};

Columns columns_of(const Network& network, const MissCurve& curve) {
  const uint64_t lower = bounds(network.facts()).lower();
  Columns columns;
  for (uint64_t memory = 3; memory <= curve.perfect_memory(); ++memory) {
    const IoCount& count = curve.at(memory);
    const uint64_t reads = count.value_reads + network.connections();
    const uint64_t total = reads + count.value_writes;
    columns.memory.push_back(memory);
    columns.reads.push_back(reads);
    columns.writes.push_back(count.value_writes);
    columns.total.push_back(total);
    columns.ratio.push_back(static_cast<double>(total) / static_cast<double>(lower));
  }
  return columns;
}

std::string to_csv(const Columns& columns) {
  std::string text = "memory,reads,writes,total,ratio\n";
  for (size_t i = 0; i < columns.memory.size(); ++i)
    text += fmt::format("{},{},{},{},{:.9g}\n", columns.memory[i], columns.reads[i], columns.writes[i],
                        columns.total[i], columns.ratio[i]);
  return text;
}

int run(const Arguments& arguments) {
  const Case one = case_from(arguments);
  const auto policy = resolve<PolicyKind>(one.text("policy"), "--policy");
  if (policy.kind().curve == nullptr) {
    std::string have;
    for (const auto& entry : Registry<PolicyKind>::instance().entries())
      if (entry.kind.curve != nullptr) have += ' ' + entry.name;
    throw BadInput("--policy", policy.name() + " is no stack algorithm, so no one pass gives every memory",
                   "take one of:" + have + "; or give `memory` a list in a config for `sparsio run`");
  }
  CaseCache cache;
  const MemoryChoice memory = choose_memory(one.text("memory"), given_panel(one), cache.machine(1), "--memory");
  for (const std::string& warning : memory.warnings) std::cerr << "warning: " << warning << '\n';
  const auto network = cache.network(one.text("network"), "--network");
  const Network& whole = network->whole();
  if (whole.connections() == 0) throw BadInput("--network", "the network has no connections", "give one that has");
  const auto schedule = cache.schedule(one.text("network"), whole, one.text("order"), memory.values, "--order");
  std::cerr << fmt::format("order {} as made for M = {}\n", one.text("order"), memory.values);
  Columns columns = columns_of(whole, policy.kind().curve(whole, schedule->steps));
  if (arguments.has("--json"))
    std::cout << to_json(Fields{{"network", one.text("network")},
                                {"order", one.text("order")},
                                {"order_memory", memory.values},
                                {"policy", one.text("policy")},
                                {"lower", bounds(whole.facts()).lower()},
                                {"memory", std::move(columns.memory)},
                                {"reads", std::move(columns.reads)},
                                {"writes", std::move(columns.writes)},
                                {"total", std::move(columns.total)},
                                {"ratio", std::move(columns.ratio)}});
  else
    std::cout << to_csv(columns);
  return exit_ok;
}

const Register<CommandKind> registered{
    {"the I/Os of an order for every fast memory, in one pass, as CSV",
     {{"--network", Arity::required, "SPEC", "network: kind:key=value,... or a path"},
      {"--order", Arity::one, "SPEC", "sequence of the connections", "by_target"},
      {"--policy", Arity::one, "NAME", "eviction policy: lru or min", "lru"},
      {"--memory", Arity::one, "M", "the fast memory that orders like blocks are made for; the curve covers all", "L2"},
      {"--panel", Arity::one, "B", "inputs processed together, for --memory in bytes", "48"},
      {"--json", Arity::flag, "", "as JSON, a list a column"}},
     run}};

}  // namespace
}  // namespace sparsio
