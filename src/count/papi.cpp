// needs: papi
// papi: the processor's own counters, through the Performance API (icl.utk.edu/papi).
// What PAPI calls available may not be measurable: without hardware counters it still knows names. So an event is taken
// only if it can be found, added, started and has moved after some work; and when it cannot, the kernel is asked why
// (surroundings.hpp), because PAPI forgets. Events are counted in as many passes as they need, each from cold caches;
// PAPI's multiplexing, which extrapolates, is never used.
//
// Counted are the caches of this machine, whatever was asked: a level gets a number only if it is one of them. `misses`
// are lines brought in, prefetches included, where the processor tells, and demand misses otherwise; `demand_misses`
// stand beside them; the event map (event_map.hpp) says which counter each is. Prefetchers, which users cannot switch
// off, make the two differ.
#include <fmt/format.h>
#include <papi.h>
#include <pthread.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "count/meter.hpp"
#include "count/papi/cold_caches.hpp"
#include "count/papi/event_map.hpp"
#include "count/papi/papi_counters.hpp"
#include "count/papi/thread_usage.hpp"

namespace sparsio {
namespace {

constexpr uint64_t least_walk_bytes = uint64_t{32} << 20;
constexpr uint64_t most_walk_bytes = uint64_t{1} << 30;

std::string initialise() {
  char graphics[] = "rocm_smi";  // prints when it starts
  PAPI_disable_component_by_name(graphics);
  const int version = PAPI_library_init(PAPI_VER_CURRENT);
  if (version != PAPI_VER_CURRENT)
    return version > 0 ? fmt::format("the PAPI library has version {:x}, this program was built for {:x}", version,
                                     PAPI_VER_CURRENT)
                       : fmt::format("PAPI does not start: {}", PAPI_strerror(version));
  const int threads = PAPI_thread_init(pthread_self);
  return threads == PAPI_OK ? "" : fmt::format("PAPI cannot count threads: {}", PAPI_strerror(threads));
}

/// Why PAPI's part for processor events is off, "" if it is on.
std::string perf_component_refusal() {
  char name[] = "perf_event";
  const int index = PAPI_get_component_index(name);
  const PAPI_component_info_t* info = index < 0 ? nullptr : PAPI_get_component_info(index);
  if (info == nullptr) return "this PAPI was built without perf events";
  return info->disabled == 0 ? "" : fmt::format("PAPI has switched its perf events off: {}", info->disabled_reason);
}

/// An event set of the calling thread.
class PapiCounters final : public ThreadCounters {
 public:
  explicit PapiCounters(const std::vector<std::string>& events) {
    is_first_thread_ = PAPI_thread_id() == first_thread();
    if (!is_first_thread_) PAPI_register_thread();
    int failure = PAPI_create_eventset(&set_);
    for (const std::string& event : events) {
      if (failure != PAPI_OK) break;
      failure = PAPI_add_named_event(set_, event.c_str());
      if (failure == PAPI_OK) continue;
      clear();
      throw std::runtime_error(fmt::format("{}: {}", event, PAPI_strerror(failure)));
    }
    if (failure != PAPI_OK) throw std::runtime_error(PAPI_strerror(failure));
    counts_.resize(events.size());
  }
  PapiCounters(const PapiCounters&) = delete;
  PapiCounters& operator=(const PapiCounters&) = delete;
  ~PapiCounters() override { clear(); }

  void start() override { check(PAPI_start(set_)); }
  std::vector<double> stop() override {
    check(PAPI_stop(set_, counts_.data()));
    return {counts_.begin(), counts_.end()};
  }

 private:
  static unsigned long first_thread() {
    static const unsigned long id = PAPI_thread_id();  // of whoever initialised the library
    return id;
  }
  static void check(int code) {
    if (code != PAPI_OK) throw std::runtime_error(PAPI_strerror(code));
  }
  void clear() {
    if (set_ != PAPI_NULL) {
      PAPI_cleanup_eventset(set_);
      PAPI_destroy_eventset(&set_);
    }
    if (!is_first_thread_) PAPI_unregister_thread();
  }

