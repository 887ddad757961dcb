// needs: valgrind
// callgrind: another simulated cache, that sees every access the compiled program really makes.
// The meter `simulated` believes the engine's trace; this one does not ask. The case's pass is executed by this program
// in a process of its own, on one thread, under valgrind's tool callgrind, with the asked cache as its D1: that is a
// true LRU over data without instructions, and of any geometry, also one that the machine does not have. (As last level
// it would hold instructions and see only what D1 misses.) One run a level.
//
// What differs from `simulated`: the stack and the allocator are seen (a few lines a pass); an access that straddles
// two lines counts once; valgrind has no AVX-512 and so runs the AVX2 kernel, for which the lines of such a row are
// predicted. Write-backs stay NaN: callgrind knows them for its last level only, shared with instructions and without
// the lines that are dirty at the end.
//
// A set is searched way by way, up to 800 times slower than the machine at 4096 ways; so one set may have no more.
// valgrind.org/docs/manual/cl-manual.html
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <valgrind/callgrind.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "base/child_process.hpp"
#include "base/error.hpp"
#include "count/shared/callgrind_pass.hpp"

namespace sparsio {

void run_for_callgrind(const Pass& pass) {
  // The first time resolves symbols and makes the team of threads: no business of the pass.
  pass();
  CALLGRIND_START_INSTRUMENTATION;  // with a cold cache
  pass();
  CALLGRIND_STOP_INSTRUMENTATION;
  CALLGRIND_DUMP_STATS_AT("pass");
}

namespace {

constexpr uint64_t most_ways = 4096;
constexpr uint32_t smallest_line_bytes = 32;
constexpr const char* newest_simd = "AVX2";  // CPUID shows a process none newer
constexpr const char* no_valgrind = "there is no valgrind on PATH";

/// A file without a name, in memory: gone with the last process that has it open, however that ends. A child inherits
/// it, and finds it at the same path.
class MemoryFile {
 public:
  explicit MemoryFile(const char* what) : file_(memfd_create(what, 0)) {
    if (file_ < 0)
      throw BadInput(what, fmt::format("no file in memory can be made: {}", std::strerror(errno)), "raise ulimit -n");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(file_); }
  std::string path() const { return fmt::format("/proc/self/fd/{}", file_); }

 private:
  int file_;
};

/// Why callgrind cannot be this cache, "" if it can.
std::string refusal(const CacheGeometry& level) {
  const uint64_t lines = level.bytes / level.line_bytes;
  const uint64_t ways = level.ways == 0 ? lines : level.ways;
  if (level.line_bytes < smallest_line_bytes)
    return fmt::format("lines of {} bytes; callgrind has {} or more", level.line_bytes, smallest_line_bytes);
  if (ways > most_ways)
    return fmt::format("{} ways take callgrind too long; up to {} (256 KiB fully associative)", ways, most_ways);
  if (ways == 0 || !std::has_single_bit(lines / ways))
    return fmt::format("{} sets; callgrind needs a power of two", ways == 0 ? 0 : lines / ways);
  return "";
}

/// What callgrind wrote of the pass, the first part of its file: the totals by the names of its events. Empty if there
/// is none. The second part is the end of the program.
std::map<std::string, double> read_totals(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> names;
  std::map<std::string, double> totals;
  for (std::string line; totals.empty() && std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first == "events:")
      for (std::string name; words >> name;) names.push_back(name);
    if (first != "totals:") continue;
    double value = 0;
    for (size_t k = 0; k < names.size() && words >> value; ++k) totals[names[k]] = value;
  }
  return totals;
}

std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) last = line;
  return last;
}

