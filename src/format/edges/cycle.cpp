#include "format/edges/cycle.hpp"

#include <numeric>

namespace sparsio {

std::vector<uint64_t> find_cycle(uint32_t neurons, const std::vector<Connection>& connections) {
  std::vector<uint64_t> begin(neurons + size_t{1}, 0);
  for (const Connection& c : connections) ++begin[c.source + size_t{1}];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  std::vector<uint64_t> out(connections.size());  // connections by source
  std::vector<uint64_t> next(begin.begin(), begin.end() - 1);
  for (uint64_t k = 0; k < connections.size(); ++k) out[next[connections[k].source]++] = k;

  enum class Colour : uint8_t { unseen, on_path, done };
  std::vector<Colour> colour(neurons, Colour::unseen);
  next.assign(begin.begin(), begin.end() - 1);  // from here on: the next connection of a neuron to follow
  for (uint32_t root = 0; root < neurons; ++root) {
    if (colour[root] != Colour::unseen) continue;
    std::vector<uint64_t> path;  // the connections that lead from root to `at`
    uint32_t at = root;
    colour[root] = Colour::on_path;
    while (true) {
      if (next[at] < begin[at + size_t{1}]) {
        const uint64_t k = out[next[at]++];
        const uint32_t target = connections[k].target;
        if (colour[target] == Colour::done) continue;
        path.push_back(k);
        if (colour[target] == Colour::on_path) {
          auto first = path.begin();
          while (connections[*first].source != target) ++first;
          return {first, path.end()};
        }
        colour[target] = Colour::on_path;
        at = target;
      } else {
        colour[at] = Colour::done;
        if (path.empty()) break;
        at = connections[path.back()].source;
        path.pop_back();
      }
    }
  }
  return {};
}

}  // namespace sparsio
