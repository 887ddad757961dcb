// hwloc: what the portable hardware locality library (open-mpi.org/projects/hwloc) knows about this machine.
// The trick is in what is asked. Not "object 0 of the L2s" but the binding of each thread, and the caches that cover
// it; a thread that may run in several places gets, level by level, the smallest share among them. A `taskset` shows
// in the bindings, and so what is ours is their union; hwloc's own RESTRICT_TO_CPUBINDING is of no use here, because
// libgomp, told to bind, has bound the initial thread to its one place before main, and hwloc would take that for all.
// A cache's sharers are all cores under it, those a `taskset` or a cgroup (complete_cpuset) keeps from us included:
// somebody else runs there. On a replayed topology bindings say nothing, unless HWLOC_THISSYSTEM=1 vouches for it.
#include <fmt/format.h>
#include <hwloc.h>
#include <omp.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "topo/cache_tree.hpp"
#include "topo/cpu_quota.hpp"
#include "topo/topology.hpp"

namespace sparsio {
namespace {

struct Destroy {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
  void operator()(hwloc_bitmap_s* bitmap) const { hwloc_bitmap_free(bitmap); }
};
using Topology = std::unique_ptr<hwloc_topology, Destroy>;
using Bitmap = std::unique_ptr<hwloc_bitmap_s, Destroy>;

struct Replay {
  const char* variable;
  std::string_view source;
};
constexpr Replay replays[] = {{"HWLOC_XMLFILE", "xml"}, {"HWLOC_SYNTHETIC", "synthetic"}};

std::optional<Replay> asked_replay() {
  for (const Replay& replay : replays)
    if (const char* value = std::getenv(replay.variable); value != nullptr && *value != '\0') return replay;
  return std::nullopt;
}

/// The topology in force. hwloc falls back silently to this machine when a replay cannot be read; we do not.
Topology load_topology(const std::optional<Replay>& replay) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw BadInput("hwloc", "the topology cannot be initialised");
  Topology topology(raw);
  if (hwloc_topology_load(raw) != 0) throw BadInput("hwloc", "the topology of this machine cannot be loaded");
  if (replay && hwloc_topology_is_thissystem(raw) && std::getenv("HWLOC_THISSYSTEM") == nullptr)
    throw BadInput(replay->variable, fmt::format("'{}' cannot be read as a topology", std::getenv(replay->variable)),
                   fmt::format("correct or unset {}", replay->variable));
  return topology;
}

/// One that is given in words: "synthetic:" and hwloc's description, or the path of an XML.
Topology described_topology(const std::string& text, const std::string& place) {
  constexpr std::string_view synthetic = "synthetic:";
  const bool is_synthetic = text.starts_with(synthetic);
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw BadInput("hwloc", "the topology cannot be initialised");
  Topology topology(raw);
  const int refused = is_synthetic ? hwloc_topology_set_synthetic(raw, text.c_str() + synthetic.size())
                                   : hwloc_topology_set_xml(raw, text.c_str());
  if (refused != 0 || hwloc_topology_load(raw) != 0)
    throw BadInput(place, fmt::format("'{}' cannot be read as a topology", text),
                   "give synthetic:DESCRIPTION, as in `man lstopo`, or an XML that lstopo wrote");
  return topology;
}

std::string cpu_model(hwloc_topology_t topology) {
  for (hwloc_obj_t object : {hwloc_get_root_obj(topology), hwloc_get_obj_by_type(topology, HWLOC_OBJ_PACKAGE, 0)})
    if (object != nullptr)
      if (const char* model = hwloc_obj_get_info_by_name(object, "CPUModel")) return model;
  return "";
}

/// x86 processors say so in a flag; elsewhere the firmware's names give it away, or nothing does.
VirtualMachine virtual_machine(hwloc_topology_t topology, const std::optional<Replay>& replay) {
  const hwloc_obj_t root = hwloc_get_root_obj(topology);
  for (const char* key : {"DMISysVendor", "DMIProductName", "DMIBoardVendor"}) {
    const char* found = hwloc_obj_get_info_by_name(root, key);
    const std::string value = found == nullptr ? "" : found;
    for (const char* name : {"QEMU", "KVM", "VMware", "VirtualBox", "Virtual Machine", "Xen", "Google Compute Engine"})
      if (value.find(name) != std::string::npos) return VirtualMachine::yes;
  }
  if (replay) return VirtualMachine::unknown;
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);)
    if (line.starts_with("flags"))
      return line.find(" hypervisor") != std::string::npos ? VirtualMachine::yes : VirtualMachine::no;
  return VirtualMachine::unknown;
}