std::string describe(const ChildResult& result, const std::string& log) {
  switch (result.end) {
    case ChildEnd::not_started:
      return fmt::format("valgrind cannot be started: {}", std::strerror(result.code));
    case ChildEnd::killed_at_deadline:
      return "valgrind did not finish within the case's time limit; raise time_limit or take a smaller case";
    case ChildEnd::signalled:
      return fmt::format(
          "the pass died under valgrind: {} (a build for this processor only, -march=native, may use "
          "instructions that valgrind lacks)",
          strsignal(result.code));
    case ChildEnd::exited:
      break;
  }
  return fmt::format("the pass failed under valgrind with exit code {}: {}", result.code, last_line(log));
}

/// Fills `count`; returns why not, "" if all is well.
std::string count_level(const std::string& valgrind, const MeterRequest& request, const CacheGeometry& level,
                        LevelCount& count) {
  if (std::string reason = refusal(level); !reason.empty()) return reason;
  const MemoryFile counts("callgrind.out");
  const MemoryFile talk("callgrind.log");
  const std::string log = talk.path();
  const uint64_t ways = level.ways == 0 ? level.bytes / level.line_bytes : level.ways;
  const uint32_t line = level.line_bytes;
  // No pipes for a debugger, which a killed valgrind leaves in the temporary folder. I1 and LL are not looked at: small
  // sets, so that they cost little.
  std::vector<std::string> command = {valgrind,
                                      "--tool=callgrind",
                                      "--vgdb=no",
                                      "--cache-sim=yes",
                                      "--instr-atstart=no",
                                      fmt::format("--D1={},{},{}", level.bytes, ways, line),
                                      fmt::format("--I1={},1,{}", line * 256, line),
                                      fmt::format("--LL={},1,{}", line * 65536, line),
                                      "--combine-dumps=yes",
                                      "--callgrind-out-file=" + counts.path()};
  command.insert(command.end(), request.command.begin(), request.command.end());
  // Symbols are resolved at the start, not in the pass.
  const ChildResult result = run_child(command, {"LD_BIND_NOW=1", "OMP_NUM_THREADS=1"}, log, request.deadline);
  if (result.end != ChildEnd::exited || result.code != 0) return describe(result, log);
  const std::map<std::string, double> totals = read_totals(counts.path());
  const auto reads = totals.find("D1mr");
  const auto writes = totals.find("D1mw");
  if (reads == totals.end() || writes == totals.end()) return "callgrind wrote no counts: " + last_line(log);
  count.read_misses = reads->second;
  count.write_misses = writes->second;
  count.misses = reads->second + writes->second;
  count.demand_misses = count.misses;
  return "";
}

Counts measure(const MeterRequest& request, const Params&) {
  const std::string valgrind = find_program("valgrind");
  if (valgrind.empty()) return unavailable("callgrind", request, std::string(no_valgrind) + "; install valgrind");
  if (request.command.empty())
    return unavailable("callgrind", request, "only the program sparsio can execute the pass in a process of its own");
  if (request.levels.empty()) return unavailable("callgrind", request, "no cache is known or given");
  Counts counts = unavailable("callgrind", request, "");
  std::string reasons;
  size_t counted = 0;
  for (size_t k = 0; k < request.levels.size(); ++k) {
    const std::string reason = count_level(valgrind, request, request.levels[k], counts.levels[k]);
    if (reason.empty())
      ++counted;
    else
      reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", request.levels[k].name, reason);
  }
  counts.map = "D1mr + D1mw of callgrind's D1";
  counts.status = reasons.empty() ? "measured" : (counted > 0 ? "measured, but " : "unavailable: ") + reasons;
  return counts;
}

std::vector<EventStatus> probe() {
  const std::string valgrind = find_program("valgrind");
  if (!valgrind.empty()) return {{"misses", "counts", ""}};
  return {{"misses", fmt::format("unavailable: {}", no_valgrind), "install valgrind (Debian's package valgrind)"}};
}

const Register<MeterKind> registered{{"runs the pass under valgrind, in a cache of the asked geometry",
                                      {},
                                      measure,
                                      Repeats::as_counted,
                                      probe,
                                      nullptr,
                                      nullptr,
                                      newest_simd}};

}  // namespace
}  // namespace sparsio
