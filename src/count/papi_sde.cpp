// needs: sde
// papi_sde: the model's I/Os as PAPI's software-defined events, sde:::sparsio::reads and so on, so that TAU, Score-P or
// PAPI itself read them beside the misses of the same region (Jagode et al. 2019). Counters only grow: what a tool sees
// between start and stop is the sum over the rows finished there. They are registered when the program starts, by
// announce(), so that tools find them before anything runs; it works without hardware counters.
#include <sde_lib.h>

#include <cmath>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "count/shared/publisher.hpp"

namespace sparsio {
namespace {

/// The values stay where they are, as PAPI reads them there.
struct Counters {
  std::map<std::string, long long, std::less<>> values;
  std::mutex one_at_a_time;
};

/// Never destroyed: tools may read at exit.
Counters& counters() {
  static Counters* const made = new Counters;
  return *made;
}

void announce_counts(const std::vector<std::string>& names) {
  Counters& all = counters();
  const std::lock_guard lock(all.one_at_a_time);
  const papi_handle_t handle = papi_sde_init("sparsio");
  for (const std::string& name : names)
    papi_sde_register_counter(handle, name.c_str(), PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long,
                              &all.values[name]);
}

void publish_counts(const std::vector<PublishedCount>& counts) {
  Counters& all = counters();
  const std::lock_guard lock(all.one_at_a_time);
  for (const PublishedCount& one : counts)
    if (const auto found = all.values.find(one.name); found != all.values.end() && !std::isnan(one.value))
      found->second += std::llround(one.value);
}

const Register<PublisherKind> registered{
    {"PAPI's software-defined events sde:::sparsio::*", {}, announce_counts, publish_counts}};

}  // namespace
}  // namespace sparsio