/// Where each thread may run; on a replayed topology, core t mod cores.
std::vector<Bitmap> thread_bindings(hwloc_topology_t topology, uint32_t threads, const std::optional<Replay>& replay) {
  std::vector<Bitmap> bindings(threads);
  for (uint32_t t = 0; t < threads; ++t) {
    bindings[t].reset(hwloc_bitmap_alloc());
    const int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    if (replay && cores > 0)
      hwloc_bitmap_copy(bindings[t].get(), hwloc_get_obj_by_type(topology, HWLOC_OBJ_CORE, t % cores)->cpuset);
  }
  if (!replay) {
    int team = 0;
#pragma omp parallel num_threads(threads)
    {
#pragma omp single
      team = omp_get_num_threads();
      hwloc_get_cpubind(topology, bindings[omp_get_thread_num()].get(), HWLOC_CPUBIND_THREAD);
    }
    bindings.resize(team);
  }
  const hwloc_const_cpuset_t all = hwloc_get_root_obj(topology)->cpuset;
  for (Bitmap& binding : bindings) {
    hwloc_bitmap_and(binding.get(), binding.get(), all);
    if (hwloc_bitmap_iszero(binding.get())) hwloc_bitmap_copy(binding.get(), all);
  }
  return bindings;
}

uint32_t count_cores(hwloc_topology_t topology, hwloc_const_cpuset_t units) {
  uint32_t cores = 0;
  for (hwloc_obj_t core = nullptr; (core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != nullptr;)
    cores += hwloc_bitmap_intersects(core->cpuset, units) ? 1 : 0;
  return cores > 0 ? cores : static_cast<uint32_t>(hwloc_bitmap_weight(units));
}

/// Cores, in logical order, before the first one that has some of `units`.
uint32_t cores_before(hwloc_topology_t topology, hwloc_const_cpuset_t units) {
  uint32_t cores = 0;
  for (hwloc_obj_t core = nullptr; (core = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_CORE, core)) != nullptr;) {
    if (hwloc_bitmap_intersects(core->cpuset, units)) break;
    ++cores;
  }
  return cores;
}

/// All units that some thread may run on; on a replayed topology, all there are.
Bitmap our_units(hwloc_topology_t topology, const std::vector<Bitmap>& bindings, const std::optional<Replay>& replay) {
  if (replay) return Bitmap(hwloc_bitmap_dup(hwloc_get_root_obj(topology)->cpuset));
  Bitmap ours(hwloc_bitmap_alloc());
  for (const Bitmap& binding : bindings) hwloc_bitmap_or(ours.get(), ours.get(), binding.get());
  return ours;
}

std::string binding_text(hwloc_topology_t topology, hwloc_const_cpuset_t binding, hwloc_const_cpuset_t ours) {
  if (count_cores(topology, binding) == 1) {
    const hwloc_obj_t first = hwloc_get_pu_obj_by_os_index(topology, hwloc_bitmap_first(binding));
    const hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, first);
    if (core == nullptr) return fmt::format("pu {}", first->os_index);
    if (hwloc_bitmap_isequal(core->cpuset, binding)) return fmt::format("core {}", core->logical_index);
    return fmt::format("core {} pu {}", core->logical_index, first->os_index);
  }
  if (hwloc_bitmap_isequal(ours, binding)) return "unbound";
  char* list = nullptr;
  hwloc_bitmap_list_asprintf(&list, binding);
  std::string text = fmt::format("pus {}", list);
  std::free(list);
  return text;
}

/// How many of our threads may be expected under `cache`: each counts by the part of its places that lies there.
uint32_t threads_under(hwloc_obj_t cache, const std::vector<Bitmap>& bindings) {
  double sum = 0;
  const Bitmap both(hwloc_bitmap_alloc());
  for (const Bitmap& binding : bindings) {
    hwloc_bitmap_and(both.get(), binding.get(), cache->cpuset);
    sum += static_cast<double>(hwloc_bitmap_weight(both.get())) / hwloc_bitmap_weight(binding.get());
  }
  return static_cast<uint32_t>(std::ceil(sum - 1e-6));
}

