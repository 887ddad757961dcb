// rank_times: how long ranks would take that compute one network together, on a network that is measured here or
// stated. The words and messages are those of real partitions; the times are predictions, and beyond this machine's
// processors nothing here can confirm them.
#include <fmt/format.h>
#include <sched.h>

#include <cmath>
#include <iostream>
#include <sstream>

#include "base/params.hpp"
#include "base/spec.hpp"
#include "cli/command.hpp"
#include "cli/shared/rank_calibration.hpp"
#include "part/partitioner.hpp"
#include "part/shared/layer_loads.hpp"
#include "predict/calibration.hpp"
#include "predict/engine_time.hpp"
#include "predict/rank_time.hpp"
#include "record/json.hpp"
#include "run/case_cache.hpp"

namespace sparsio {
namespace {

constexpr double most_parts = 65536;

double positive(const Arguments& arguments, const char* name) {
  const double value = parse_real(arguments.text(name), name);
  if (!(value > 0) || std::isinf(value)) throw BadInput(name, "not a positive number", "give one");
  return value;
}

std::string calibration_path(const Arguments& arguments) {
  return arguments.has("--calibration") ? arguments.text("--calibration") : default_calibration_path();
}

struct Link {
  MessageTime time;
  std::string source;
};

Link link_of(const Arguments& arguments) {
  if (arguments.has("--latency") != arguments.has("--bandwidth"))
    throw BadInput("--latency", "latency and bandwidth are stated together", "give --latency and --bandwidth");
  if (arguments.has("--latency")) {
    const double latency = parse_real(arguments.text("--latency"), "--latency");
    if (!(latency >= 0) || std::isinf(latency)) throw BadInput("--latency", "not a time", "give 0 or more seconds");
    return {stated_message_time(latency, positive(arguments, "--bandwidth")), "stated, not measured"};
  }
  const auto messages = kept_messages(calibration_path(arguments));
  if (!messages)
    throw BadInput("rank_times", "the calibration says nothing of messages",
                   "measure them: mpirun -n 2 sparsio calibrate --ranks; or give --latency and --bandwidth");
  return {*messages, "measured by two ranks here"};
}

/// Of one rank. The most that the engine reached on a calibration network: no prediction of how its caches fare.
double rate_of(const Arguments& arguments, uint32_t panel) {
  if (arguments.has("--rate")) return positive(arguments, "--rate");
  const std::string engine = arguments.text("--engine");
  const auto calibration = read_calibration(calibration_path(arguments));
  const auto rate = calibration ? rate_at(*calibration, engine, panel) : std::nullopt;
  if (!rate)
    throw BadInput("rank_times", fmt::format("the calibration has no rate of {} at panel {}", engine, panel),
                   "measure it: sparsio calibrate; or give --rate");
  return rate->flops_a_second / 2;
}

int processors() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

int run(const Arguments& arguments) {
  const auto panel = static_cast<uint32_t>(parse_count(arguments.text("--panel"), between(1, 65536), "--panel"));
  const auto method = resolve<PartitionerKind>(arguments.text("--partitioner"), "--partitioner");
  const Link link = link_of(arguments);
  const double rate = rate_of(arguments, panel);
  const std::string spec = arguments.text("--network");
  CaseCache cache;
  const auto network = cache.network(spec, "--network");
  LayerSource* layers = network->layers();
  if (layers == nullptr)
    throw BadInput("--network", "the network is not given in layers, and rows are divided layer by layer",
                   "give a layered network");
  std::vector<Fields> rows;
  std::istringstream list(arguments.text("--parts"));
  for (std::string word; std::getline(list, word, ',');) {
    const auto parts = static_cast<uint32_t>(parse_count(word, between(1, most_parts), "--parts"));
    const Partition made = partition(method.kind(), *layers, parts, method.params);
    const RankTime time = rank_time(layer_loads(*layers, made), link.time, 1 / rate, panel);
    rows.push_back({{"parts", parts},
                    {"exchange_seconds", time.exchange},
                    {"latency_seconds", time.latency},
                    {"work_seconds", time.work},
                    {"seconds", time.total()},
                    {"seconds_overlapped", time.overlapped},
                    {"latency_exceeds_work", time.latency > time.work ? "yes" : "no"},
                    {"here", static_cast<int>(parts) <= processors() ? "can be measured" : "oversubscribed"}});
  }
  const Fields fields = {{"network", spec},         {"partitioner", method.canonical()}, {"panel", panel},
                         {"messages", link.source}, {"edges_a_second_of_a_rank", rate},  {"predicted", rows}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return exit_ok;
}

const Register<CommandKind> registered{
    {"predicted time of a panel that ranks compute together: work and exchange, without and with overlap",
     {{"--network", Arity::required, "SPEC", "layered network: kind:key=value,... or a path"},
      {"--parts", Arity::one, "LIST", "numbers of ranks, apart by commas", "8,16,32,64,128,256,512,1024"},
      {"--partitioner", Arity::one, "SPEC", "how rows are divided", "contiguous"},
      {"--panel", Arity::one, "B", "inputs of a message", "48"},
      {"--engine", Arity::one, "NAME", "whose rate the calibration is asked for", "csr"},
      {"--rate", Arity::one, "R", "edges a second of one rank; left out: by the calibration"},
      {"--latency", Arity::one, "S", "seconds of a message, stated; left out: by the calibration"},
      {"--bandwidth", Arity::one, "B", "bytes a second, stated with --latency"},
      {"--calibration", Arity::one, "FILE", "left out: the one that is kept for this host"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
