// needs: sde
// papi_sde: the model's I/Os as PAPI's software-defined events, sde:::sparsio::reads and so on, so that TAU, Score-P or
// PAPI itself read them beside the misses of the same region (Jagode et al. 2019). Counters only grow: what a tool sees
// between start and stop is the sum over the rows finished there. They are registered when the program starts, so that
// tools find them before anything runs; it works without hardware counters.
#include <sde_lib.h>

#include <array>
#include <cmath>
#include <mutex>
#include <string>

#include "count/shared/publisher.hpp"

namespace sparsio {
namespace {

constexpr size_t most_counters = 32;

struct Counters {
  Counters() {
    handle = papi_sde_init("sparsio");
    for (size_t k = 0; k < published_names().size(); ++k) {
      const std::string name(published_names()[k]);
      papi_sde_register_counter(handle, name.c_str(), PAPI_SDE_RO | PAPI_SDE_DELTA, PAPI_SDE_long_long, &values.at(k));
    }
  }
  papi_handle_t handle;
  std::array<long long, most_counters> values{};
  std::mutex one_at_a_time;
};

/// Never destroyed: tools may read at exit.
Counters& counters() {
  static Counters* const made = new Counters;
  return *made;
}

void publish_counts(const std::vector<PublishedCount>& counts) {
  Counters& all = counters();
  const std::lock_guard lock(all.one_at_a_time);
  for (const PublishedCount& one : counts)
    for (size_t k = 0; k < published_names().size(); ++k)
      if (published_names()[k] == one.name && !std::isnan(one.value)) all.values[k] += std::llround(one.value);
}

const Register<PublisherKind> registered{{"PAPI's software-defined events sde:::sparsio::*", {}, [] {
                                            counters();
                                            return publish_counts;
                                          }()}};

}  // namespace
}  // namespace sparsio