  int set_ = PAPI_NULL;
  bool is_first_thread_ = true;
  std::vector<long long> counts_;
};

/// The probe of each event, made once a process.
const Obstacle& probed(const std::string& event, const CounterAccess& access) {
  static std::map<std::string, Obstacle> known;
  const auto at = known.find(event);
  return at != known.end() ? at->second : known.emplace(event, probe_event(event, access)).first->second;
}

/// The first event for that quantity that counts here; "" if none does.
std::string choose(const std::string& level, Quantity quantity, const std::vector<EventMap>& maps,
                   const CounterAccess& access) {
  for (const EventMap& map : maps)
    for (const EventCandidate& one : map.candidates)
      if (one.level == level && one.quantity == quantity && probed(one.event, access).reason.empty()) return one.event;
  return "";
}

/// The maps of this processor. BadInput: one that cannot be read, an event in a user's map that PAPI does not know.
std::vector<EventMap> maps_here() {
  const std::vector<EventMap> maps = maps_for(papi_pmus(), read_event_maps());
  if (!papi_refusal().empty() || !perf_component_refusal().empty()) return maps;  // it knows no names
  for (const EventMap& map : maps) {
    if (map.is_built_in()) continue;  // ours may know more than this machine's libpfm4
    for (const EventCandidate& one : map.candidates)
      if (papi_knows(one.event) == Known::no)
        throw BadInput(one.place, fmt::format("PAPI knows no event '{}' on this processor", one.event),
                       "take a name that papi_native_avail or papi_avail prints here");
  }
  return maps;
}

/// Why nothing at all is counted, in the order in which it would have to be mended; reason "" if something may be.
Obstacle general_obstacle(const CounterAccess& access) {
  if (const std::string refusal = papi_refusal(); !refusal.empty())
    return {refusal, "install PAPI anew and build again"};
  if (access.refusal != 0) return counter_obstacle(access.refusal, access);
  if (const std::string refusal = perf_component_refusal(); !refusal.empty())
    return {refusal, "this processor may be too new for it: install a newer PAPI with its own libpfm4"};
  return {};
}

/// The machine's name for a level that was asked about, "" if it is none of its caches.
std::string machine_level(const CacheGeometry& level, const MeterRequest& request) {
  for (const CacheGeometry& real : request.machine_levels)
    if (real.bytes == level.bytes && real.line_bytes == level.line_bytes) return real.name;
  return "";
}

uint64_t walk_bytes(const MeterRequest& request) {
  uint64_t largest = 0;
  for (const CacheGeometry& real : request.machine_levels) largest = std::max(largest, real.bytes);
  return std::clamp(4 * largest, least_walk_bytes, most_walk_bytes);
}

std::map<std::string, double> count_hardware(const std::vector<std::string>& events, const Pass& pass, uint64_t bytes) {
  std::map<std::string, double> counts;
  for (const std::vector<std::string>& set : fitting_sets(events)) {
    const auto counters = make_papi_counters(set);
    walk_over(bytes);
    counters->start();
    pass();
    const std::vector<double> row = counters->stop();
    for (size_t k = 0; k < set.size(); ++k) counts[set[k]] = row[k];
  }
  return counts;
}

std::vector<EventCount> count_usage(const Pass& pass, uint64_t bytes) {
  const auto usage = make_thread_usage();
  walk_over(bytes);
  usage->start();
  pass();
  const std::vector<double> row = usage->stop();
  std::vector<EventCount> events;
  for (size_t k = 0; k < row.size(); ++k) events.push_back({thread_usage_names()[k], row[k]});
  return events;
}

double LevelCount::*member(Quantity quantity) {
  constexpr double LevelCount::*members[] = {&LevelCount::misses, &LevelCount::demand_misses, &LevelCount::write_backs};
  return members[static_cast<size_t>(quantity)];
}

struct Wanted {
  size_t level;
  Quantity quantity;
  std::string event;
};

std::vector<Wanted> choose_events(const MeterRequest& request, const CounterAccess& access) {
  const std::vector<EventMap> maps = maps_here();
  std::vector<Wanted> wanted;
  for (size_t k = 0; k < request.levels.size(); ++k) {
    const std::string name = machine_level(request.levels[k], request);
    if (name.empty()) continue;
    for (const Quantity quantity : all_quantities)
      if (const std::string event = choose(name, quantity, maps, access); !event.empty())
        wanted.push_back({k, quantity, event});
  }
  return wanted;
}

void fill(const std::vector<Wanted>& wanted, const std::map<std::string, double>& counted, Counts& counts) {
  for (const Wanted& one : wanted) {
    LevelCount& level = counts.levels[one.level];
    level.*member(one.quantity) = counted.at(one.event);
    // Where fills are not counted, the demand misses are all that is known of the misses.
    if (one.quantity == Quantity::demand && level.misses != level.misses) level.misses = counted.at(one.event);
    counts.map +=
        fmt::format("{}{} {}={}", counts.map.empty() ? "" : "; ", level.name, quantity_name(one.quantity), one.event);
  }
}

Counts measure(const MeterRequest& request, const Params&) {
  if (!request.region) return unavailable("papi", request, "the pass cannot be executed alone");
  const Pass pass = request.region();
  pass();
  const CounterAccess access = probe_access();
  const Obstacle obstacle = general_obstacle(access);
  Counts counts = unavailable("papi", request, obstacle.reason + "; " + obstacle.remedy);
  const uint64_t bytes = walk_bytes(request);
  counts.events = count_usage(pass, bytes);
  if (!obstacle.reason.empty()) return counts;
  const std::vector<Wanted> wanted = choose_events(request, access);
  counts.status = "unavailable: none of the caches asked about is this machine's, or no event for them counts here";
  if (wanted.empty()) return counts;
  std::vector<std::string> events;
  for (const Wanted& one : wanted)
    if (std::find(events.begin(), events.end(), one.event) == events.end()) events.push_back(one.event);
  try {
    fill(wanted, count_hardware(events, pass, bytes), counts);
    counts.status = "measured";
  } catch (const std::runtime_error& error) {
    counts.status = fmt::format("unavailable: {}", error.what());
  }
  for (const LevelCount& level : counts.levels)
    if (counts.status.starts_with("measured") && level.misses != level.misses)
      counts.status += fmt::format(", but {}: no event for this cache counts here", level.name);
  return counts;
}

EventStatus status_of(const std::string& name, const std::string& counter, const Obstacle& obstacle) {
  return {name, obstacle.reason.empty() ? "counts" : "unavailable: " + obstacle.reason, obstacle.remedy, counter};
}

/// Every candidate of every level and quantity, in the order in which they are tried.
std::vector<EventStatus> probe() {
  const CounterAccess access = probe_access();
  std::vector<EventStatus> statuses;
  for (const std::string& name : thread_usage_names()) statuses.push_back(status_of(name, "", {}));
  const std::vector<EventMap> maps = maps_here();
  const Obstacle general = general_obstacle(access);
  for (const std::string& level : counted_levels()) {
    for (const Quantity quantity : all_quantities) {
      const std::string name = fmt::format("{} {}", level, quantity_name(quantity));
      const size_t before = statuses.size();
      std::set<std::string> tried;  // the map of a processor and the generic one may name the same preset
      for (const EventMap& map : maps)
        for (const EventCandidate& one : map.candidates)
          if (one.level == level && one.quantity == quantity && tried.insert(one.event).second)
            statuses.push_back(
                status_of(name, one.event, general.reason.empty() ? probed(one.event, access) : general));
      if (statuses.size() == before)
        statuses.push_back(status_of(name, "",
                                     general.reason.empty() ? Obstacle{"no map of this processor has an event for it",
                                                                       "add a map of your own (README, event maps)"}
                                                            : general));
    }
  }
  return statuses;
}

std::vector<MeterSource> sources() {
  const std::vector<std::string> here = papi_pmus();
  std::vector<MeterSource> chosen;
  for (const EventMap& map : maps_here()) {
    std::string why = "for every processor";
    for (const std::string& pmu : map.pmus)
      if (std::find(here.begin(), here.end(), pmu) != here.end()) why = "this processor is " + pmu;
    chosen.push_back({map.name, map.processor, map.origin, why});
  }
  return chosen;
}

void check() {
  maps_here();
}

const Register<MeterKind> registered{
    {"the processor's own counters, in a pass from cold caches", {}, measure, Repeats::anew, probe, sources, check}};

}  // namespace

std::string papi_refusal() {
  static const std::string refusal = initialise();
  return refusal;
}

std::vector<std::string> papi_pmus() {
  std::vector<std::string> pmus;
  char name[] = "perf_event";
  const int index = papi_refusal().empty() ? PAPI_get_component_index(name) : -1;
  const PAPI_component_info_t* info = index < 0 ? nullptr : PAPI_get_component_info(index);
  for (int k = 0; info != nullptr && info->disabled == 0 && k < PAPI_PMU_MAX; ++k)
    if (info->pmu_names[k] != nullptr) pmus.emplace_back(info->pmu_names[k]);
  return pmus;
}

Known papi_knows(const std::string& event) {
  int code = 0;
  if (!papi_refusal().empty() || PAPI_event_name_to_code(event.c_str(), &code) != PAPI_OK) return Known::no;
  return PAPI_query_event(code) == PAPI_OK ? Known::yes : Known::no;
}

Obstacle probe_event(const std::string& event, const CounterAccess& access) {
  if (papi_knows(event) == Known::no) return {"PAPI knows no such event on this processor", ""};
  try {
    const auto counters = make_papi_counters({event});
    counters->start();
    walk_over(least_walk_bytes);
    if (counters->stop().front() > 0) return {};
    return {"the counter stands still: it is of another kind of core, or emulated",
            "keep the threads on one kind of core (OMP_PLACES)"};
  } catch (const std::runtime_error& error) {
    if (access.refusal != 0) return counter_obstacle(access.refusal, access);
    return {error.what(), "another program may hold the counters; see what papi_command_line says of the event"};
  }
}

std::unique_ptr<ThreadCounters> make_papi_counters(const std::vector<std::string>& events) {
  if (const std::string refusal = papi_refusal(); !refusal.empty()) throw std::runtime_error(refusal);
  return std::make_unique<PapiCounters>(events);
}

std::vector<std::vector<std::string>> fitting_sets(const std::vector<std::string>& events) {
  std::vector<std::vector<std::string>> sets;
  for (const std::string& event : events) {
    if (!sets.empty()) {
      std::vector<std::string> larger = sets.back();
      larger.push_back(event);
      try {
        const auto counters = make_papi_counters(larger);
        counters->start();
        counters->stop();
        sets.back() = larger;
        continue;
      } catch (const std::runtime_error&) {  // one too many: it begins a set of its own
      }
    }
    sets.push_back({event});
  }
  return sets;
}

}  // namespace sparsio
