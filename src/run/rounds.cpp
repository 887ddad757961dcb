#include "run/rounds.hpp"

#include <algorithm>
#include <map>

#include "base/random.hpp"

namespace sparsio {
namespace {

/// A number for a run id.
uint64_t item_of(const std::string& run) {
  uint64_t item = 0;
  for (const char byte : run) item = item * 1099511628211U + static_cast<unsigned char>(byte);
  return item;
}

}  // namespace

bool is_in_rounds(const Case& one) {
  return one.integer("rounds") > 1 && one.integer("ranks") == 1 && one.text("engine") != "none";
}

std::vector<std::vector<CaseToRun>> blocks_of(const std::vector<CaseToRun>& cases) {
  std::vector<std::vector<CaseToRun>> blocks;
  std::map<std::string, size_t> place;
  for (const CaseToRun& one : cases) {
    if (!is_in_rounds(*one.first)) {
      blocks.push_back({one});
      continue;
    }
    const auto [at, is_new] =
        place.try_emplace(one.first->text("network") + "\n" + one.first->text("inputs"), blocks.size());
    if (is_new) blocks.emplace_back();
    blocks[at->second].push_back(one);
  }
  return blocks;
}

uint64_t share_of_round(const Case& one, uint64_t round) {
  const auto repetitions = static_cast<uint64_t>(one.integer("repetitions"));
  const auto rounds = static_cast<uint64_t>(one.integer("rounds"));
  if (round >= rounds) return (repetitions + rounds - 1) / rounds;  // for the precision
  return std::max<uint64_t>(repetitions * (round + 1) / rounds - repetitions * round / rounds, 1);
}

std::vector<CaseToRun> shuffled(std::vector<CaseToRun> block, uint64_t round) {
  std::vector<std::pair<uint64_t, size_t>> keys;
  for (size_t k = 0; k < block.size(); ++k) {
    const auto seed = static_cast<uint64_t>(block[k].first->integer("rounds_seed"));
    keys.emplace_back(RandomStream(seed ^ (round << 32), item_of(block[k].second)).next(), k);
  }
  std::sort(keys.begin(), keys.end());
  std::vector<CaseToRun> order;
  for (const auto& [key, k] : keys) order.push_back(block[k]);
  return order;
}

}  // namespace sparsio
