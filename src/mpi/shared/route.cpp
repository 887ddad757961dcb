#include "mpi/shared/route.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace sparsio {
namespace {

std::vector<uint32_t> grid(uint32_t ranks) {
  uint32_t columns = 1;
  for (uint32_t c = 1; uint64_t{c} * c <= ranks; ++c)
    if (ranks % c == 0) columns = c;
  if (columns == 1) return {ranks};
  return {columns, ranks / columns};
}

std::vector<uint32_t> prime_factors(uint32_t ranks) {
  std::vector<uint32_t> factors;
  uint32_t left = ranks;
  for (uint32_t factor = 2; uint64_t{factor} * factor <= left; ++factor)
    for (; left % factor == 0; left /= factor) factors.push_back(factor);
  if (left > 1 || factors.empty()) factors.push_back(left);
  return factors;
}

using ByPeer = std::map<uint32_t, std::vector<uint32_t>>;

std::vector<RowsOfPeer> listed(ByPeer& rows) {
  std::vector<RowsOfPeer> list;
  for (auto& [rank, of_rank] : rows) list.push_back({static_cast<int>(rank), std::move(of_rank)});
  return list;
}

}  // namespace

Route::Route(std::vector<uint32_t> radices) : begin_{1} {
  for (const uint32_t radix : radices) begin_.push_back(begin_.back() * radix);
}

Route Route::named(std::string_view name, uint32_t ranks) {
  if (name == "direct") return Route(ranks);
  if (name == "grid") return Route(grid(ranks));
  if (name == "stages") return Route(prime_factors(ranks));
  throw BadInput("route", "'" + std::string(name) + "' is no route", "it is direct, grid or stages");
}

std::vector<Hop> hops_of(const Route& route, uint32_t owner, std::span<const uint32_t> readers) {
  std::vector<Hop> hops;
  for (const uint32_t reader : readers)
    for (uint32_t stage = 0; stage < route.stages(); ++stage) {
      const uint32_t from = route.at(stage, owner, reader);
      const uint32_t to = route.at(stage + 1, owner, reader);
      if (from != to) hops.push_back({stage, from, to});
    }
  std::sort(hops.begin(), hops.end());
  hops.erase(std::unique(hops.begin(), hops.end()), hops.end());
  return hops;
}

RoutedShare routed_share(int rank, std::span<const uint32_t> owner, const Readers& readers, const Route& route) {
  const auto mine = static_cast<uint32_t>(rank);
  std::vector<ByPeer> sends(route.stages());  // values
  std::vector<ByPeer> arrivals(route.stages());
  std::vector<uint32_t> row(owner.size());  // of each value that the rank ever has
  RoutedShare share;
  for (uint32_t v = 0; v < owner.size(); ++v) {
    if (owner[v] == mine) {
      row[v] = static_cast<uint32_t>(share.own.size());
      share.own.push_back(v);
    }
    for (const auto& [stage, from, to] : hops_of(route, owner[v], readers.of(v))) {
      if (from == mine) sends[stage][to].push_back(v);
      if (to == mine) arrivals[stage][from].push_back(v);
    }
  }
  for (size_t stage = 0; stage < route.stages(); ++stage) {
    for (auto& [to, values] : sends[stage])
      for (uint32_t& value : values) value = row[value];
    for (auto& [from, values] : arrivals[stage])
      for (uint32_t& value : values) {
        row[value] = share.rows();
        share.ghosts.push_back(value);
        value = row[value];
      }
    share.stages.push_back({listed(sends[stage]), listed(arrivals[stage])});
  }
  return share;
}

}  // namespace sparsio