CacheLevel describe_cache(hwloc_topology_t topology, hwloc_obj_t cache, const std::vector<Bitmap>& bindings,
                          VirtualMachine is_virtual) {
  CacheLevel level;
  level.level = static_cast<int>(cache->attr->cache.depth);
  level.bytes = cache->attr->cache.size;
  if (cache->attr->cache.linesize > 0) level.line_bytes = cache->attr->cache.linesize;
  if (cache->attr->cache.associativity > 0) level.ways = static_cast<uint32_t>(cache->attr->cache.associativity);
  const double seen = hwloc_bitmap_weight(cache->cpuset);
  const double there = std::max(seen, static_cast<double>(hwloc_bitmap_weight(cache->complete_cpuset)));
  level.shared_by_cores = static_cast<uint32_t>(std::ceil(count_cores(topology, cache->cpuset) * there / seen));
  level.shared_by_threads = std::max(1U, threads_under(cache, bindings));
  judge_cache(level, is_virtual);
  return level;
}

constexpr hwloc_obj_type_t cache_types[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE};

struct Cache {
  hwloc_const_cpuset_t units;
  CacheLevel level;
};

/// Each once, from L1 on. Some boards list caches of size 0: left out.
std::vector<Cache> all_caches(hwloc_topology_t topology, const std::vector<Bitmap>& bindings,
                              VirtualMachine is_virtual) {
  std::vector<Cache> caches;
  for (const hwloc_obj_type_t type : cache_types)
    for (hwloc_obj_t cache = nullptr; (cache = hwloc_get_next_obj_by_type(topology, type, cache)) != nullptr;)
      if (cache->attr->cache.size > 0 && !hwloc_bitmap_iszero(cache->cpuset))
        caches.push_back({cache->cpuset, describe_cache(topology, cache, bindings, is_virtual)});
  return caches;
}

/// Level by level the smallest share over any place of `binding`.
std::vector<CacheLevel> covering_caches(hwloc_const_cpuset_t binding, const std::vector<Cache>& all) {
  std::map<int, CacheLevel> smallest;
  for (const Cache& cache : all) {
    if (!hwloc_bitmap_intersects(cache.units, binding)) continue;
    const auto [at, is_new] = smallest.try_emplace(cache.level.level, cache.level);
    if (!is_new && cache.level.share_bytes < at->second.share_bytes) at->second = cache.level;
  }
  std::vector<CacheLevel> caches;
  caches.reserve(smallest.size());
  for (const auto& [level, cache] : smallest) caches.push_back(cache);
  return caches;
}

/// The one core that `binding` lies in, or none.
std::optional<uint32_t> only_core(hwloc_topology_t topology, hwloc_const_cpuset_t binding) {
  const hwloc_obj_t covering = hwloc_get_obj_covering_cpuset(topology, binding);
  const bool is_core = covering->type == HWLOC_OBJ_CORE;
  const hwloc_obj_t core = is_core ? covering : hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_CORE, covering);
  if (core == nullptr) return std::nullopt;
  return core->logical_index;
}

/// Two threads on the same unit, or on two units of one core: each kind named once, with the first pair and the number.
void warn_about_sharing(hwloc_topology_t topology, const std::vector<Bitmap>& bindings, Machine& machine) {
  std::vector<std::optional<uint32_t>> cores;
  cores.reserve(bindings.size());
  for (const Bitmap& binding : bindings) cores.push_back(only_core(topology, binding.get()));
  std::vector<std::string> overlaps;
  std::vector<std::string> siblings;
  for (size_t a = 0; a < bindings.size(); ++a) {
    for (size_t b = a + 1; b < bindings.size(); ++b) {
      if (machine.threads[a].binding == "unbound" || machine.threads[b].binding == "unbound") continue;
      const auto name = [&] { return fmt::format("threads {} and {} ({})", a, b, machine.threads[b].binding); };
      if (hwloc_bitmap_intersects(bindings[a].get(), bindings[b].get()))
        overlaps.push_back(name());
      else if (cores[a] && cores[a] == cores[b])
        siblings.push_back(name());
    }
  }
  if (!overlaps.empty())
    machine.warnings.push_back(
        fmt::format("{} may run on the same processing units; pairs like this: {}", overlaps[0], overlaps.size()));
  if (!siblings.empty())
    machine.warnings.push_back(fmt::format(
        "{} are hardware threads of one core and share its caches; pairs like this: {}", siblings[0], siblings.size()));
}

