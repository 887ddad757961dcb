// case_keys: the table of everything that can be said about a case. A new key is a line here and nowhere else.
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest.hpp"
#include "config/case.hpp"

namespace sparsio {

const std::vector<CaseKey>& case_keys() {
  static const std::vector<CaseKey> keys = {
      {"network", Type::text, Role::network, "", "", 512, 0,
       "network to run: a SPEC like radix_net:neurons=1024,layers=120, or a path; must be given"},
      {"inputs", Type::text, Role::inputs, "", "", 512, 0,
       "inputs to run it on: a SPEC or a path; empty: the model only, nothing is executed"},
      {"order", Type::text, Role::order, "by_target", "", 256, 0,
       "sequence in which connections are processed: a SPEC"},
      {"policy", Type::text, Role::policy, "lru", "", 128, 0, "eviction policy of the fast memory: a SPEC"},
      {"memory", Type::text, Role::memory, "L2", "", 64, 0,
       "fast memory: values (100), bytes (2MiB), a cache level (L2) or a part of one (L2/2)"},
      {"cost", Type::text, Role::choice, "unit", "unit bytes", 16, 0,
       "what a moved word costs: unit (every word 1) or bytes (its size for the panel)"},
      {"panel", Type::integer, Role::plain, "48", "", 0, 0,
       "inputs processed together as one vector per neuron; 0: chosen from the machine's caches and the engine", 1024},
      {"engine", Type::text, Role::engine, "none", "", 256, 0,
       "engine that executes the case: a SPEC; none: nothing is executed"},
      {"track", Type::text, Role::choice, "general", "general structure value structure+value", 24, 0,
       "shortcuts the engine may take: of the network's structure, of the inputs' values, of both, or general: none"},
      {"threads", Type::integer, Role::plain, "0", "", 0, 1, "threads that execute; left out (0): all available", 4096},
      {"ranks", Type::integer, Role::plain, "1", "", 0, 1,
       "MPI ranks that execute the case together; a driver says how. Fewer there: the row is unsupported"},
      {"driver", Type::text, Role::driver, "single", "", 128, 0,
       "how the ranks share the case: a SPEC; single: one process with its threads"},
      {"repetitions", Type::integer, Role::plain, "3", "", 0, 1,
       "timed runs, or with a precision the fewest; the median is reported, every one is kept"},
      {"warmup", Type::integer, Role::plain, "1", "", 0, 0, "untimed runs before them, in every round"},
      {"confidence", Type::real, Role::plain, "0.95", "", 0, 0.5,
       "with which the reported interval holds the true median; 0.95 needs 6 timed runs, 0.99 needs 8", 0.999999},
      {"precision", Type::real, Role::plain, "0", "", 0, 0,
       "repeat until the interval lies within this part of the median (0.02: 2 % on each side) or a budget is spent; "
       "0: repetitions, no more"},
      {"budget_seconds", Type::real, Role::plain, "60", "", 0, 0, "with a precision: end when timed runs took so long"},
      {"budget_repetitions", Type::integer, Role::plain, "1000", "", 0, 1,
       "with a precision: end after so many timed runs"},
      {"rounds", Type::integer, Role::plain, "1", "", 0, 1,
       "rounds that the timed runs are spread over; in each, the cases of one network and inputs take turns in random "
       "order, so that drift meets all alike; 1: each case in one go, as are cases of several ranks"},
      {"rounds_seed", Type::integer, Role::plain, "1", "", 0, 0, "of the random order within the rounds"},
      {"meter", Type::text, Role::meter, "none", "", 256, 0, "what counts cache misses: a SPEC"},
      {"caches", Type::text, Role::caches, "", "", 256, 0,
       "caches of one thread as size/ways, L1=32KiB/8,L2=1MiB/16, or none; empty: those of this machine, from hwloc"},
      {"baseline", Type::text, Role::engine, "", "", 256, 0,
       "engine measured interleaved with this one, for the speed-up: a SPEC; empty: none"},
      {"categories", Type::text, Role::file, "", "", 512, 0,
       "file with the published categories to compare with; empty: none"},
      {"verify", Type::integer, Role::plain, "16", "", 0, 0,
       "inputs whose results are checked against the engine `reference`"},
      {"time_limit", Type::real, Role::plain, "600", "", 0, 0.001,
       "seconds after which the case, or a round of it, is given up with status timeout; an order is made to its end"},
  };
  return keys;
}

std::vector<std::string> case_key_names() {
  std::vector<std::string> names;
  for (const CaseKey& key : case_keys()) names.emplace_back(key.name);
  return names;
}

size_t case_column(std::string_view name, const std::string& place) {
  const std::vector<CaseKey>& keys = case_keys();
  for (size_t column = 0; column < keys.size(); ++column)
    if (keys[column].name == name) return column;
  throw BadInput(place, fmt::format("no key '{}'", name), suggest(name, case_key_names()));
}

bool takes_spec(const CaseKey& key) {
  return key.role == Role::network || key.role == Role::inputs || key.role == Role::order || key.role == Role::policy ||
         key.role == Role::engine || key.role == Role::meter || key.role == Role::driver;
}

}  // namespace sparsio
