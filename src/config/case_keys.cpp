// case_keys: the table of everything that can be said about a case. A new key is an entry here and nowhere else; it
// says `.since` the schema of results that has it, so that older rows keep their run ids.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "config/case.hpp"

namespace sparsio {

const std::vector<CaseKey>& case_keys() {
  static const std::vector<CaseKey> keys = {
      {.name = "network",
       .role = Role::network,
       .width = 512,
       .help = "network to run: a SPEC like radix_net:neurons=1024,layers=120, or a path; must be given"},
      {.name = "inputs",
       .role = Role::inputs,
       .width = 512,
       .help = "inputs to run it on: a SPEC or a path; empty: the model only, nothing is executed"},
      {.name = "order",
       .role = Role::order,
       .fallback = "by_target",
       .width = 256,
       .help = "sequence in which connections are processed: a SPEC"},
      {.name = "policy",
       .role = Role::policy,
       .fallback = "lru",
       .width = 128,
       .help = "eviction policy of the fast memory: a SPEC"},
      {.name = "memory",
       .role = Role::memory,
       .fallback = "L2",
       .width = 64,
       .help = "fast memory: values (100), bytes (2MiB), a cache level (L2) or a part of one (L2/2)"},
      {.name = "cost",
       .role = Role::choice,
       .fallback = "unit",
       .choices = "unit bytes",
       .width = 16,
       .help = "what a moved word costs: unit (every word 1) or bytes (its size for the panel)"},
      {.name = "panel",
       .former = "tile",
       .type = Type::integer,
       .fallback = "48",
       .high = 1024,
       .help =
           "inputs processed together as one vector per neuron; 0: chosen from the machine's caches and the engine"},
      {.name = "engine",
       .role = Role::engine,
       .fallback = "none",
       .width = 256,
       .help = "engine that executes the case: a SPEC; none: nothing is executed"},
      {.name = "track",
       .role = Role::choice,
       .fallback = "general",
       .choices = "general structure value structure+value",
       .width = 24,
       .help = "shortcuts the engine may take: of the network's structure, of the inputs' values, of both, or general: "
               "none"},
      {.name = "threads",
       .type = Type::integer,
       .fallback = "0",
       .low = 1,
       .high = 4096,
       .help = "threads that execute; left out (0): all available"},
      {.name = "ranks",
       .type = Type::integer,
       .fallback = "1",
       .low = 1,
       .help = "MPI ranks that execute the case together; a driver says how. Fewer there: the row is unsupported"},
      {.name = "driver",
       .role = Role::driver,
       .fallback = "single",
       .width = 128,
       .help = "how the ranks share the case: a SPEC; single: one process with its threads"},
      {.name = "partitioner",
       .former = "method",
       .role = Role::partitioner,
       .fallback = "twins:imbalance=0.03",  // as it is spelled in full: a case at its default keeps its run id
       .width = 128,
       .since = 4,
       .help =
           "who owns which rows, where a driver divides them among ranks (list drivers): a SPEC; for others it says "
           "nothing"},
      {.name = "repetitions",
       .type = Type::integer,
       .fallback = "3",
       .low = 1,
       .identity = Identity::procedure,
       .help = "timed runs, or with a precision the fewest; the median is reported, every one is kept"},
      {.name = "warmup",
       .type = Type::integer,
       .fallback = "1",
       .identity = Identity::procedure,
       .help = "untimed runs before them, in every round"},
      {.name = "confidence",
       .type = Type::real,
       .fallback = "0.95",
       .low = 0.5,
       .high = 0.999999,
       .identity = Identity::procedure,
       .help = "with which the reported interval holds the true median; 0.95 needs 6 timed runs, 0.99 needs 8"},
      {.name = "precision",
       .type = Type::real,
       .fallback = "0",
       .identity = Identity::procedure,
       .help = "repeat until the interval lies within this part of the median (0.02: 2 % on each side) or a budget is "
               "spent; "
               "0: repetitions, no more"},
      {.name = "budget_seconds",
       .type = Type::real,
       .fallback = "60",
       .identity = Identity::procedure,
       .help = "with a precision: end when timed runs took so long"},
      {.name = "budget_repetitions",
       .type = Type::integer,
       .fallback = "1000",
       .low = 1,
       .identity = Identity::procedure,
       .help = "with a precision: end after so many timed runs"},
      {.name = "rounds",
       .type = Type::integer,
       .fallback = "1",
       .low = 1,
       .identity = Identity::procedure,
       .help = "rounds that the timed runs are spread over; in each, the cases of one network and inputs take turns in "
               "random "
               "order, so that drift meets all alike; 1: each case in one go, as are cases of several ranks"},
      {.name = "rounds_seed",
       .type = Type::integer,
       .fallback = "1",
       .identity = Identity::procedure,
       .help = "of the random order within the rounds"},
      {.name = "meter",
       .role = Role::meter,
       .fallback = "none",
       .width = 256,
       .help = "what counts cache misses: a SPEC"},
      {.name = "caches",
       .role = Role::caches,
       .width = 256,
       .help = "caches of one thread as size/ways, L1=32KiB/8,L2=1MiB/16, or none; empty: those of this machine, from "
               "hwloc"},
      {.name = "baseline",
       .role = Role::engine,
       .width = 256,
       .help = "engine measured interleaved with this one, for the speed-up: a SPEC; empty: none"},
      {.name = "categories",
       .role = Role::file,
       .width = 512,
       .identity = Identity::procedure,
       .help =
           "file with the published categories of the Graph Challenge, the numbers from 1 of the inputs with a nonzero "
           "output, to compare with; empty: none"},
      {.name = "labels",
       .role = Role::labels,
       .width = 512,
       .identity = Identity::procedure,
       .since = 4,
       .help = "class of each input, from 0, for the accuracy: a .npy or .txt file, or the SPEC of inputs that have "
               "labels; empty: none"},
      {.name = "verify",
       .type = Type::integer,
       .fallback = "16",
       .identity = Identity::procedure,
       .help = "inputs whose results are checked against the engine `reference`"},
      {.name = "time_limit",
       .type = Type::real,
       .fallback = "600",
       .low = 0.001,
       .identity = Identity::procedure,
       .help = "seconds after which the case, or a round of it, is given up with status timeout; an order is made to "
               "its end"},
  };
  return keys;
}

std::vector<std::string> case_key_names() {
  std::vector<std::string> names;
  for (const CaseKey& key : case_keys()) names.emplace_back(key.name);
  return names;
}

const CaseKey* find_key(std::string_view name) {
  for (const CaseKey& key : case_keys())
    if (key.name == name || (!key.former.empty() && key.former == name)) return &key;
  return nullptr;
}

size_t case_column(std::string_view name, const std::string& place) {
  const std::vector<CaseKey>& keys = case_keys();
  if (const CaseKey* key = find_key(name)) return static_cast<size_t>(key - keys.data());
  throw BadInput(place, fmt::format("no key '{}'", name), suggest(name, case_key_names()));
}

bool takes_spec(const CaseKey& key) {
  return key.role == Role::network || key.role == Role::inputs || key.role == Role::order || key.role == Role::policy ||
         key.role == Role::engine || key.role == Role::meter || key.role == Role::driver ||
         key.role == Role::partitioner || key.role == Role::labels;
}

}  // namespace sparsio