void warn(hwloc_topology_t topology, uint32_t asked, const std::vector<Bitmap>& bindings,
          const std::optional<Replay>& replay, Machine& machine) {
  if (replay)
    machine.warnings.push_back(
        fmt::format("{} replays another machine: bindings say nothing, thread t is taken to be on core t mod {}",
                    replay->variable, machine.cores));
  if (bindings.size() < asked)
    machine.warnings.push_back(fmt::format("{} threads were asked for, OpenMP gave {}", asked, bindings.size()));
  uint32_t unbound = 0;
  for (const ThreadPlace& place : machine.threads) unbound += place.binding == "unbound" ? 1 : 0;
  if (unbound > 0 && !replay)
    machine.warnings.push_back(
        fmt::format("{} of {} threads are not bound to cores and may move while measured; set OMP_PLACES=cores and "
                    "OMP_PROC_BIND=close",
                    unbound, machine.threads.size()));
  if (const std::optional<double> quota = cpu_quota(); !replay && quota && *quota < machine.threads.size())
    machine.warnings.push_back(
        fmt::format("a cgroup gives {:.3g} processors' time to {} threads, which it stops for the rest of each period; "
                    "run fewer threads, or ask for more (cpu.max)",
                    *quota, machine.threads.size()));
  warn_about_sharing(topology, bindings, machine);
  for (const CacheLevel& cache : machine.threads[0].caches)
    if (cache.trust == Trust::refused)
      machine.warnings.push_back(
          fmt::format("L{} is not believed ({}); L{}! takes it all the same", cache.level, cache.reason, cache.level));
  if (machine.threads[0].caches.empty()) machine.warnings.push_back("this machine shows no caches");
}

std::string export_xml(hwloc_topology_t topology) {
  char* buffer = nullptr;
  int length = 0;
  if (hwloc_topology_export_xmlbuffer(topology, &buffer, &length, 0) != 0) return "";
  std::string xml(buffer);
  hwloc_free_xmlbuffer(topology, buffer);
  return xml;
}

}  // namespace

Machine detect_machine(uint32_t threads) {
  if (threads == 0) throw BadInput("threads", "0 threads cannot run anything", "give 1 or more");
  // OpenMP's runtime ends the program where the system refuses a thread.
  constexpr uint32_t most_threads = 4096;
  if (threads > most_threads)
    throw BadInput("threads", fmt::format("{} threads are not started", threads),
                   fmt::format("give at most {}", most_threads));
  std::optional<Replay> replay = asked_replay();
  const Topology owned = load_topology(replay);
  hwloc_topology_t topology = owned.get();
  Machine machine;
  machine.source = replay ? replay->source : "hwloc";
  if (hwloc_topology_is_thissystem(topology)) replay.reset();
  machine.cpu_model = cpu_model(topology);
  machine.virtual_machine = virtual_machine(topology, replay);
  machine.xml = export_xml(topology);
  const std::vector<Bitmap> bindings = thread_bindings(topology, threads, replay);
  const Bitmap ours = our_units(topology, bindings, replay);
  machine.cores = count_cores(topology, ours.get());
  machine.processing_units = static_cast<uint32_t>(hwloc_bitmap_weight(ours.get()));
  const std::vector<Cache> caches = all_caches(topology, bindings, machine.virtual_machine);
  for (uint32_t t = 0; t < bindings.size(); ++t)
    machine.threads.push_back(
        {t, binding_text(topology, bindings[t].get(), ours.get()), covering_caches(bindings[t].get(), caches)});
  warn(topology, threads, bindings, replay, machine);
  return machine;
}

CacheTree cache_tree(const std::string& text, const std::string& place) {
  const Topology owned = described_topology(text, place);
  hwloc_topology_t topology = owned.get();
  CacheTree tree;
  tree.cores = count_cores(topology, hwloc_get_root_obj(topology)->cpuset);
  for (const hwloc_obj_type_t type : cache_types)
    for (hwloc_obj_t cache = nullptr; (cache = hwloc_get_next_obj_by_type(topology, type, cache)) != nullptr;) {
      if (cache->attr->cache.size == 0 || hwloc_bitmap_iszero(cache->cpuset)) continue;
      CoreCache one;
      one.geometry.name = fmt::format("L{}", cache->attr->cache.depth);
      one.geometry.bytes = cache->attr->cache.size;
      if (cache->attr->cache.linesize > 0) one.geometry.line_bytes = cache->attr->cache.linesize;
      if (cache->attr->cache.associativity > 0)
        one.geometry.ways = static_cast<uint32_t>(cache->attr->cache.associativity);
      one.first_core = cores_before(topology, cache->cpuset);
      one.cores = count_cores(topology, cache->cpuset);
      tree.caches.push_back(one);
    }
  return tree;
}

}  // namespace sparsio
