// papi_counters: the processor's counters through PAPI, without its header. Only papi.cpp knows the library.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "count/papi/counter_access.hpp"
#include "count/papi/thread_counters.hpp"

namespace sparsio {

/// Why PAPI cannot count at all in this process, empty if it can. Initialises the library at the first call.
std::string papi_refusal();

/// libpfm4's names of the monitoring units of this processor's cores that PAPI drives: "spr", or "adl_glc" and
/// "adl_grt"; none where PAPI does not know the processor.
std::vector<std::string> papi_pmus();

/// Does PAPI know the name on this processor? It may still not count: that is what probe_event is for.
enum class Known { no, yes };
Known papi_knows(const std::string& event);

/// Asks, adds, starts, works, stops: reason "" if the counter moved.
Obstacle probe_event(const std::string& event, const CounterAccess& access);

/// Counters of the calling thread. std::runtime_error naming the event that does not fit beside those before it.
std::unique_ptr<ThreadCounters> make_papi_counters(const std::vector<std::string>& events);

/// The events in as few sets as the processor can count at once, each set to be counted in a pass of its own: nothing
/// is multiplexed.
std::vector<std::vector<std::string>> fitting_sets(const std::vector<std::string>& events);

}  // namespace sparsio
