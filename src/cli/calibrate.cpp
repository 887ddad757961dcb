// calibrate: can this machine's counters be believed, and what can it do at most? Kept for `choose` and for the
// results.
#include <fmt/format.h>
#include <omp.h>

#include <filesystem>
#include <iostream>
#include <sstream>

#include "base/params.hpp"
#include "cli/command.hpp"
#include "cli/shared/kept_calibration.hpp"
#include "cli/shared/rank_calibration.hpp"
#include "count/shared/calibration_kernel.hpp"
#include "predict/calibration.hpp"
#include "record/fields.hpp"
#include "record/json.hpp"
#include "topo/byte_size.hpp"
#include "topo/caches.hpp"

namespace sparsio {
namespace {

std::vector<Fields> level_rows(const Calibration& calibration) {
  std::vector<Fields> rows;
  for (const LevelTrust& level : calibration.levels)
    rows.push_back({{"level", level.level},
                    {"size", byte_size_text(level.bytes)},
                    {"trusted", level.is_trusted ? "yes" : "no"},
                    {"write_backs", level.has_trusted_write_backs ? "yes" : "no"},
                    {"reason", level.reason}});
  return rows;
}

std::vector<Fields> kernel_rows(const Calibration& calibration) {
  std::vector<Fields> rows;
  for (const KernelCount& one : calibration.kernels)
    rows.push_back({{"level", one.level},
                    {"kernel", one.kernel},
                    {"known", one.known},
                    {"misses", one.misses},
                    {"ratio", ratio_of(one.misses, one.known)},
                    {"demand_ratio", ratio_of(one.demand_misses, one.known)},
                    {"write_back_ratio", ratio_of(one.write_backs, one.known)},
                    {"status", one.status}});
  return rows;
}

std::vector<Fields> read_rows(const Calibration& calibration) {
  std::vector<Fields> rows;
  for (const ReadRate& rate : calibration.reads)
    rows.push_back({{"from", rate.level},
                    {"size", byte_size_text(rate.bytes)},
                    {"one_thread", rate.one_thread},
                    {"all_threads", rate.all_threads}});
  return rows;
}

std::vector<Fields> engine_rows(const Calibration& calibration) {
  std::vector<Fields> rows;
  for (const EngineRate& rate : calibration.engines) {
    Fields row = {{"engine", rate.engine}, {"panel", rate.panel}, {"flops_a_second", rate.flops_a_second}};
    for (const auto& [name, seconds] : rate.seconds_a) row.emplace_back("seconds_a_" + name, seconds);
    row.emplace_back("greatest_error", rate.greatest_error);
    rows.push_back(row);
  }
  return rows;
}

std::vector<Fields> spec_rows(const Calibration& calibration) {
  std::vector<Fields> rows;
  for (const KeptSpec& kept : calibration.specs)
    rows.push_back({{"engine", kept.engine}, {"density", kept.density}, {"spec", kept.spec}, {"gain", kept.gain}});
  return rows;
}

/// Where it is to be kept. What `choose` and the results rely on is what this machine's own counters say: the counts of
/// another source are kept only where they are asked to be; "" else.
std::string path_to_keep(const Arguments& arguments, const std::string& source) {
  if (arguments.has("--out")) return arguments.text("--out");
  if (source != "papi") return "";
  const std::string path = default_calibration_path();
  if (path.empty())
    throw BadInput("calibrate", "HOME is not set and the password database knows no home to keep it in",
                   "give --out FILE");
  return path;
}

int run(const Arguments& arguments) {
  if (arguments.has("--ranks")) {
    const auto as_json = [](const Fields& fields) { return to_json(fields); };
    const auto as_text = [](const Fields& fields) { return to_text(fields); };
    return arguments.has("--json") ? calibrate_ranks(path_to_keep(arguments, "papi"), as_json)
                                   : calibrate_ranks(path_to_keep(arguments, "papi"), as_text);
  }
  const std::string threads = arguments.text("--threads");
  const Machine machine = detect_machine(
      static_cast<uint32_t>(threads.empty() ? omp_get_max_threads() : parse_count(threads, at_least(1), "--threads")));
  CalibrationRequest request;
  request.source = arguments.text("--source");
  const std::string caches = arguments.text("--caches");
  request.levels = caches.empty() ? geometries(machine) : parse_caches(caches, "--caches");
  std::istringstream names(arguments.text("--kernels"));
  for (std::string name; std::getline(names, name, ',');)
    request.kernels.push_back(find_known_kernel(name, "--kernels").name);
  request.program = {std::filesystem::read_symlink("/proc/self/exe").string()};
  request.seconds = parse_real(arguments.text("--seconds"), "--seconds");
  if (request.seconds < 0 || request.seconds > 60) throw BadInput("--seconds", "out of range", "give 0 to 60");
  const std::string path = path_to_keep(arguments, request.source);
  if (!path.empty()) check_calibration_path(path);  // before minutes of counting
  Calibration calibration = calibrate(request, machine);
  calibration.messages = kept_messages(path);  // measured by ranks, when there were some
  const int code = keep_calibration(
      calibration, path, arguments.has("--keep-doubtful") ? Doubtful::is_kept : Doubtful::is_dropped, std::cerr);
  const Fields fields = {{"source", calibration.source},
                         {"host", calibration.host},
                         {"cpu", calibration.cpu},
                         {"threads", calibration.threads},
                         {"trusted_within", Calibration::trusted_within},
                         {"levels", level_rows(calibration)},
                         {"kernels", kernel_rows(calibration)},
                         {"simd", calibration.simd},
                         {"fma_one_thread", calibration.fma_one_thread},
                         {"fma_all_threads", calibration.fma_all_threads},
                         {"busy_with_others", calibration.load.others},
                         {"lost_time", calibration.load.lost},
                         {"read_bytes_a_second", read_rows(calibration)},
                         {"engines", engine_rows(calibration)},
                         {"specs", spec_rows(calibration)}};
  std::cout << (arguments.has("--json") ? to_json(fields) : to_text(fields));
  return code;
}

const Register<CommandKind> registered{
    {"how far this machine's counters can be trusted, and its peaks; kept for choose and for results",
     {{"--source", Arity::one, "METER", "what counts: papi, simulated or callgrind", "papi"},
      {"--caches", Arity::one, "LIST", "caches to look at, L1=32KiB/8,L2=1MiB/16; left out: this machine's"},
      {"--kernels", Arity::one, "LIST", "kernels of known miss count, apart by commas; left out: all"},
      {"--threads", Arity::one, "N", "threads that share the peaks; left out: all available"},
      {"--seconds", Arity::one, "S", "for each peak, and twice as many for a race of options; 0: both are left out",
       "0.2"},
      {"--out", Arity::one, "FILE",
       "where it is kept; left out: with papi sparsio/calibration-HOST.toml in the cache folder"},
      {"--keep-doubtful", Arity::flag, "",
       "keep it also where it is not plausible: threads slower than one, fits off by more than 0.3, other programs "
       "beside; "
       "left out: exit code 2"},
      {"--ranks", Arity::flag, "",
       "under mpirun -n 2: what messages between ranks take, added to the calibration that is kept; nothing else is "
       "measured"},
      {"--json", Arity::flag, "", "as JSON"}},
     run}};

}  // namespace
}  // namespace sparsio
