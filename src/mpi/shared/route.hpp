// route: by which ranks a value goes to those that read it.
// Direct, every pair of ranks has a message of its own, P - 1 that a rank sends. Store and forward sends fewer and
// longer ones: ranks are numbered in several digits, and in stage j a value goes to the ranks that have digit j of its
// readers, those before of its readers already, and those behind still of its owner. A rank then talks only to those
// that differ from it in one digit. One digit is direct, two are a grid (along the row, then along the column), and
// for P = 2^d the prime factors are the d dimensions of a hypercube. A value that several ranks read travels once as
// far as their ways are one: the stages of a value are a tree.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mpi/shared/exchange.hpp"

namespace sparsio {

class Route {
 public:
  /// Direct.
  explicit Route(uint32_t ranks) : Route(std::vector<uint32_t>{ranks}) {}
  /// How many values each digit takes, the lowest first; their product is the number of ranks.
  explicit Route(std::vector<uint32_t> radices);
  /// "direct", "grid" (as square as the number of ranks allows) or "stages" (its prime factors).
  static Route named(std::string_view name, uint32_t ranks);

  size_t stages() const { return begin_.size() - 1; }
  /// Where what `owner` sends to `reader` is after so many stages.
  uint32_t at(size_t stages, uint32_t owner, uint32_t reader) const {
    return owner - owner % begin_[stages] + reader % begin_[stages];
  }

 private:
  std::vector<uint32_t> begin_;  // product of the radices before each digit
};

struct Hop {
  uint32_t stage;
  uint32_t from;
  uint32_t to;
  bool operator==(const Hop&) const = default;
  auto operator<=>(const Hop&) const = default;
};

/// All that one value travels to its readers, each hop once, ascending: stage by stage.
std::vector<Hop> hops_of(const Route& route, uint32_t owner, std::span<const uint32_t> readers);

/// What one rank has of a level's values, and what it does in each stage: value own[i] in row i, ghosts[i] in row
/// own.size() + i. Among the ghosts are values that only pass through. Of a direct route it is share_of_level().
struct RoutedShare {
  std::vector<uint32_t> own;     // ascending
  std::vector<uint32_t> ghosts;  // by stage, by the rank that they come from, ascending
  std::vector<ExchangePattern> stages;

  uint32_t rows() const { return static_cast<uint32_t>(own.size() + ghosts.size()); }
};

RoutedShare routed_share(int rank, std::span<const uint32_t> owner, const Readers& readers, const Route& route);

}  // namespace sparsio
